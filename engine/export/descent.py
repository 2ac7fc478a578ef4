"""What moves the weights, as lines of a script: optimizer, schedule, clipping; the same for every kind of run."""

import ast
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from engine.choice import Choice
from engine.export.bundle import names_in
from engine.export.rows import called, literal, written_out
from engine.export.source import External, Place
from engine.optimizers import OptimizerChoice, same_state
from engine.schedules import ConstantRate, OneCycle


class Descent:
    """Writes them for the stages of one record; what no stage uses is not written."""

    def __init__(self, stages: Sequence[Any], names: Mapping[str, Place | External]) -> None:
        self.trainings: list[Any] = [stage.experiment.training for stage in stages]
        self.names: dict[str, Place | External] = dict(names)

    def rows(self, slot: str) -> list[Choice]:
        """The row of a slot in each stage."""
        return [getattr(training, slot) for training in self.trainings]

    @property
    def rate_moves(self) -> bool:
        """Whether any schedule moves the rate."""
        return any(not isinstance(row, ConstantRate) for row in self.rows("schedule"))

    def is_used(self, slot: str) -> bool:
        """Whether some stage has more than nothing there."""
        return self.rate_moves if slot == "schedule" else any(row.kind != "none" for row in self.rows(slot))

    @property
    def needs_base_rate(self) -> bool:
        """Whether some line reads the rate that the schedule scales."""
        return self.rate_moves

    def cycled(self) -> list[OptimizerChoice]:
        """The optimizers whose momentum a schedule moves, one of each kind."""
        found = [t.optimizer for t in self.trainings if isinstance(t.schedule, OneCycle)]
        return list({type(row): row for row in found}.values())

    @property
    def mixes_cycles(self) -> bool:
        """Whether momentum is written in more than one way."""
        return len({written_out(row, "set_momentum", {})[1] for row in self.cycled()}) > 1

    def optimizer(self, row: OptimizerChoice, parameters: str = "network.parameters()") -> list[str]:
        """The very call of ``torch.optim`` that the run made."""
        module, text = written_out(row, "build", {"parameters": parameters})
        self.names |= names_in(module, text)
        return spread(f"optimizer = {text}")

    def made(self, slot: str, row: Choice) -> list[str]:
        """``slot = Row(...)``: None where there is nothing."""
        if row.kind == "none":
            return [f"{slot} = None"]
        return [f"{slot} = {self.call(slot, row)}"]

    def call(self, slot: str, row: Choice) -> str:
        """``Row(...)`` with the settings in which it differs from the first of its kind."""
        return called(row, {type(other): other for other in reversed(self.rows(slot))})

    def guarded(self, slot: str, flag: str, lines: list[str]) -> list[str]:
        """Lines that hold for those stages alone whose row is something, and has the flag."""
        rows = self.rows(slot)
        acting = [row for row in rows if row.kind != "none"]
        tests = [f"{slot} is not None"] if len(acting) < len(rows) else []
        if flag and not all(getattr(row, flag) for row in acting):
            tests.append(f"{slot}.{flag}")
        if not tests:
            return lines
        return [f"if {' and '.join(tests)}:", *(f"    {line}" for line in lines)]

    def rate(self) -> list[str]:
        """Sets the rate of the update, and its momentum where a schedule moves it."""
        lines = ["rate = base_rate * schedule.factor(step - 1, horizon)"]
        inside = ['group["lr"] = rate']
        if self.cycled():
            lines.append("momentum = schedule.momentum(step - 1, horizon)")
            set_it = ["cycled.set_momentum(group, momentum)"]
            if not self.mixes_cycles:
                given = {"group": "group", "momentum": "momentum"}
                set_it = written_out(self.cycled()[0], "set_momentum", given)[1].split("\n")
            always = all(isinstance(row, OneCycle) for row in self.rows("schedule"))
            inside += set_it if always else ["if momentum is not None:", *(f"    {line}" for line in set_it)]
        return [*lines, "for group in optimizer.param_groups:", *(f"    {line}" for line in inside)]

    def changed_optimizer(self, old: Any, new: Any) -> list[str]:
        """Another optimizer, or other settings of the same one, whose averages go on; of two ``Training``s."""
        moves = not (isinstance(old.schedule, ConstantRate) and isinstance(new.schedule, ConstantRate))
        if old.optimizer == new.optimizer and not (moves and old.schedule != new.schedule):
            return []
        lines = self.optimizer(new.optimizer)
        if same_state(old.optimizer, new.optimizer):
            kept = ['averages = optimizer.state_dict()["state"]']
            lines = [*kept, *lines, 'optimizer.load_state_dict({**optimizer.state_dict(), "state": averages})']
        if self.needs_base_rate and old.optimizer.lr != new.optimizer.lr:
            lines.append(f"base_rate = {literal(new.optimizer.lr)}")
        if self.mixes_cycles and isinstance(new.schedule, OneCycle):
            lines.append(f"cycled = {type(new.optimizer).__name__}()")
        return lines


def spread(assignment: str) -> list[str]:
    """``x = f(a, b=1)`` with one argument a line."""
    (node,) = ast.parse(assignment).body
    assert isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    call, text = node.value, partial(ast.get_source_segment, assignment)
    shown = [text(argument) for argument in call.args]
    shown += [f"{keyword.arg}={text(keyword.value)}" for keyword in call.keywords]
    return [f"{text(node.targets[0])} = {text(call.func)}(", *(f"    {argument}," for argument in shown), ")"]
