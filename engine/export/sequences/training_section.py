"""The sections of a script that train a network on sequences: loss, optimizer, the loop, the result."""

import textwrap
from itertools import pairwise

from engine.export.bundle import RowOf, Section
from engine.export.descent import Descent, spread
from engine.export.rows import literal
from engine.export.sequences.names import SEQUENCE_NAMES, names_of
from engine.export.sequences.record import SequenceRecord, SequenceStage
from engine.export.source import External, Place
from engine.export.training_section import compared
from engine.optimizers import AdamW, OptimizerChoice
from engine.run import Edit
from engine.sequences.experiment import SequenceTraining
from engine.wording import edit_said

SLOTS = ("schedule", "clip")
INDENTED = 112
"""Characters of a line that stands in the loop, under a condition."""
LOSSES = {
    "cross entropy": "Mean cross-entropy in nats over all answers that are asked for.",
    "squared error": "Mean squared error.",
}


class SequenceLoop(Descent):
    """Writes the training sections of one record; what no stage uses is not written."""

    def __init__(self, record: SequenceRecord, *, plotted: bool) -> None:
        super().__init__(record.stages, SEQUENCE_NAMES)
        self.record, self.stages, self.plotted = record, record.stages, plotted

    def row_of_catalogs(self) -> list[RowOf]:
        """Rows that the script has as classes, with the variables they are known by."""
        found = []
        for slot in SLOTS:
            if self.is_used(slot):
                used = [row for row in self.rows(slot) if slot == "schedule" or row.kind != "none"]
                found += [RowOf(slot, row) for row in reversed(used)]
        return found + [RowOf("cycled", row) for row in self.cycled() if self.mixes_cycles]

    def sections(self) -> list[Section]:
        """Loss, optimizer, training, result."""
        return [self._loss(), self._optimizer(), self._training(), self._result()]

    def _loss(self) -> Section:
        text = LOSSES[self.record.data.loss]
        return Section("Loss", text, "", SEQUENCE_NAMES, first=("loss_of",))

    def _optimizer(self) -> Section:
        training = self.trainings[0]
        lines = self.optimizer(training.optimizer)
        if self.needs_base_rate:
            lines.append(f"base_rate = {literal(training.optimizer.lr)}")
        for slot in SLOTS:
            lines += self.made(slot, getattr(training, slot)) if self.is_used(slot) else []
        if self.mixes_cycles:
            lines.append(f"cycled = {type(training.optimizer).__name__}()")
        acting = [row for row in (training.schedule, training.clip) if row.kind not in ("none", "constant")]
        said = " ".join(f"{row.label}: {row.lesson}" for row in [training.optimizer, *acting])
        return Section("Optimizer", said, "\n".join(lines), self._names)

    def optimizer(self, row: OptimizerChoice, parameters: str = "network.parameters()") -> list[str]:
        """The very call of ``torch.optim`` that the run made; AdamW's decay leaves biases and norms out."""
        if not isinstance(row, AdamW):
            return super().optimizer(row, parameters)
        lines = [
            "weights = [parameter for parameter in network.parameters() if parameter.ndim > 1]",
            "others = [parameter for parameter in network.parameters() if parameter.ndim < 2]",
            'groups = [{"params": weights}, {"params": others, "weight_decay": 0.0}]',
        ]
        return [*lines, *super().optimizer(row, "groups")]

    @property
    def _names(self) -> dict[str, Place | External]:
        slots = [row for slot in ("optimizer", *SLOTS) for row in self.rows(slot)]
        return names_of(*slots) | self.names

    def _training(self) -> Section:
        record = self.record
        lines = [f"STEPS = {record.steps}", f"batch_size = {self.trainings[0].batch_size}"]
        lines += [f"horizon = {self.stages[0].horizon}"] if self.rate_moves else []
        lines += self._chunks(self.trainings[0])
        lines += ["losses = []"] if self.plotted else []
        lines += [line for before, after in self._changes(at_start=True) for line in self._statements(before, after)]
        lines += [*self._batches(), "", ""]
        lines.append("for step, rows in enumerate(itertools.islice(batches(), STEPS), start=1):")
        lines += [f"    {line}" for line in [*self._step(), *self._edits()]]
        text = f"{record.steps:,} updates, {record.epochs:g} passes over the training part."
        if record.ending is not None and record.ending.kind == "diverged":
            text += f" Here the run broke, so the script stops just before: {record.ending.message}"
        elif record.ending is not None:
            text += f" {record.ending.message}"
        return Section("Training", text, "\n".join(lines), self._names)

    def _batches(self) -> list[str]:
        """The generator of batches; sizes that change do so within an epoch."""
        order = 'torch.randperm(len(data.train), generator=stream(SEED, "batches", epoch))'
        head = ["", "", "def batches():", '    """Row numbers of one mini-batch after another."""']
        head += ["    for epoch in itertools.count():", f"        order = {order}"]
        if len({training.batch_size for training in self.trainings}) == 1:
            return [*head, "        yield from order.split(batch_size)"]
        return [
            *head,
            "        used = 0",
            "        while used < len(order):",
            "            rows = order[used : used + batch_size]",
            "            used += len(rows)",
            "            yield rows",
        ]

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

    def _step(self) -> list[str]:
        lines = ["x, y = data.train.x[rows], data.train.y[rows]", f"outputs = {self._outputs}"]
        lines += ["loss = loss_of(outputs, asked_of(outputs, y), data)", "optimizer.zero_grad()", "loss.backward()"]
        if self.is_used("clip"):
            lines += self.guarded("clip", "", ["clip.apply(list(network.parameters()))"])
        lines += [*(self.rate() if self.rate_moves else []), "optimizer.step()"]
        if self.plotted:
            return [*lines, "losses.append(loss.item())"]
        every = max(1, self.record.steps // 10)
        return [*lines, f"if step % {every} == 0:", '    print(f"step {step}: loss of the batch {loss.item():.6f}")']

    # --- changes in mid-run ---------------------------------------------------------------------------------------------

    def _changes(self, *, at_start: bool) -> list[tuple[SequenceStage, SequenceStage]]:
        return [(before, after) for before, after in pairwise(self.stages) if (after.step == 0) == at_start]

    def _edits(self) -> list[str]:
        """``if step == ...:`` with the statements of each change."""
        lines: list[str] = []
        for before, after in self._changes(at_start=False):
            if found := self._statements(before, after):
                said = textwrap.wrap(edit_said(Edit(after.step, after.patch), after.experiment), 108)
                lines += [f"if step == {after.step}:", *(f"    {line}" for line in [*(f"# {s}" for s in said), *found])]
        return lines

    def _statements(self, before: SequenceStage, after: SequenceStage) -> list[str]:
        old, new = before.experiment.training, after.experiment.training
        lines = self._dropout(before, after) + self.changed_optimizer(old, new)
        for slot in SLOTS:
            if getattr(old, slot) != getattr(new, slot) and self.is_used(slot):
                made = self.made(slot, getattr(new, slot))
                lines += [piece for line in made for piece in (spread(line) if len(line) > INDENTED else [line])]
        if old.batch_size != new.batch_size:
            lines.append(f"batch_size = {new.batch_size}")
        if (old.chunk, old.carried) != (new.chunk, new.carried):
            lines += self._chunks(new)
        if before.horizon != after.horizon and self.rate_moves:
            lines.append(f"horizon = {after.horizon}")
        return lines

    def _dropout(self, before: SequenceStage, after: SequenceStage) -> list[str]:
        old, new = before.experiment.model.dropout, after.experiment.model.dropout
        if old == new:
            return []
        lines = []
        if old == 0:
            lines += ["for place, dropper in enumerate(network.droppers, start=1):"]
            lines += ['    dropper.generator = stream(SEED, "dropout", place)']
        return [*lines, f"network.set_dropout({literal(new)})"]

    # --- the result ---------------------------------------------------------------------------------------------------------

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
