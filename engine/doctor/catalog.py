"""The doctor's catalog, and the examination: one table of what is looked for, in the order in which things explain others."""

from dataclasses import dataclass

from engine.doctor.case import Case
from engine.doctor.divergence import Diverged, Unscaled
from engine.doctor.finding import Finding, Row
from engine.doctor.fit import Imbalance, OverFit, UnderFit
from engine.doctor.gradients import Exploding, Vanishing
from engine.doctor.rates import RateHigh, RateLow
from engine.doctor.units import Dead, Saturated, Symmetry

ROWS: tuple[Row, ...] = (
    Diverged(),
    Unscaled(),
    Symmetry(),
    Exploding(),
    Saturated(),
    Vanishing(),
    Dead(),
    RateHigh(),
    RateLow(),
    OverFit(),
    UnderFit(),
    Imbalance(),
)
FIRST_STEPS, FIRST_EPOCHS = 100, 5
"""Nothing but a divergence is said before so many updates and passes over the data, unless the run ends earlier."""


@dataclass(frozen=True)
class Examination:
    """What the doctor says of a run at a step."""

    step: int
    findings: tuple[Finding, ...]
    """What explains the others first; one cause is told once."""
    judges_from: int
    """The step from which on it judges at all."""
    judges_curves_from: int
    """The step from which on it judges what takes the shape of a curve."""

    @property
    def too_early(self) -> bool:
        """Whether nothing can be said yet."""
        return self.step < self.judges_from and not self.findings


def row(code: str) -> Row:
    """The row of a finding. Raises KeyError for an unknown code."""
    return {item.code: item for item in ROWS}[code]


def judged_from(case: Case) -> tuple[int, int]:
    """(first step at which anything is judged, first step at which curves are)."""
    first = max(FIRST_STEPS, FIRST_EPOCHS * case.steps_per_epoch)
    end = case.step if case.is_over else case.last_step
    return min(first, end), min(2 * first, end)


def examine(case: Case) -> Examination:
    """Look for everything in the catalog; a finding that another one explains is left out."""
    first, late = judged_from(case)
    findings: list[Finding] = []
    explained: set[str] = set()
    for item in ROWS:
        due = item.at_once or case.step >= (late if item.late else first)
        found = item.examine(case) if due and item.code not in explained else None
        if found is not None:
            findings.append(found)
            explained |= item.explains
    return Examination(case.step, tuple(findings), first, late)
