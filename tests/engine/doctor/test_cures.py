"""Cures: what is offered was trained with, clears the sign, brings no other, and does better on held-back examples."""

import time

import numpy as np
import pytest

from benchmarks.doctor_ills import ILLS
from engine.doctor import cures
from engine.doctor.case import Case, case_of
from engine.doctor.catalog import examine
from engine.doctor.cures import SAME, CureSearch, plan, updates_of
from engine.doctor.examination import trained
from engine.doctor.finding import Finding
from engine.experiment import Experiment
from engine.film import Film
from engine.pool import RunPool
from engine.settings import Settings
from engine.supervised import SupervisedRun
from tests.engine.doctor.searching import ended

pytestmark = pytest.mark.long

QUICKEST = {
    "diverged": "prices in thousands, unscaled",
    "unscaled": "breast cancer",
    "symmetry": "zeros",
    "saturated": "tanh driven there by rate 1",
    "vanishing": "ten sigmoid layers",
    "dead": "SGD at rate 10",
    "rate_high": "RMSProp at rate 0.5",
    "rate_low": "regression, SGD at 1e-4",
    "overfit": "noisy moons",
    "underfit": "a line for a circle",
    "imbalance": "fraud, 2 %",
}


def finding_of(case: Case, code: str) -> Finding:
    return next(item for item in examine(case).findings if item.code == code)


def held_loss(experiment: Experiment, steps: int, *, balanced: bool) -> float:
    """The validation loss after so many updates, by PyTorch's own weighted cross-entropy or squares."""
    run = SupervisedRun(experiment)
    run.advance(steps)
    return (
        case_of(run, [run.snapshot()]).balanced_loss
        if balanced
        else float(dict(zip(run.score_names, run.snapshot().scores, strict=True))["validation.loss"])
    )


@pytest.mark.parametrize("code", QUICKEST)
def test_what_is_offered_clears_the_sign_brings_no_other_and_lowers_the_loss(code: str, pool: RunPool) -> None:
    ill = ILLS[code][QUICKEST[code]]
    case = trained(ill)
    search = ended(CureSearch(pool, case, finding_of(case, code)))
    offered = search.offered
    assert offered is not None, [item.said for item in search.tried]
    again = trained(offered.experiment, updates_of(case))
    assert offered.experiment.seed == ill.seed
    assert again.step == offered.after.step
    assert code not in [item.code for item in examine(again).findings]
    assert not {item.code for item in examine(again).findings} - {item.code for item in examine(case).findings}
    assert offered.after.loss.value < 0.99 * offered.before.loss.value
    if case.scene.classes:
        again_loss = held_loss(offered.experiment, updates_of(case), balanced=code == "imbalance")
        assert offered.after.loss.value == pytest.approx(again_loss, rel=1e-4)


def test_exploding_is_cured_by_pairs_of_changes_each_of_which_does_only_half(pool: RunPool) -> None:
    case = trained(ILLS["exploding"]["ELU from N(0, 1), a small rate"])
    search = ended(CureSearch(pool, case, finding_of(case, "exploding")))
    singles = len(plan(case, search.finding))
    assert len(search.tried) > singles
    assert all(not item.cures for item in search.tried[:singles])
    assert any("brings another sign" in item.said for item in search.tried[:singles])
    halves = {item.patch for item in search.tried[:singles] if item.next}
    assert any(set(half) <= set(search.offered.patch) for half in halves)
    again = trained(search.offered.experiment, updates_of(case))
    assert examine(again).findings == ()
    assert search.offered.after.loss.value < 0.01 * search.offered.before.loss.value


def test_batch_norm_alone_is_not_offered_to_a_deep_network_it_does_not_cure(pool: RunPool) -> None:
    case = trained(ILLS["vanishing"]["60 ReLU layers, Xavier"])
    search = CureSearch(pool, case, finding_of(case, "vanishing"))
    search.left = [item for item in search.left if dict(item[0]) == {"model.norm.kind": "batch_norm"}]
    search._paired = True
    ended(search)
    assert search.offered is None
    assert len(search.tried) == 1 and not search.tried[0].cures


def test_a_run_edited_on_the_way_is_compared_with_itself_from_the_beginning(pool: RunPool) -> None:
    run = SupervisedRun(Experiment().patched({"data.kind": "circle", "training.epochs": 30}))
    film = Film()
    for step in range(0, 300, 10):
        if step == 50:
            run.apply({"training.optimizer.kind": "sgd", "training.optimizer.lr": 1e-6})
        film.append(run.snapshot())
        run.advance(10)
    film.append(run.snapshot())
    case = case_of(run, film)
    search = CureSearch(pool, case, finding_of(case, "rate_low"))
    search.poll()
    assert search.trying == SAME
    ended(search)
    assert search.offered is not None and search.offered.experiment.training.optimizer.lr > 1e-6
    assert search.before is not None and search.before.step == 300 and not search.before.edited


def test_a_search_that_nobody_looked_after_begins_its_trial_again(pool: RunPool) -> None:
    case = trained(ILLS["vanishing"]["ten sigmoid layers"])
    search = CureSearch(pool, case, finding_of(case, "vanishing"))
    search.poll()
    first = search._entry
    pool.pause(first)
    while first.status in ("waiting", "playing"):
        time.sleep(0.005)
    ended(search)
    assert search.offered is not None
    assert search.offered.after.step == case.step
    assert pool.get(first.id) is None


def test_a_trial_that_takes_too_long_is_given_up_and_said_to(pool: RunPool, monkeypatch: pytest.MonkeyPatch) -> None:
    case = trained(ILLS["symmetry"]["zeros"])
    monkeypatch.setattr(cures, "MOST_SECONDS", 0.0)
    search = ended(CureSearch(pool, case, finding_of(case, "symmetry")))
    assert search.offered is None
    assert all("takes longer" in item.said and item.after is None for item in search.tried)


def test_the_time_in_which_nobody_looks_counts_for_no_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    case = trained(ILLS["vanishing"]["ten sigmoid layers"])
    pool = RunPool(Settings(workers=1, unwatched_seconds=0.2))
    try:
        search = CureSearch(pool, case, finding_of(case, "vanishing"))
        search.poll()
        first = search._entry
        until = time.monotonic() + 30
        while not first.rests and time.monotonic() < until:
            time.sleep(0.005)
        assert first.rests and not search._is_done(first)
        search._began -= 2 * cures.MOST_SECONDS
        search.poll()
        assert search._entry is first and not search.tried, "it goes on"
    finally:
        pool.close()


def test_a_longer_run_is_compared_with_itself_after_fewer_updates(
    pool: RunPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = trained(ILLS["vanishing"]["ten sigmoid layers"])
    monkeypatch.setattr(cures, "MOST_UPDATES", 200)
    search = ended(CureSearch(pool, case, finding_of(case, "vanishing")))
    assert search.before.step == 200
    assert search.offered.before.step == search.offered.after.step == 200


def test_a_search_that_is_closed_leaves_no_run_behind(pool: RunPool) -> None:
    case = trained(ILLS["symmetry"]["zeros"])
    search = CureSearch(pool, case, finding_of(case, "symmetry"))
    search.poll()
    entry = search._entry
    search.close()
    assert search.is_over
    assert pool.get(entry.id) is None


def test_a_plan_holds_no_change_twice_and_none_that_changes_nothing() -> None:
    case = trained(ILLS["symmetry"]["zeros"])
    made = [experiment for _, experiment in plan(case, finding_of(case, "symmetry"))]
    assert len(made) == len(set(made)) == 2
    assert case.experiment not in made
    assert all(np.isfinite(experiment.training.optimizer.lr) for experiment in made)
