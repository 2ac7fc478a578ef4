"""The sections of a script that train: loss, optimizer, what else acts in a step, the loop, the result."""

import math

from engine.choice import Choice
from engine.data.table import Table
from engine.experiment import Training
from engine.export.batching import Batching
from engine.export.bundle import RowOf, Section
from engine.export.changes import Changes
from engine.export.descent import Descent
from engine.export.names import NAMES, names_for
from engine.export.record import Record, Stage, leaves_out_single_rows
from engine.export.rows import literal
from engine.optimizers import AdamW, OptimizerChoice
from engine.stopping import Patience

SLOTS = ("schedule", "penalty", "clip")


class Loop(Descent):
    """Writes the training sections of one record; what no stage uses is not written."""

    def __init__(self, record: Record, table: Table, *, plotted: bool) -> None:
        super().__init__(record.stages, NAMES)
        self.stages: tuple[Stage, ...] = record.stages
        self.trainings: list[Training] = [stage.experiment.training for stage in self.stages]
        self.record, self.table, self.plotted = record, table, plotted
        self.changes = Changes(self)
        self.batching = Batching(self)

    # --- what some stage has ------------------------------------------------------------------------------------------

    def flagged(self, flag: str) -> bool:
        """Whether some stage's penalty acts there: ``in_loss``, ``before_update``, ``after_update``."""
        return any(getattr(row, flag) for row in self.rows("penalty"))

    @property
    def shrinks(self) -> bool:
        """Whether some penalty pulls at the weights themselves."""
        return self.flagged("before_update") or self.flagged("after_update")

    @property
    def needs_base_rate(self) -> bool:
        return self.rate_moves or self.shrinks

    @property
    def patient(self) -> bool:
        """Whether some stage stops early."""
        return any(isinstance(row, Patience) for row in self.rows("stopping"))

    @property
    def has_target(self) -> bool:
        """Whether some stage stops at a loss."""
        return any(training.target_loss > 0 for training in self.trainings)

    @property
    def weighting(self) -> str:
        """``average``, ``weighted`` or, where it changes, ``mean``: what the loss is asked for."""
        kinds = {training.class_weights for training in self.trainings}
        return "mean" if len(kinds) > 1 else "average" if kinds == {"none"} else "weighted"

    @property
    def has_modes(self) -> bool:
        """Whether the network answers otherwise in training than in evaluation."""
        layers = range(1, len(self.record.begun.model.hidden) + 1)
        drops = any(stage.experiment.model.dropout_of(layer) for stage in self.stages for layer in layers)
        return drops or leaves_out_single_rows(self.record.begun)

    def row_of_catalogs(self) -> list[RowOf]:
        """Rows that the script has as classes, with the variables they are known by."""
        found = [RowOf("data", self.record.begun.data), RowOf("loss_function", self.record.begun.loss)]
        for slot in (*SLOTS, "sampling"):
            if self.is_used(slot):
                used = [row for row in self.rows(slot) if slot == "schedule" or row.kind != "none"]
                found += [RowOf(slot, row) for row in reversed(used)]
        found += [RowOf("rule", row) for row in reversed(self.rows("stopping")) if isinstance(row, Patience)]
        return found + [RowOf("cycled", row) for row in self.cycled() if self.mixes_cycles]

    # --- sections -------------------------------------------------------------------------------------------------------

    def sections(self) -> list[Section]:
        """Loss, optimizer, training, result."""
        return [self._loss(), self._optimizer(), self._training(), self._result()]

    def _loss(self) -> Section:
        loss = self.record.begun.loss
        lines = [f"loss_function = {type(loss).__name__}()"]
        lines += self.class_weights(self.trainings[0]) if self.weighting != "average" else []
        if self.patient or self.has_target:
            lines += self._loss_on()
        return Section("Loss", f"{loss.label}: {loss.lesson}", "\n".join(lines), names_for(loss) | NAMES)

    def class_weights(self, training: Training) -> list[str]:
        """The weights of the classes from now on."""
        if training.class_weights == "none":
            return ["class_weights = None"]
        return [f"class_weights = balanced_weights(train_y, {self.record.data.class_count})"]

    def loss_of(self, outputs: str, targets: str) -> str:
        """The loss of outputs, weighted as the run's is."""
        more = "" if self.weighting == "average" else ", class_weights"
        return f"loss_function.{self.weighting}({outputs}, {targets}{more})"

    def _loss_on(self) -> list[str]:
        value = f"float({self.loss_of('network(x)', 'y')})"
        lines = ["", "", "@torch.no_grad()", "def loss_on(x, y):", '    """The loss in evaluation mode."""']
        if not self.has_modes:
            return [*lines, f"    return {value}"]
        return [*lines, "    network.eval()", f"    value = {value}", "    network.train()", "    return value"]

    def _optimizer(self) -> Section:
        training, lines = self.trainings[0], []
        if any(isinstance(row, AdamW) for row in self.rows("optimizer")) or self.is_used("penalty"):
            lines.append("weights = [linear.weight for linear in linears]")
        lines += self.optimizer(training.optimizer)
        if self.needs_base_rate:
            lines.append(f"base_rate = {literal(training.optimizer.lr)}")
        for slot in SLOTS:
            lines += self.made(slot, getattr(training, slot)) if self.is_used(slot) else []
        lines += self.watch(training) if self.patient else []
        if self.mixes_cycles:
            lines.append(f"cycled = {type(training.optimizer).__name__}()")
        said = " ".join(f"{row.label}: {row.lesson}" for row in [training.optimizer, *self._acting(training)])
        return Section("Optimizer", said, "\n".join(lines), self.names | self.changes.names())

    def _acting(self, training: Training) -> list[Choice]:
        acting = (training.schedule, training.penalty, training.clip, training.stopping)
        return [row for row in acting if row.kind not in ("none", "constant")]

    def optimizer(self, row: OptimizerChoice, parameters: str = "network.parameters()") -> list[str]:
        """The very call of ``torch.optim`` that the run made; AdamW's decay leaves biases and norms out."""
        if not isinstance(row, AdamW):
            return super().optimizer(row, parameters)
        return [*self._groups(), *super().optimizer(row, "groups")]

    def _groups(self) -> list[str]:
        lines = ["decayed = {id(weight) for weight in weights}"]
        lines.append("others = [parameter for parameter in network.parameters() if id(parameter) not in decayed]")
        both = '[{"params": weights}, {"params": others, "weight_decay": 0.0}]'
        has_others = self.record.begun.model.bias or any(
            self.record.begun.model.norm_of(i).kind != "none" for i in range(1, len(self.record.begun.model.hidden) + 1)
        )
        return [*lines, f"groups = {both}"] if has_others else ['groups = [{"params": weights}]']

    def watch(self, training: Training) -> list[str]:
        """A fresh watch over the validation loss, or none."""
        if not isinstance(training.stopping, Patience):
            return ["watch = None"]
        return [f"watch = Watch({self.call('stopping', training.stopping)})", "best_weights = None"]

    # --- the loop ---------------------------------------------------------------------------------------------------------

    def _training(self) -> Section:
        record = self.record
        lines = [f"STEPS = {self.bound}"]
        lines += self.made("sampling", self.trainings[0].sampling) if self.is_used("sampling") else []
        lines.append(self.batching.size(self.trainings[0]))
        lines += [f"horizon = {self.stages[0].horizon}"] if self.rate_moves else []
        lines += [f"target_loss = {self.trainings[0].target_loss!r}"] if self.has_target else []
        lines += ["losses = []"] if self.plotted else []
        lines += self.changes.at_the_start()
        lines += ["stopped = False"] if self.changes.revives else []
        lines += [*self.batching.lines(), "", ""]
        lines.append(f"for step, {self.batching.drawn} in enumerate(itertools.islice(batches(), STEPS), start=1):")
        lines += [f"    {line}" if line else "" for line in [*self._step(), *self._end_of_epoch(), *self._edits()]]
        text = f"{record.steps:,} updates, {record.epochs:g} {self.batching.said}"
        if record.ending is not None and record.ending.kind == "diverged":
            text += f" Here the run broke, so the script stops just before: {record.ending.message}"
        elif record.ending is not None:
            text += f" {record.ending.message}"
        return Section("Training", text, "\n".join(lines), self.names | self.changes.names())

    @property
    def bound(self) -> int:
        """How many updates the loop may make: where a rule ended the run, it is the rule that ends the loop too."""
        ending = self.record.ending
        by_rule = ending is not None and ending.kind in ("stopped early", "target reached")
        return max(self.stages[-1].horizon, self.record.steps) if by_rule else self.record.steps

    def _step(self) -> list[str]:
        lines = [f"loss = {self.loss_of('network(train_x[rows])', 'train_y[rows]')}"]
        if self.flagged("in_loss"):
            lines += self.guarded("penalty", "in_loss", ["loss = loss + penalty.value(weights)"])
        lines += ["optimizer.zero_grad()", "loss.backward()"]
        if self.is_used("clip"):
            lines += self.guarded("clip", "", ["clip.apply(list(network.parameters()))"])
        lines += self.rate() if self.rate_moves else []
        shrink = [f"penalty.shrink(weights, {'rate' if self.rate_moves else 'base_rate'})"]
        lines += self.guarded("penalty", "before_update", shrink) if self.flagged("before_update") else []
        lines += ["optimizer.step()"]
        lines += self.guarded("penalty", "after_update", shrink) if self.flagged("after_update") else []
        if self.plotted:
            return [*lines, "losses.append(loss.item())"]
        every = max(1, self.bound // 10)
        return [*lines, f"if step % {every} == 0:", '    print(f"step {step}: loss of the batch {loss.item():.6f}")']

    def _end_of_epoch(self) -> list[str]:
        lines: list[str] = []
        stop = ["stopped = True"] if self.changes.revives else ["break"]
        if self.patient:
            seen = ["if watch.see(step, loss_on(validation_x, validation_y)):"]
            seen += [
                "    best_weights = copy.deepcopy(network.state_dict())",
                "if watch.over and best_weights is not None:",
            ]
            seen += ["    network.load_state_dict(best_weights)", *(f"    {line}" for line in stop)]
            always = all(isinstance(row, Patience) for row in self.rows("stopping"))
            if not always and not self.has_target:
                return ["if ends_epoch and watch is not None:", *(f"    {line}" for line in seen)]
            lines += seen if always else ["if watch is not None:", *(f"    {line}" for line in seen)]
        if self.has_target:
            tests = ["not stopped"] if self.changes.revives and self.patient else []
            tests += ["target_loss > 0"] if any(not training.target_loss for training in self.trainings) else []
            tests += ["loss_on(train_x, train_y) <= target_loss"]
            lines += [f"if {' and '.join(tests)}:", *(f"    {line}" for line in stop)]
        if lines and not self.patient:
            return [lines[0].replace("if ", "if ends_epoch and ", 1), *lines[1:]]
        return ["if ends_epoch:", *(f"    {line}" for line in lines)] if lines else []

    def _edits(self) -> list[str]:
        lines = self.changes.in_the_loop()
        return [*lines, "if stopped:", "    break"] if self.changes.revives else lines

    # --- the result ---------------------------------------------------------------------------------------------------------

    def _result(self) -> Section:
        lines = ["network.eval()", "with torch.no_grad():"]
        parts = [part for part in ("train", "test") if len(getattr(self.record.data, part).x) or part == "train"]
        for part in parts:
            lines.append(f"    {part}_loss = float(loss_function.average(network({part}_x), {part}_y))")
        lines += ['print(f"test loss {test_loss:.9f}")'] if "test" in parts else []
        lines += ['print(f"training loss {train_loss:.9f}")']
        lines += compared(self.record.train_loss)
        text = "Over the whole training part, without dropout, class weights or penalty: the page's training loss."
        return Section("Result", text, "\n".join(lines), NAMES)


def compared(expected: float) -> list[str]:
    """Says whether ``train_loss`` is the loss that the page showed."""
    if not math.isfinite(expected):
        return []
    return [
        f"RUN_LOSS = {literal(expected)}",
        "same = abs(train_loss - RUN_LOSS) <= 1e-6 * max(1.0, abs(RUN_LOSS))",
        'told = "the same" if same else "not the same: another machine or PyTorch rounds otherwise"',
        'print(f"the page showed {RUN_LOSS:.9f}: {told}")',
    ]
