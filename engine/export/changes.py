"""Changes in mid-run, written as statements at their step."""

import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.export.by_hand import data_lines, touch_lines
from engine.export.names import names_for
from engine.export.network_section import drops
from engine.export.record import Stage
from engine.export.rows import literal
from engine.export.source import External, Place
from engine.run import Edit
from engine.touch import Touch, is_touch, read
from engine.wording import edit_said

if TYPE_CHECKING:
    from engine.export.training_section import Loop


class Changes:
    """The statements of every change of a record, by its step."""

    def __init__(self, loop: "Loop") -> None:
        self.loop = loop
        self.pairs = list(pairwise(loop.stages))

    def names(self) -> dict[str, Place | External]:
        """Names that the statements use beside the loop's own."""
        slots = ("optimizer", "schedule", "penalty", "clip", "stopping", "sampling")
        return names_for(*(row for slot in slots for row in self.loop.rows(slot)))

    @property
    def revives(self) -> bool:
        """Whether some change comes where a rule may have ended the run, so that it goes on."""
        return any(_may_have_ended(before, after) for before, after in self.pairs)

    def at_the_start(self) -> list[str]:
        """Changes made before the first update."""
        return [line for before, after in self.pairs if after.step == 0 for line in self._statements(before, after)]

    def in_the_loop(self) -> list[str]:
        """``if step == ...:`` with the statements of each change."""
        lines: list[str] = []
        for before, after in self.pairs:
            found = self._statements(before, after) if after.step else []
            if found:
                said = textwrap.wrap(edit_said(Edit(after.step, after.patch), after.experiment), 108)
                inside = [*(f"# {line}" for line in said), *found]
                if found[0] == "if stopped:" and all(line.startswith(" ") for line in found[1:]):
                    inside = [*(f"    # {line}" for line in said), *found[1:]]
                    lines += [f"if step == {after.step} and stopped:", *inside]
                    continue
                lines += [f"if step == {after.step}:", *(f"    {line}" for line in inside)]
        return lines

    def _statements(self, before: Stage, after: Stage) -> list[str]:
        loop, old, new = self.loop, before.experiment.training, after.experiment.training
        other_data = before.experiment.data != after.experiment.data
        lines = data_lines(loop.record, after.experiment.data, loop.table) if other_data else []
        if after.step == loop.record.steps:
            return lines + self._touches(after)
        lines += self._dropout(before, after)
        if old.class_weights != new.class_weights or (other_data and new.class_weights != "none"):
            lines += loop.class_weights(new)
        lines += loop.changed_optimizer(old, new)
        for slot in ("schedule", "penalty", "clip", "sampling"):
            if getattr(old, slot) != getattr(new, slot) and loop.is_used(slot):
                lines += loop.made(slot, getattr(new, slot))
        other_length = other_data or old.sampling != new.sampling
        if old.batch_size != new.batch_size or (other_length and new.batch_size == "all"):
            lines.append(loop.batching.size(new))
        if before.horizon != after.horizon and loop.rate_moves:
            lines.append(f"horizon = {after.horizon}")
        if old.target_loss != new.target_loss and loop.has_target:
            lines.append(f"target_loss = {literal(new.target_loss)}")
        return lines + self._watch(before, after) + self._touches(after)

    def _touches(self, after: Stage) -> list[str]:
        """Weights and biases typed, units and edges switched."""
        earlier = [stage for _, stage in self.pairs[: [stage for _, stage in self.pairs].index(after)]]
        masked = {touch.layer for stage in earlier for touch in _read(stage) if touch.kind == "edge"}
        return touch_lines(after.experiment, _read(after), masked)

    def _dropout(self, before: Stage, after: Stage) -> list[str]:
        lines = []
        for number in range(1, len(after.experiment.model.hidden) + 1):
            old, new = before.experiment.model.dropout_of(number), after.experiment.model.dropout_of(number)
            layer = f"network.hidden[{number - 1}]"
            if old == new:
                continue
            if drops(before.experiment, number):
                lines.append(f"{layer}.dropout.p = {literal(new)}")
            else:
                lines.append(f'{layer}.dropout = Dropout({literal(new)}, stream(SEED, "dropout", {number}))')
        return lines

    def _watch(self, before: Stage, after: Stage) -> list[str]:
        """A fresh watch where the rule or the loss it watches is another, or where an ended run goes on."""
        if not self.loop.patient:
            return ["stopped = False"] if _may_have_ended(before, after) else []
        old, new = before.experiment.training, after.experiment.training
        fresh = self.loop.watch(new)
        ended = [] if not _may_have_ended(before, after) else ["stopped = False"]
        if (old.stopping, old.class_weights) != (new.stopping, new.class_weights) or _has_finished(before, after):
            return [*fresh, *ended]
        return ["if stopped:", *(f"    {line}" for line in [*fresh, *ended])] if ended else []


def _read(stage: Stage) -> list[Touch]:
    return [read(path, value) for path, value in stage.patch if is_touch(path)]


def _has_finished(before: Stage, after: Stage) -> bool:
    """Whether the planned epochs were over when the change was made."""
    return after.position.used == 0 and after.position.epoch >= before.experiment.training.epochs


def _may_have_ended(before: Stage, after: Stage) -> bool:
    """Whether a rule may have ended the run at the very step of the change."""
    training = before.experiment.training
    by_rule = training.stopping.kind != "none" or training.target_loss > 0
    return by_rule and after.position.used == 0 and after.position.epoch > 0
