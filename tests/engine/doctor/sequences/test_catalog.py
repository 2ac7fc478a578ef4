"""The doctor on real runs on sequences: ills under their names, no alarm where things go well."""

import pytest

from benchmarks.doctor_sequences import ILLS, few, healthy
from engine.doctor.catalog import CATALOGS, examine
from engine.doctor.examination import trained
from engine.doctor.kinds import record_of
from engine.doctor.sequences.case import SETTLING, SequenceCase
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun

pytestmark = pytest.mark.long

SLOW = (
    "six layers without residuals",
    "text without a mask",
    "RNN from N(0, 1)",
    "few reviews, a large LSTM",
)
"""Left to the benchmark."""
MOST_ALARMS = 0.05


def codes(case: SequenceCase) -> list[str]:
    return [finding.code for finding in examine(case).findings]


@pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code, ills in ILLS.items() for name in ills if name not in SLOW]
)
def test_an_ill_run_is_found_to_be_ill_under_its_name(code: str, name: str) -> None:
    case = trained(ILLS[code][name])
    assert code in codes(case)
    found = next(item for item in examine(case).findings if item.code == code)
    assert found.evidence[0] == examine(case).row(code).measure(case)
    assert all(character not in found.sentence for character in "{}") and found.sentence.endswith(".")


def test_every_row_has_at_least_two_ills() -> None:
    assert [code for code in ILLS] and all(len(ILLS[item.code]) >= 2 for item in CATALOGS[SequenceCase])
    assert set(ILLS) == {item.code for item in CATALOGS[SequenceCase]}


def test_of_ordinary_runs_that_went_well_at_least_95_in_100_raise_no_alarm() -> None:
    cases = [trained(experiment) for experiment in few()]
    well = [case for case, is_well in zip(cases, healthy(cases), strict=True) if is_well]
    assert len(well) >= 8
    alarms = [(case.experiment, codes(case)) for case in well if codes(case)]
    assert len(alarms) <= MOST_ALARMS * len(well), alarms


def test_it_is_too_early_before_two_hundred_updates_but_not_for_a_run_that_is_over() -> None:
    experiment = SequenceExperiment().patched({"task.samples": 60, "task.delay": 3, "training.updates": 1000})
    early = trained(experiment.patched({"training.optimizer.lr": 1e-6}), SETTLING - 50)
    said = examine(early)
    assert said.too_early and said.judges_from == SETTLING and said.judges_curves_from == 2 * SETTLING
    over = trained(experiment.patched({"training.optimizer.lr": 1e-6, "training.updates": SETTLING - 50}))
    assert codes(over) == ["rate_low"]


def test_examining_a_run_changes_nothing_of_it() -> None:
    experiment = SequenceExperiment().patched({"task.samples": 60, "task.delay": 3, "model.units": 4})
    seen, alone = SequenceRun(experiment), SequenceRun(experiment)
    for run in (seen, alone):
        run.advance(5)
    examine(record_of(seen, [seen.snapshot()]))
    for run in (seen, alone):
        run.advance(5)
    assert (seen.snapshot().scores == alone.snapshot().scores).all()
