"""The doctor: false alarms on ordinary experiments that turned out well, ills found by name, cures that cure."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks import doctor_grid, doctor_ills, doctor_sequences
from benchmarks.report import Figure
from engine.doctor.case import Case
from engine.doctor.catalog import examine, row
from engine.doctor.cures import CureSearch
from engine.doctor.examination import trained
from engine.doctor.record import Record
from engine.doctor.sequences.case import SequenceCase
from engine.pool import RunPool
from engine.settings import Settings

NOTES = (
    "Healthy is a criterion on the outcome alone, fixed before tuning: see benchmarks/doctor_grid.py, for runs on sequences "
    "benchmarks/doctor_sequences.py. The thresholds were tuned on other runs, with other settings and seeds.",
    "A cure was trained with from the same seed for as many updates: it clears the sign, brings no other, and lowers the "
    "validation loss (for a rare class: with every class counting the same) by at least 1 %.",
)
ALARM_BAR = 5.0
CURED_BAR = 90.0
EACH, EACH_QUICKLY = 30, 3
EACH_TASK, EACH_TASK_QUICKLY = 7, 1
UPDATES, SEED = 600, 1
"""Of the ordinary runs on sequences."""


def measure(quick: bool) -> list[Figure]:
    """All figures of this part: of runs on tables and points, then of those on sequences."""
    tables = doctor_grid.reported(EACH_QUICKLY if quick else EACH)
    sequences = doctor_sequences.ordinary(EACH_TASK_QUICKLY if quick else EACH_TASK, UPDATES, SEED)
    return [
        *_alarms([trained(experiment) for experiment in tables], doctor_grid.healthy),
        *_ills(doctor_ills.ILLS, Case, quick),
        *_of_sequences(_alarms([trained(experiment) for experiment in sequences], doctor_sequences.healthy)),
        *_of_sequences(_ills(doctor_sequences.ILLS, SequenceCase, quick)),
    ]


def _of_sequences(figures: list[Figure]) -> list[Figure]:
    return [replace(figure, name=f"on sequences: {figure.name}") for figure in figures]


def _alarms(cases: list[Any], healthy: Callable[[list[Any]], list[bool]]) -> list[Figure]:
    """Healthy experiments in which something was found, and by what."""
    well = [case for case, is_well in zip(cases, healthy(cases), strict=True) if is_well]
    found = [examine(case).findings for case in well]
    alarms = [findings for findings in found if findings]
    codes = sorted({finding.code for findings in alarms for finding in findings})
    other = len(cases) - len(well)
    said = f"{len(alarms)} of {len(well)}: {', '.join(codes) or 'none'}"
    return [
        Figure("ordinary experiments", len(cases), note=f"{other} of them not healthy"),
        Figure("healthy ones with an alarm", 100 * len(alarms) / len(well), "%", ALARM_BAR, note=said),
    ]


def _ills(known: dict[str, dict[str, Any]], kind: type[Record], quick: bool) -> list[Figure]:
    """For each sign: how many of the experiments that have it were found to have it, and how many of these were cured."""
    figures, cured, total = [], 0, 0
    pool = RunPool(Settings(workers=1))
    try:
        for code, ills in known.items():
            chosen = list(ills.values())[: 1 if quick else None]
            cures = [_searched(pool, experiment, code) for experiment in chosen]
            seen = [search for search in cures if search is not None]
            with_cure = sum(search.offered is not None for search in seen)
            cured, total = cured + with_cure, total + len(seen)
            trials = sum(len(search.tried) for search in seen)
            said = f"{len(seen)} of {len(chosen)}; cured {with_cure} in {trials} trials"
            figures.append(
                Figure(
                    f"found: {row(code, kind).label.lower()}",
                    100 * len(seen) / len(chosen),
                    "%",
                    100.0,
                    True,
                    note=said,
                )
            )
    finally:
        pool.close()
    return [*figures, Figure("found ills with a cure", 100 * cured / max(total, 1), "%", CURED_BAR, at_least=True)]


def _searched(pool: RunPool, experiment: Any, code: str) -> CureSearch | None:
    """The search for a cure of ``code``, ended; None where that is not found."""
    case = trained(experiment)
    finding = next((item for item in examine(case).findings if item.code == code), None)
    if finding is None:
        return None
    search = CureSearch(pool, case, finding)
    while not search.is_over:
        search.poll()
        time.sleep(0.01)
    return search
