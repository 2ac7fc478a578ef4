"""The doctor: false alarms on ordinary experiments that turned out well, ills found by name, cures that cure."""

import time

from benchmarks.doctor_grid import healthy, reported
from benchmarks.doctor_ills import ILLS
from benchmarks.report import Figure
from engine.doctor.case import Case
from engine.doctor.catalog import examine, row
from engine.doctor.cures import CureSearch
from engine.doctor.examination import trained
from engine.experiment import Experiment
from engine.pool import RunPool
from engine.settings import Settings

NOTES = (
    "Healthy is a criterion on the outcome alone, fixed before tuning: see benchmarks/doctor_grid.py. The thresholds were "
    "tuned on another grid, with other data sets, widths and seed.",
    "A cure was trained with from the same seed for as many updates: it clears the sign, brings no other, and lowers the "
    "validation loss (for a rare class: with every class counting the same) by at least 1 %.",
)
ALARM_BAR = 5.0
CURED_BAR = 90.0
EACH, EACH_QUICKLY = 30, 3


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    cases = [trained(experiment) for experiment in reported(EACH_QUICKLY if quick else EACH)]
    return [*_alarms(cases), *_ills(quick)]


def _alarms(cases: list[Case]) -> list[Figure]:
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


def _ills(quick: bool) -> list[Figure]:
    """For each sign: how many of the experiments that have it were found to have it, and how many of these were cured."""
    figures, cured, total = [], 0, 0
    pool = RunPool(Settings(workers=1))
    try:
        for code, ills in ILLS.items():
            chosen = list(ills.values())[: 1 if quick else None]
            cures = [_searched(pool, experiment, code) for experiment in chosen]
            seen = [search for search in cures if search is not None]
            with_cure = sum(search.offered is not None for search in seen)
            cured, total = cured + with_cure, total + len(seen)
            trials = sum(len(search.tried) for search in seen)
            said = f"{len(seen)} of {len(chosen)}; cured {with_cure} in {trials} trials"
            figures.append(
                Figure(f"found: {row(code).label.lower()}", 100 * len(seen) / len(chosen), "%", 100.0, True, note=said)
            )
    finally:
        pool.close()
    return [*figures, Figure("found ills with a cure", 100 * cured / max(total, 1), "%", CURED_BAR, at_least=True)]


def _searched(pool: RunPool, experiment: Experiment, code: str) -> CureSearch | None:
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
