"""The sections of a script that train a network on sequences: loss, optimizer, the loop, the result."""

from engine.export.bundle import Section
from engine.export.network_loop import NetworkLoop
from engine.export.rows import literal
from engine.export.sequences.names import SEQUENCE_NAMES
from engine.export.sequences.record import SequenceRecord
from engine.export.training_section import compared
from engine.sequences.experiment import SequenceExperiment, SequenceTraining

LOSSES = {
    "cross entropy": "Mean cross-entropy in nats over all answers that are asked for.",
    "squared error": "Mean squared error.",
}


class SequenceLoop(NetworkLoop):
    """Writes the training sections of one record; what no stage uses is not written."""

    def __init__(self, record: SequenceRecord, *, plotted: bool) -> None:
        super().__init__(record, SEQUENCE_NAMES, plotted=plotted)

    def sections(self) -> list[Section]:
        """Loss, optimizer, training, result."""
        return [self._loss(), self.optimizer_section(), self.training_section(), self._result()]

    def _loss(self) -> Section:
        text = LOSSES[self.record.data.loss]
        return Section("Loss", text, "", SEQUENCE_NAMES, first=("loss_of",))

    @property
    def _is_cut(self) -> bool:
        """Whether some stage goes back through the steps in chunks."""
        return any(training.chunk for training in self.trainings)

    @property
    def _outputs(self) -> str:
        in_chunks = "in_chunks(network, x, chunk, carried=carried)"
        if not self._is_cut:
            return "network(x)"
        return (
            in_chunks if all(training.chunk for training in self.trainings) else f"{in_chunks} if chunk else network(x)"
        )

    def _chunks(self, training: SequenceTraining) -> list[str]:
        return [f"chunk, carried = {training.chunk}, {training.carried}"] if self._is_cut else []

    def before(self) -> list[str]:
        return self._chunks(self.trainings[0])

    def step(self) -> list[str]:
        lines = ["x, y = data.train.x[rows], data.train.y[rows]", f"outputs = {self._outputs}"]
        lines += ["loss = loss_of(outputs, asked_of(outputs, y), data)", "optimizer.zero_grad()", "loss.backward()"]
        return [*lines, *self.clipped(), *(self.rate() if self.rate_moves else []), "optimizer.step()"]

    def further(self, old: SequenceTraining, new: SequenceTraining) -> list[str]:
        return self._chunks(new) if (old.chunk, old.carried) != (new.chunk, new.carried) else []

    def dropout(self, before: SequenceExperiment, after: SequenceExperiment) -> list[str]:
        old, new = before.model.dropout, after.model.dropout
        if old == new:
            return []
        lines = []
        if old == 0:
            lines += ["for place, dropper in enumerate(network.droppers, start=1):"]
            lines += ['    dropper.generator = stream(SEED, "dropout", place)']
        return [*lines, f"network.set_dropout({literal(new)})"]

    def _result(self) -> Section:
        lines = ["network.eval()", "with torch.no_grad():"]
        for part in ("validation", "train"):
            lines.append(
                f"    {part}_loss = float(loss_of(*answered(network, data.{part}.spread(MEASURED_ROWS)), data))"
            )
        lines += ['print(f"validation loss {validation_loss:.9f}")', 'print(f"training loss {train_loss:.9f}")']
        lines += compared(self.record.train_loss)
        text = "Over the examples that the page measures, the first ones of each part, without dropout."
        return Section("Result", text, "\n".join(lines), SEQUENCE_NAMES)
