"""Who may stay in the pool, and how all of it together keeps to its memory."""

import time

import numpy as np
import pytest

from engine.admission import reserve
from engine.entry import Entry, Filmed
from engine.experiment import Experiment
from engine.film import MIN_FRAMES
from engine.limits import RUNS, RUNS_MB, VISITOR_RUNS, LimitReached
from engine.pool import RunPool
from engine.room import MB, eased, made_for
from engine.settings import Settings
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun
from engine.weighing import weight_of

LIMITS = Settings(max_runs=3, visitor_runs=2, runs_mb=10.0)


class Idle:
    """A run that nobody trains."""

    ending = None
    steps = 0


def entry(name: str, *, unseen: float = 0.0, owner: str = "", reserve_mb: float = 0.0, playing: bool = False) -> Entry:
    made = Entry(name, Idle, 0, playing, None, owner=owner, reserve=round(reserve_mb * MB))  # type: ignore[arg-type]
    made.run = Idle()  # type: ignore[assignment]
    made.seen = time.monotonic() - unseen
    return made


def filmed(held: Entry, frames: int, kilobytes: int) -> Entry:
    empty = np.zeros(0, np.float32)
    for step in range(frames):
        boundary = np.zeros(kilobytes * 1000, np.uint8)
        snapshot = Snapshot(step, 0.0, 0.1, 0.0, empty, empty, empty, empty, boundary)
        held.film.append(snapshot)
        held.version += 1
        held.recent.append(Filmed(held.version, snapshot))
    return held


def test_the_longest_unseen_goes_for_a_newcomer() -> None:
    present = [entry("a", unseen=20), entry("b", unseen=60), entry("c")]
    assert made_for(entry("new"), present, None, LIMITS) == [present[1]]
    assert made_for(entry("new"), present[:2], None, LIMITS) == []


def test_runs_that_are_looked_at_trained_or_shared_are_never_taken_away() -> None:
    shared = entry("shared", unseen=60)
    shared.pinned = True
    present = [entry("seen"), entry("playing", unseen=60, playing=True), shared]
    with pytest.raises(LimitReached) as caught:
        made_for(entry("new"), present, None, LIMITS)
    assert (caught.value.limit, caught.value.asked) == (RUNS, 4)
    assert made_for(entry("new"), present, present[0], LIMITS) == [], "its own run makes way"


def test_a_visitor_has_so_many_runs_and_those_out_of_sight_go_first() -> None:
    mine = [entry("one", owner="me"), entry("two", owner="me")]
    with pytest.raises(LimitReached) as caught:
        made_for(entry("new", owner="me"), mine, None, LIMITS)
    assert (caught.value.limit, caught.value.asked) == (VISITOR_RUNS, 3)
    assert made_for(entry("new", owner="you"), mine, None, LIMITS) == []
    mine[0].seen -= 60
    assert made_for(entry("new", owner="me"), mine, None, LIMITS) == [mine[0]]


def test_a_run_is_let_in_where_what_all_need_at_least_fits() -> None:
    present = [entry("a", reserve_mb=4), entry("b", reserve_mb=4)]
    assert made_for(entry("new", reserve_mb=2), present, None, LIMITS) == []
    with pytest.raises(LimitReached) as caught:
        made_for(entry("new", reserve_mb=2.5), present, None, LIMITS)
    assert (caught.value.limit, caught.value.asked) == (RUNS_MB, 11)
    present[1].seen -= 60
    assert made_for(entry("new", reserve_mb=2.5), present, None, LIMITS) == [present[1]]


def test_unseen_runs_go_before_films_of_others_grow_thinner() -> None:
    here, gone = filmed(entry("here"), 100, 60), filmed(entry("gone", unseen=60), 100, 60)
    assert eased([here, gone], LIMITS) == [gone]
    assert len(here.film) == 100


def test_only_so_many_runs_are_kept_for_who_comes_back() -> None:
    present = [entry(str(ago), unseen=ago) for ago in (30, 50, 40, 0)]
    assert [gone.id for gone in eased(present, Settings(kept_runs=1))] == ["50", "40"]
    assert eased(present, Settings(kept_runs=3)) == []


def test_only_so_much_is_kept_for_who_comes_back_and_what_is_watched_counts_apart() -> None:
    here = filmed(entry("here"), 100, 40)
    gone = [filmed(entry(str(ago), unseen=ago), 50, 20) for ago in (30, 50, 40)]
    least = min(other.nbytes for other in gone) / MB
    assert here.nbytes / MB > 2.5 * least
    assert [other.id for other in eased([here, *gone], Settings(kept_mb=2.5 * least))] == ["50"]
    assert eased([here, *gone], Settings(kept_mb=4 * least)) == []


def test_the_heaviest_film_is_thinned_until_all_fit_and_keeps_its_ends() -> None:
    heavy, light = filmed(entry("heavy"), 120, 80), filmed(entry("light"), 60, 20)
    before = heavy.nbytes + light.nbytes
    assert before > LIMITS.runs_mb * MB
    assert eased([heavy, light], LIMITS) == []
    assert heavy.nbytes + light.nbytes <= LIMITS.runs_mb * MB
    assert (len(heavy.film), len(light.film)) == (60, 60)
    assert [heavy.film.frames[0].step, heavy.film.last.step] == [0, 119]
    heavy.film.append(filmed(entry("more"), 121, 1).film.last)
    assert len(heavy.film) == 60, "it stays as short"


def test_a_film_keeps_its_fewest_frames_and_one_being_served_is_left_alone() -> None:
    held = filmed(entry("held"), MIN_FRAMES + 1, 1000)
    held.busy = True
    eased([held], LIMITS)
    assert len(held.film) == MIN_FRAMES + 1
    held.busy = False
    for _ in range(3):
        eased([held], LIMITS)
    assert len(held.film) == MIN_FRAMES


@pytest.mark.long
@pytest.mark.parametrize("model", [{"hidden": (8, 8)}, {"hidden": (128,) * 6}, {"hidden": (16,) * 30}])
def test_a_run_kept_as_thin_as_can_be_holds_no_more_than_was_reserved(model: dict[str, object]) -> None:
    """With the optimizer that keeps most, early stopping, and checkpoints: what is reserved is an upper bound."""
    experiment = Experiment.model_validate(
        {"model": model, "training": {"stopping": {"kind": "patience"}, "optimizer": {"kind": "adam"}}}
    )
    pool = RunPool(Settings(workers=1))
    try:
        held = pool.open(lambda: SupervisedRun(experiment), goal=220, every=4)
        end = time.monotonic() + 60
        while held.status != "paused" and time.monotonic() < end:
            held.seen = time.monotonic()
            time.sleep(0.02)
        assert held.status == "paused"
    finally:
        pool.close()
    assert isinstance(held.run, SupervisedRun)
    held.weight = weight_of(held.run)
    for _ in range(6):
        eased([held], Settings(runs_mb=0.001))
    assert len(held.film) == MIN_FRAMES
    assert 0.1 * reserve(experiment) < held.nbytes <= reserve(experiment)
