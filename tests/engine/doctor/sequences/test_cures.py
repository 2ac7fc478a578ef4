"""Cures of runs on sequences: what is offered was trained with, clears the sign, brings no other, and does better."""

import pytest

from benchmarks.doctor_sequences import ILLS
from engine.doctor.catalog import CATALOGS, examine, row
from engine.doctor.cures import CureSearch, plan, updates_of
from engine.doctor.examination import trained
from engine.doctor.finding import Place
from engine.doctor.sequences.case import SequenceCase
from engine.pool import RunPool
from engine.sequences.run import SequenceRun
from tests.engine.doctor.searching import ended

pytestmark = pytest.mark.long

QUICKEST = {
    "diverged": "LSTM, SGD at rate 10",
    "leak": "reverse without a mask",
    "padding": "reviews, padding read by a GRU",
    "exploding": "LSTM from N(0, 8)",
    "saturated": "LSTM, inputs from N(0, 10)",
    "vanishing": "LSTM, forget gate shut",
    "rate_high": "transformer, Adam at rate 0.3",
    "rate_low": "LSTM, Adam at 1e-5",
    "overfit": "few sums, a transformer",
    "underfit": "one unit recalls one of eight symbols",
}


def searched(code: str, pool: RunPool) -> tuple[SequenceCase, CureSearch]:
    case = trained(ILLS[code][QUICKEST[code]])
    finding = next(item for item in examine(case).findings if item.code == code)
    return case, ended(CureSearch(pool, case, finding))


@pytest.mark.parametrize("code", QUICKEST)
def test_what_is_offered_clears_the_sign_brings_no_other_and_lowers_the_loss(code: str, pool: RunPool) -> None:
    case, search = searched(code, pool)
    offered = search.offered
    assert offered is not None and offered.after is not None, [item.said for item in search.tried]
    again = trained(offered.experiment, updates_of(case))
    assert offered.experiment.seed == case.experiment.seed
    assert again.step == offered.after.step
    was, now = ({item.code for item in examine(each).findings} for each in (case, again))
    assert code in was and code not in now and not now - was
    assert offered.after.loss.value < 0.99 * offered.before.loss.value
    run = SequenceRun(offered.experiment)
    run.advance(updates_of(case))
    scores = dict(zip(run.score_names, map(float, run.snapshot().scores), strict=True))
    loss = 1 - scores["validation.accuracy"] if code == "padding" else scores["validation.loss"]
    assert offered.after.loss.value == pytest.approx(loss, rel=1e-4)


def test_the_loss_that_a_mask_has_to_lower_is_that_of_answers_given_from_their_beginning_alone() -> None:
    case = trained(ILLS["leak"]["reverse without a mask"], 40)
    seen = row("leak", SequenceCase).loss(case, case)
    assert seen.value == case.ahead.alone and seen.value != pytest.approx(case.score("validation.loss"), rel=1e-3)


@pytest.mark.parametrize("item", CATALOGS[SequenceCase], ids=lambda item: item.code)
def test_every_candidate_is_an_experiment_that_can_be(item) -> None:  # type: ignore[no-untyped-def]
    for name, ill in ILLS[item.code].items():
        case = trained(ill, 2)
        made = [ill.patched(dict(change)) for change in item.candidates(case)]
        assert any(each != ill for each in made), name
        sign = item.found("", (item.measure(case),), Place("loss", case.step))
        assert 1 <= len(plan(case, sign)) <= len(made)
