"""``Finding``: what the doctor saw in a film. And the row that a family of findings is written as."""

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar

from engine.doctor.evidence import Evidence
from engine.doctor.record import Record
from engine.run import Patch

Severity = Literal["stops learning", "harms learning"]
C = TypeVar("C", bound=Record)
"""What is known of the kind of run that a row is about."""


@dataclass(frozen=True)
class Place:
    """Where in the charts it is seen."""

    chart: str
    """The id of a chart of the board."""
    step: int
    layer: int | None = None
    """Counted from 0 at the input; None where it concerns no single layer."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a run. Its sentence and evidence hold for that run at that step."""

    code: str
    label: str
    severity: Severity
    sentence: str
    evidence: tuple[Evidence, ...]
    place: Place


class Row(Generic[C]):
    """A row of the doctor's catalog: what it looks for, how, and which changes might help, the most usual first."""

    code: ClassVar[str]
    label: ClassVar[str]
    lesson: ClassVar[str]
    """One plain sentence: why it happens, true of any run it is said of."""
    source: ClassVar[str]
    severity: ClassVar[Severity] = "harms learning"
    looks_at: ClassVar[str]
    """What is looked at, as part of a list."""
    at_once: ClassVar[bool] = False
    """Whether it can be said of a run of any length."""
    late: ClassVar[bool] = False
    """Whether it takes the shape of a curve, so twice as many updates as the others."""
    explains: ClassVar[frozenset[str]] = frozenset()
    """Codes of what follows from it, and is not said beside it."""

    def measure(self, case: C) -> Evidence:
        """The number that a cure has to move; also of a run where nothing is wrong."""
        raise NotImplementedError

    def examine(self, case: C) -> Finding | None:
        """What is wrong, or None. The first evidence is ``measure``."""
        raise NotImplementedError

    def loss(self, case: C, other: Record) -> Evidence:
        """The loss that a cure has to lower, in a unit that ``case`` and ``other`` share."""
        return case.held_loss_beside(other)

    def candidates(self, case: C) -> list[Patch]:
        """Changes worth a try, in order of preference; a cure is only what was tried and helps."""
        raise NotImplementedError

    def found(self, sentence: str, evidence: tuple[Evidence, ...], place: Place) -> Finding:
        """A finding of this row."""
        return Finding(self.code, self.label, self.severity, sentence, evidence, place)


def patch(**settings: Any) -> Patch:
    """``patch(model__norm__kind="batch_norm")``: dotted settings and their values."""
    return tuple((path.replace("__", "."), value) for path, value in settings.items())
