"""The training sections of a script whose network is a module of ours: optimizer, loop, changes in mid-run; the same for
networks on sequences and on pictures."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar

from engine.export.bundle import RowOf, Section
from engine.export.descent import Descent, spread
from engine.export.names import with_rows
from engine.export.network_record import NetworkStage
from engine.export.rows import literal
from engine.export.source import External, Place
from engine.optimizers import AdamW, OptimizerChoice
from engine.run import Edit
from engine.wording import edit_said

INDENTED = 112
"""Characters of a line that stands in the loop, under a condition."""


class NetworkLoop(Descent):
    """Writes the training sections of one record; what no stage uses is not written."""

    slots: ClassVar[tuple[str, ...]] = ("schedule", "clip")
    """Choices under ``training`` that act in a step, beside the optimizer."""

    def __init__(self, record: Any, names: Mapping[str, Place | External], *, plotted: bool) -> None:
        self.stages: Sequence[NetworkStage[Any]] = record.stages
        super().__init__(self.stages, names)
        self.record, self.plotted = record, plotted

    # --- what a kind of run says ------------------------------------------------------------------------------------

    def before(self) -> list[str]:
        """What stands before the loop, for the first stage."""
        return []

    def step(self) -> list[str]:
        """One update."""
        raise NotImplementedError

    def dropout(self, before: Any, after: Any) -> list[str]:
        """Other rates of dropout, where they change between two experiments."""
        raise NotImplementedError

    def further(self, old: Any, new: Any) -> list[str]:
        """What else changes between two ``training``s."""
        return []

    @property
    def least(self) -> int:
        """So many examples at the end of an epoch make no batch."""
        return 0

    # --- the optimizer ----------------------------------------------------------------------------------------------

    def row_of_catalogs(self) -> list[RowOf]:
        """Rows that the script has as classes, with the variables they are known by."""
        found = []
        for slot in self.slots:
            if self.is_used(slot):
                used = [row for row in self.rows(slot) if slot == "schedule" or row.kind != "none"]
                found += [RowOf(slot, row) for row in reversed(used)]
        return found + [RowOf("cycled", row) for row in self.cycled() if self.mixes_cycles]

    def optimizer_section(self) -> Section:
        """The optimizer, and what acts beside it."""
        training = self.trainings[0]
        lines = self.optimizer(training.optimizer)
        if self.needs_base_rate:
            lines.append(f"base_rate = {literal(training.optimizer.lr)}")
        for slot in self.slots:
            lines += self.made(slot, getattr(training, slot)) if self.is_used(slot) else []
        if self.mixes_cycles:
            lines.append(f"cycled = {type(training.optimizer).__name__}()")
        acting = [
            row for row in (getattr(training, slot) for slot in self.slots) if row.kind not in ("none", "constant")
        ]
        said = " ".join(f"{row.label}: {row.lesson}" for row in [training.optimizer, *acting])
        return Section("Optimizer", said, "\n".join(lines), self.known)

    def optimizer(self, row: OptimizerChoice, parameters: str = "network.parameters()") -> list[str]:
        """The very call of ``torch.optim`` that the run made; AdamW's decay leaves biases and norms out."""
        if not isinstance(row, AdamW):
            return super().optimizer(row, parameters)
        lines = [
            "decayed = [parameter for parameter in network.parameters() if parameter.ndim > 1]",
            "others = [parameter for parameter in network.parameters() if parameter.ndim < 2]",
            'groups = [{"params": decayed}, {"params": others, "weight_decay": 0.0}]',
        ]
        return [*lines, *super().optimizer(row, "groups")]

    @property
    def known(self) -> dict[str, Place | External]:
        """Where the names are defined that the code of these sections uses."""
        rows = [row for slot in ("optimizer", *self.slots) for row in self.rows(slot)]
        return with_rows(self.names, *rows)

    # --- the loop ---------------------------------------------------------------------------------------------------

    def training_section(self) -> Section:
        """The loop."""
        record = self.record
        lines = [f"STEPS = {record.steps}", f"batch_size = {self.trainings[0].batch_size}"]
        lines += [f"horizon = {self.stages[0].horizon}"] if self.rate_moves else []
        lines += self.before()
        lines += ["losses = []"] if self.plotted else []
        lines += [line for before, after in self._changes(at_start=True) for line in self._statements(before, after)]
        lines += [*self._batches(), "", ""]
        lines.append("for step, rows in enumerate(itertools.islice(batches(), STEPS), start=1):")
        lines += [f"    {line}" for line in [*self.step(), *self._told(), *self._edits()]]
        text = f"{record.steps:,} updates, {record.epochs:g} passes over the training part."
        if record.ending is not None and record.ending.kind == "diverged":
            text += f" Here the run broke, so the script stops just before: {record.ending.message}"
        elif record.ending is not None:
            text += f" {record.ending.message}"
        return Section("Training", text, "\n".join(lines), self.known)

    def _told(self) -> list[str]:
        if self.plotted:
            return ["losses.append(loss.item())"]
        every = max(1, self.record.steps // 10)
        return [f"if step % {every} == 0:", '    print(f"step {step}: loss of the batch {loss.item():.6f}")']

    def _batches(self) -> list[str]:
        """The generator of batches; sizes that change do so within an epoch."""
        order = 'torch.randperm(len(data.train), generator=stream(SEED, "batches", epoch))'
        head = ["", "", "def batches():", '    """Row numbers of one mini-batch after another."""']
        head += ["    for epoch in itertools.count():", f"        order = {order}"]
        if not self.least and len({training.batch_size for training in self.trainings}) == 1:
            return [*head, "        yield from order.split(batch_size)"]
        if self.least:
            head[3] = (
                '    """Row numbers of one mini-batch after another, but none of one row: it has no batch statistics."""'
            )
        return [
            *head,
            "        used = 0",
            f"        while len(order) - used > {self.least}:",
            "            rows = order[used : used + batch_size]",
            "            used += len(rows)",
            "            yield rows",
        ]

    def clipped(self) -> list[str]:
        """Gradient clipping, where some stage has it."""
        return self.guarded("clip", "", ["clip.apply(list(network.parameters()))"]) if self.is_used("clip") else []

    # --- changes in mid-run -------------------------------------------------------------------------------------------

    def _changes(self, *, at_start: bool) -> list[tuple[NetworkStage[Any], NetworkStage[Any]]]:
        return [(before, after) for before, after in pairwise(self.stages) if (after.step == 0) == at_start]

    def _edits(self) -> list[str]:
        """``if step == ...:`` with the statements of each change."""
        lines: list[str] = []
        for before, after in self._changes(at_start=False):
            if found := self._statements(before, after):
                said = textwrap.wrap(edit_said(Edit(after.step, after.patch), after.experiment), 108)
                lines += [f"if step == {after.step}:", *(f"    {line}" for line in [*(f"# {s}" for s in said), *found])]
        return lines

    def _statements(self, before: NetworkStage[Any], after: NetworkStage[Any]) -> list[str]:
        old, new = before.experiment.training, after.experiment.training
        lines = self.dropout(before.experiment, after.experiment) + self.changed_optimizer(old, new)
        for slot in self.slots:
            if getattr(old, slot) != getattr(new, slot) and self.is_used(slot):
                made = self.made(slot, getattr(new, slot))
                lines += [piece for line in made for piece in (spread(line) if len(line) > INDENTED else [line])]
        if old.batch_size != new.batch_size:
            lines.append(f"batch_size = {new.batch_size}")
        lines += self.further(old, new)
        if before.horizon != after.horizon and self.rate_moves:
            lines.append(f"horizon = {after.horizon}")
        return lines
