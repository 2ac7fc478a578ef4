"""The pool: fair, bounded, never in the way; what it trains is what anyone would have trained."""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engine.checkpoints import TrainingState
from engine.data.toy import Circle, Spiral
from engine.entry import FRAMES_PER_SECOND, SPEEDS, Entry
from engine.experiment import Experiment, Training
from engine.model import Model
from engine.optimizers import SGD
from engine.pool import RunPool
from engine.refusal import Refusal
from engine.run import Run
from engine.settings import Settings
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun

SMALL = Experiment(data=Circle(samples=80), model=Model(hidden=(4,)), training=Training(epochs=200))
FASTEST = len(SPEEDS) - 1


@pytest.fixture
def pool() -> Iterator[RunPool]:
    made = RunPool(Settings(workers=2, max_runs=6))
    yield made
    made.close()


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition, or fail."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.005)


def make(experiment: Experiment = SMALL) -> Callable[[], Run]:
    return lambda: SupervisedRun(experiment)


def weights(entry: Entry) -> np.ndarray:
    assert isinstance(entry.run, SupervisedRun)
    return np.concatenate([p.detach().numpy().ravel() for p in entry.run.model.parameters()])


def test_a_new_run_shows_its_first_frame_without_being_played(pool: RunPool) -> None:
    entry = pool.open(make())
    assert entry.wait(0, 10.0)
    until(lambda: entry.status == "paused")
    assert entry.film.last.step == 0
    assert entry.film.last.detail is not None


def test_play_pause_and_step_do_exactly_what_they_say(pool: RunPool) -> None:
    entry = pool.open(make())
    entry.wait(0, 10.0)
    pool.step(entry, 3)
    until(lambda: entry.status == "paused")
    assert entry.run is not None
    assert entry.run.steps == 3
    assert entry.film.last.step == 3
    pool.play(entry)
    until(lambda: entry.run.steps > 20)
    pool.pause(entry)
    until(lambda: entry.status == "paused" and not entry.busy)
    stopped = entry.run.steps
    time.sleep(0.2)
    assert entry.run.steps == stopped
    assert entry.film.last.step == stopped


def test_a_run_ends_by_plan_and_its_film_is_bounded_and_even(pool: RunPool) -> None:
    entry = pool.open(make(SMALL.patched({"training.epochs": 400})), play=True, speed=FASTEST)
    until(lambda: entry.status == "finished")
    steps = [frame.step for frame in entry.film]
    assert steps[0] == 0
    assert steps[-1] == entry.run.last_step
    assert len(steps) <= 200
    assert all(b > a for a, b in itertools.pairwise(steps))


def test_many_runs_at_once_give_the_numbers_each_gives_alone(pool: RunPool) -> None:
    experiments = [SMALL.patched({"seed": seed, "training.epochs": 20, "model.dropout": 0.2}) for seed in range(5)]
    entries = [pool.open(make(experiment), play=True, speed=FASTEST) for experiment in experiments]
    until(lambda: all(entry.status == "finished" for entry in entries))
    for entry, experiment in zip(entries, experiments, strict=True):
        alone = SupervisedRun(experiment)
        alone.advance(10_000)
        expected = np.concatenate([p.detach().numpy().ravel() for p in alone.model.parameters()])
        assert np.array_equal(weights(entry), expected)


def test_runs_that_play_share_the_workers_fairly(pool: RunPool) -> None:
    """As fast as can be, five runs ask for more than two workers have, on whatever machine, however busy."""
    slow = Experiment(data=Spiral(), model=Model(hidden=(16, 16)), training=Training(epochs=100_000))
    entries = [pool.open(make(slow), play=True, speed=FASTEST) for _ in range(5)]

    def all_made(frames: list[int]) -> bool:
        for entry in entries:
            pool.touch(entry)
        return all(entry.frames_made >= least for entry, least in zip(entries, frames, strict=True))

    until(lambda: all_made([1] * 5), seconds=60)
    first = [entry.frames_made for entry in entries]
    until(lambda: all_made([made + 8 for made in first]), seconds=60)
    gained = [entry.frames_made - made for entry, made in zip(entries, first, strict=True)]
    assert min(gained) >= max(gained) / 2, gained


def test_a_run_nobody_watches_rests_and_is_forgotten_later() -> None:
    pool = RunPool(Settings(workers=1, unwatched_seconds=0.2, forget_seconds=0.6))
    try:
        entry = pool.open(make(SMALL.patched({"training.epochs": 100_000})), play=True, speed=0)
        until(lambda: entry.rests and entry.status == "paused")
        assert pool.playing == 0
        until(lambda: pool.get(entry.id) is None)
    finally:
        pool.close()


def test_a_run_on_its_way_to_a_goal_goes_on_when_its_page_comes_late() -> None:
    """As where a browser takes long to draw a page that a link has opened at some step."""
    pool = RunPool(Settings(workers=1, unwatched_seconds=0.1))
    try:
        entry = pool.open(make(SMALL.patched({"training.epochs": 100_000})), goal=1_000_000)
        until(lambda: entry.rests and not entry.busy)
        assert entry.run is not None
        reached = entry.run.steps
        time.sleep(0.3)
        assert entry.run.steps == reached < 1_000_000
        entry.goal = reached + 500
        for _ in range(400):
            pool.touch(entry)
            time.sleep(0.02)
            if entry.run.steps >= reached + 500:
                break
        until(lambda: entry.status == "paused")
        assert entry.run.steps == reached + 500
    finally:
        pool.close()


def test_a_full_pool_forgets_the_longest_unseen_idle_run_but_never_a_shared_one(pool: RunPool) -> None:
    shared = pool.open(make(), pinned=True)
    entries = [pool.open(make()) for _ in range(5)]
    for entry in [shared, *entries]:
        entry.wait(0, 10.0)
        until(lambda entry=entry: entry.status == "paused")
        entry.seen -= 60.0
    for entry in entries[1:]:
        pool.touch(entry)
    newest = pool.open(make())
    assert pool.get(shared.id) is shared
    assert pool.get(entries[0].id) is None
    assert pool.get(newest.id) is newest
    assert sum(pool.get(entry.id) is not None for entry in [shared, *entries, newest]) == 6


def test_in_a_full_pool_a_run_that_takes_the_place_of_another_drives_out_nobody_else(pool: RunPool) -> None:
    entries = [pool.open(make()) for _ in range(6)]
    for entry in entries:
        until(lambda entry=entry: entry.status == "paused")
    entries[0].seen -= 60.0
    newest = pool.open(make(), instead_of=entries[3])
    assert all(pool.get(entry.id) is entry for entry in [*entries, newest])
    pool.close_entry(entries[3])
    pool.open(make(), instead_of=entries[3])
    assert pool.get(entries[0].id) is None


def test_a_goal_is_reached_and_then_the_run_pauses(pool: RunPool) -> None:
    entry = pool.open(make(), goal=37)
    until(lambda: entry.status == "paused")
    assert entry.run is not None
    assert entry.run.steps == 37


def test_a_run_that_plays_goes_on_from_its_goal_and_another_speed_does_not_lose_it(pool: RunPool) -> None:
    still = pool.open(make(), goal=90, every=30)
    pool.set_speed(still, 0)
    until(lambda: still.status == "paused" and still.run is not None)
    assert still.run is not None
    assert still.run.steps == 90
    playing = pool.open(make(), goal=90, every=30, play=True, speed=FASTEST)
    until(lambda: playing.run is not None and playing.run.steps > 120)
    assert playing.goal is None


def test_a_look_at_a_playing_run_finds_it_between_two_updates_and_changes_nothing(pool: RunPool) -> None:
    endless = SMALL.patched({"training.epochs": 100_000})
    entry = pool.open(make(endless), play=True, speed=FASTEST)
    entry.wait(0, 10.0)
    for _ in range(20):
        first, second = pool.look(entry, lambda run: (run.steps, time.sleep(0.002) or run.steps))  # type: ignore[func-returns-value]
        assert first == second
    pool.pause(entry)
    until(lambda: entry.status == "paused")
    alone = SupervisedRun(endless)
    assert entry.run is not None
    alone.advance(entry.run.steps)
    np.testing.assert_array_equal(
        weights(entry), np.concatenate([p.detach().numpy().ravel() for p in alone.model.parameters()])
    )


def test_a_look_at_a_run_that_is_not_made_gives_none(pool: RunPool) -> None:
    def refuse() -> Run:
        raise ValueError("no")

    entry = pool.open(refuse)
    until(lambda: entry.status == "failed")
    assert pool.look(entry, lambda run: run.steps, seconds=0.2) is None


def test_a_pause_shows_the_step_it_stopped_at_with_its_details(pool: RunPool) -> None:
    entry = pool.open(make(), play=True)
    until(lambda: entry.run is not None and entry.run.steps > 20)
    pool.pause(entry)
    until(lambda: entry.status == "paused")
    assert entry.run is not None
    assert entry.film.last.step == entry.run.steps
    assert entry.film.last.detail is not None


def test_settings_changed_in_mid_run_are_taken_in_at_a_step_and_recorded(pool: RunPool) -> None:
    entry = pool.open(make())
    entry.wait(0, 10.0)
    pool.step(entry, 5)
    until(lambda: entry.status == "paused")
    pool.patch(entry, {"training.optimizer.lr": 0.5})
    until(lambda: entry.run is not None and bool(entry.run.edits))
    assert entry.run.edits[0].step == 5


def test_a_run_that_can_not_be_made_fails_with_its_reason_and_harms_no_other(pool: RunPool) -> None:
    def broken() -> Run:
        raise Refusal("data: nothing to split")

    failed, fine = pool.open(broken), pool.open(make())
    until(lambda: failed.status == "refused")
    assert failed.failure == "data: nothing to split"
    assert fine.wait(0, 10.0)


def test_a_diverged_run_stops_with_its_message_and_a_last_good_frame(pool: RunPool) -> None:
    wild = Experiment.model_validate(
        {"data": {"kind": "two_bumps"}, "model": {"hidden": (32, 32), "activation": {"kind": "relu"}}}
    ).patched({"training.optimizer": SGD(lr=10.0).model_dump()})
    entry = pool.open(make(wild), play=True, speed=FASTEST)
    until(lambda: entry.status == "diverged")
    assert "At step" in entry.run.ending.message or "The update" in entry.run.ending.message
    assert np.isfinite(weights(entry)).all()
    assert entry.film.last.step == entry.run.steps


def test_a_page_gets_just_the_frames_it_has_not_confirmed(pool: RunPool) -> None:
    entry = pool.open(make())
    entry.wait(0, 10.0)
    whole, frames, first = entry.frames_after(0)
    assert whole
    assert [frame.step for frame in frames] == [0]
    for _ in range(3):
        version = entry.version
        pool.step(entry, 2)
        assert entry.wait(version, 10.0)
    whole, frames, newest = entry.frames_after(first)
    assert not whole
    assert [frame.step for frame in frames] == [2, 4, 6]
    assert entry.frames_after(newest) == (False, [], newest)


def test_a_page_that_is_too_far_behind_gets_the_whole_film(pool: RunPool) -> None:
    entry = pool.open(make())
    entry.wait(0, 10.0)
    for _ in range(70):
        version = entry.version
        pool.step(entry, 1)
        assert entry.wait(version, 10.0)
    whole, frames, _ = entry.frames_after(1)
    assert whole
    assert len(frames) == len(entry.film) == 71


class Watched(SupervisedRun):
    """A run that tells how it is advanced, takes its time, and can be held in the middle of an update."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(SMALL)
        self.seconds = seconds
        self.pieces: list[int] = []
        self.free = threading.Event()
        self.free.set()

    def advance(self, steps: int) -> int:
        self.pieces.append(steps)
        time.sleep(self.seconds * steps)
        self.free.wait(10.0)
        return super().advance(steps)


def test_a_slow_run_on_its_way_to_a_goal_is_trained_in_short_pieces(pool: RunPool) -> None:
    slow = Watched(seconds=0.02)
    entry = pool.open(lambda: slow, goal=60, every=60)
    until(lambda: entry.status == "paused")
    assert slow.steps == 60
    assert max(slow.pieces) <= 2, slow.pieces
    shown = [frame.step for frame in entry.film]
    assert 2 < len(shown) < 10, "a frame that takes long is shown as far as it is"


def test_steps_asked_while_an_update_is_on_its_way_are_all_done(pool: RunPool) -> None:
    held = Watched()
    entry = pool.open(lambda: held)
    entry.wait(0, 10.0)
    held.free.clear()
    pool.play(entry)
    until(lambda: bool(held.pieces))
    for _ in range(2):
        pool.step(entry, 3)
    held.free.set()
    until(lambda: entry.status == "paused")
    assert held.steps == held.pieces[0] + 6


def test_what_was_agreed_for_a_goal_ends_with_it(pool: RunPool) -> None:
    entry = pool.open(make(SMALL.patched({"training.epochs": 100_000})), goal=100_000, every=40, play=True)
    until(lambda: entry.run is not None and entry.run.steps > 40)
    pool.pause(entry)
    until(lambda: entry.status == "paused")
    version = entry.version
    pool.set_speed(entry, 0)
    pool.play(entry)
    until(lambda: entry.version >= version + 3)
    steps = [filmed.snapshot.step for filmed in entry.recent][-3:]
    assert np.diff(steps).max() == 1
    assert entry.wants_to_play
    pool.pause(entry)
    assert not entry.wants_to_play


def test_a_run_is_known_to_want_to_play_before_it_is_made(pool: RunPool) -> None:
    gate = threading.Event()

    def late() -> Run:
        gate.wait(10.0)
        return SupervisedRun(SMALL)

    entries = [pool.open(late, play=True), pool.open(late, goal=5, play=True), pool.open(late, goal=5)]
    assert [(entry.status, entry.wants_to_play) for entry in entries] == [
        ("waiting", True),
        ("waiting", True),
        ("waiting", False),
    ]
    gate.set()


def test_a_look_at_a_paused_run_does_not_make_it_play(pool: RunPool) -> None:
    entry = pool.open(make())
    entry.wait(0, 10.0)
    until(lambda: entry.status == "paused")
    assert pool.look(entry, lambda run: entry.status) == "paused"


def test_a_change_that_can_not_be_made_is_told_and_the_run_goes_on(pool: RunPool) -> None:
    entry = pool.open(make(), play=True)
    until(lambda: entry.run is not None and entry.run.steps > 5)
    assert entry.run is not None
    pool.patch(entry, {"model.bias": False})
    until(lambda: "model.bias" in entry.note)
    stood = entry.run.steps
    until(lambda: entry.run is not None and entry.run.steps > stood)
    pool.pause(entry)
    assert not entry.note, "what was said is gone with the next thing asked for"


class Faulty(SupervisedRun):
    """A run that raises at one place."""

    def __init__(self, where: str) -> None:
        self.where = ""
        super().__init__(SMALL)
        if where == "make":
            raise RuntimeError("out of order")
        self.where = where

    def advance(self, steps: int) -> int:
        if self.where == "advance":
            raise RuntimeError("out of order")
        return super().advance(steps)

    def snapshot(self, detail: bool = True) -> Snapshot:
        if self.where == "snapshot" and self.steps:
            raise RuntimeError("out of order")
        return super().snapshot(detail=detail)

    def checkpoint(self) -> TrainingState:
        if self.where == "checkpoint" and self.steps:
            raise RuntimeError("out of order")
        return super().checkpoint()


@pytest.mark.parametrize("where", ["make", "advance", "snapshot", "checkpoint"])
def test_a_run_that_raises_says_so_itself_and_others_go_on(
    where: str, pool: RunPool, caplog: pytest.LogCaptureFixture
) -> None:
    fine = pool.open(make(SMALL.patched({"training.epochs": 100_000})), play=True)
    failed = pool.open(lambda: Faulty(where), play=True)

    def has_failed() -> bool:
        pool.touch(fine)
        pool.touch(failed)
        return failed.status == "failed"

    until(has_failed, 60.0)
    (number,) = re.findall(r"out of order.* In the server's log: (\w{6})\.$", failed.failure)
    assert any(record.getMessage() == f"error {number}: run {failed.id} failed" for record in caplog.records)
    assert not fine.failure

    def goes_on(steps: int) -> bool:
        pool.touch(fine)
        return fine.run is not None and fine.run.steps > steps

    stood = fine.run.steps if fine.run else 0
    until(lambda: goes_on(stood), 60.0)
    again = pool.open(make())
    assert again.wait(0, 60.0), "and the workers are still there"


def test_a_run_makes_no_more_updates_than_the_limit_and_says_so() -> None:
    pool = RunPool(Settings(workers=1, max_steps=25))
    try:
        entry = pool.open(make(SMALL.patched({"training.epochs": 100_000})), goal=1000, every=10)
        until(lambda: entry.status == "paused" and bool(entry.note), 60.0)
        assert entry.run is not None
        assert entry.run.steps == 25
        assert "This server allows 25 updates of one run" in entry.note
        assert entry.film.last.step == 25
        pool.step(entry, 5)
        until(lambda: bool(entry.note), 60.0)
        assert entry.run.steps == 25
    finally:
        pool.close()


def test_a_long_step_of_a_page_that_has_gone_rests_too() -> None:
    pool = RunPool(Settings(workers=1, unwatched_seconds=0.3))
    try:
        entry = pool.open(make(SMALL.patched({"training.epochs": 100_000})))
        entry.wait(0, 30.0)
        pool.step(entry, 10_000_000)
        until(lambda: entry.status == "paused", 60.0)
        assert entry.rests and entry.pending_steps > 0
    finally:
        pool.close()


def test_one_visitor_with_many_runs_gets_no_more_than_one_with_one(pool: RunPool) -> None:
    slow = Experiment(data=Spiral(), model=Model(hidden=(16, 16)), training=Training(epochs=100_000))
    many = [pool.open(make(slow), play=True, speed=FASTEST, owner="many") for _ in range(4)]
    one = pool.open(make(slow), play=True, speed=FASTEST, owner="one")

    def all_made(least: int) -> bool:
        for entry in [*many, one]:
            pool.touch(entry)
        return one.frames_made >= least and all(entry.frames_made for entry in many)

    until(lambda: all_made(1), 60.0)
    before, mine = sum(entry.frames_made for entry in many), one.frames_made
    until(lambda: all_made(mine + 24), 60.0)
    assert sum(entry.frames_made for entry in many) - before <= 2 * 24


def test_the_updates_of_all_runs_of_one_page_are_bounded_and_others_go_on() -> None:
    pool = RunPool(Settings(workers=1, visitor_steps=40))
    try:
        mine = [pool.open(make(), play=True, speed=FASTEST, owner="me") for _ in range(2)]
        other = pool.open(make(), play=True, speed=FASTEST, owner="somebody else")
        nobodys = pool.open(make(), play=True, speed=FASTEST)
        until(lambda: all(entry.run is not None and not entry.wants_work for entry in (*mine, other, nobodys)))
        assert sum(entry.run.steps for entry in mine if entry.run) == 40
        assert any("40 updates of all runs of one page" in entry.note for entry in mine)
        assert other.run is not None and other.run.steps == 40
        assert nobodys.run is not None and nobodys.run.ending is not None
    finally:
        pool.close()


def test_details_come_as_often_where_frames_come_slowly(pool: RunPool) -> None:
    entry = pool.open(make())
    assert entry.wait(0, 10.0)
    until(lambda: entry.status == "paused")
    entry.frames_made, entry.detail_every = 7, 20
    usual = entry.detail_every / FRAMES_PER_SECOND
    assert not entry.wants_detail(entry.detailed_at + usual), "frame 20 has them, and comes at about this time"
    assert entry.wants_detail(entry.detailed_at + 2 * usual), "no wait for 13 more frames of a slow run"
    entry.frames_made = 40
    assert entry.wants_detail(entry.detailed_at)


def test_a_first_frame_that_took_long_does_not_put_off_the_next_details() -> None:
    run = SupervisedRun(Experiment())
    entry = Entry("slow", lambda: run, speed=2, playing=True, goal=None)
    quick, run.snapshot = run.snapshot, lambda detail=True: (time.sleep(0.4), quick(detail))[1]  # type: ignore[method-assign]
    usual = entry.detail_every
    entry.film_now(run, detail=True)
    assert entry.detail_every == usual
    run.snapshot = quick  # type: ignore[method-assign]
    entry.film_now(run, detail=True)
    assert entry.detail_seconds < 0.4 and entry.detail_every < 0.4 * FRAMES_PER_SECOND / 0.08
