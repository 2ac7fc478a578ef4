"""The doctor's catalogs, and the examination: a table for each kind of run, in the order in which things explain others."""

from dataclasses import dataclass
from typing import Any

from engine.doctor.case import Case
from engine.doctor.divergence import Diverged, Unscaled
from engine.doctor.finding import Finding, Row
from engine.doctor.fit import Imbalance, OverFit, UnderFit
from engine.doctor.gradients import Exploding, Vanishing
from engine.doctor.rates import RateHigh, RateLow
from engine.doctor.record import Record
from engine.doctor.sequences.case import SequenceCase
from engine.doctor.sequences.catalog import SEQUENCE_ROWS
from engine.doctor.units import Dead, Saturated, Symmetry
from engine.doctor.vision.case import VisionCase
from engine.doctor.vision.catalog import VISION_ROWS

ROWS: tuple[Row[Case], ...] = (
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
CATALOGS: dict[type[Record], tuple[Row[Any], ...]] = {
    Case: ROWS,
    SequenceCase: SEQUENCE_ROWS,
    VisionCase: VISION_ROWS,
}
"""By what is known of a kind of run."""


@dataclass(frozen=True)
class Examination:
    """What the doctor says of a run at a step."""

    rows: tuple[Row[Any], ...]
    """The catalog that was gone through."""
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

    def row(self, code: str) -> Row[Any]:
        """The row of one of its findings."""
        return {item.code: item for item in self.rows}[code]

    @property
    def looked_at(self) -> tuple[str, ...]:
        """What was judged, as parts of a list."""
        seen = [item.looks_at for item in self.rows if not item.late or self.step >= self.judges_curves_from]
        return tuple(dict.fromkeys(seen))


def row(code: str, kind: type[Record] = Case) -> Row[Any]:
    """The row of a finding in the catalog of a kind of run. Raises KeyError for an unknown code."""
    return {item.code: item for item in CATALOGS[kind]}[code]


def judged_from(case: Record) -> tuple[int, int]:
    """(first step at which anything is judged, first step at which curves are)."""
    first = case.settles_at
    end = case.step if case.is_over else case.last_step
    return min(first, end), min(2 * first, end)


def examine(case: Record) -> Examination:
    """Look for everything in the catalog; a finding that another one explains is left out."""
    first, late = judged_from(case)
    findings: list[Finding] = []
    explained: set[str] = set()
    rows = CATALOGS[type(case)]
    for item in rows:
        due = item.at_once or case.step >= (late if item.late else first)
        found = item.examine(case) if due and item.code not in explained else None
        if found is not None:
            findings.append(found)
            explained |= item.explains
    return Examination(rows, case.step, tuple(findings), first, late)
