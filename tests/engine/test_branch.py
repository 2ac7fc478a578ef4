"""A branch from any frame: bit for bit the run it leaves, and the run that its link replays."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import stage
from engine.checkpoints import TrainingState
from engine.data.toy import Circle
from engine.entry import SPEEDS, Entry
from engine.experiment import Experiment, Training
from engine.model import Model
from engine.norms import BatchNorm
from engine.optimizers import SGD, Adam, Momentum
from engine.pool import RunPool
from engine.run import Edit
from engine.schedules import OneCycle
from engine.settings import Settings
from engine.stopping import Patience
from engine.supervised import SupervisedRun

PLAIN = Experiment(
    data=Circle(samples=60, validation_share=0.2),
    model=Model(hidden=(4, 3)),
    training=Training(epochs=12, batch_size=8),
)
KINDS = {
    "plain": PLAIN,
    "dropout": PLAIN.patched({"model.dropout": 0.3}),
    "batch norm": PLAIN.patched({"model.norm": BatchNorm().model_dump()}),
    "momentum schedule": PLAIN.patched(
        {"training.optimizer": Momentum().model_dump(), "training.schedule": OneCycle().model_dump()}
    ),
    "early stopping": PLAIN.patched(
        {"training.stopping": Patience(epochs=2).model_dump(), "training.optimizer.lr": 0.3}
    ),
    "averages": PLAIN.patched({"training.optimizer": Adam(lr=0.05).model_dump()}),
}
CHANGES: tuple[dict[str, Any], ...] = (
    {"training.optimizer.lr": 0.02},
    {"weight.2.1.3": 1.5},
    {"bias.1.2": -0.5},
    {"unit.1.2": False},
    {"unit.1.2": True},
    {"edge.1.3.1": False},
    {"hand": "0.5_-1_1"},
    {"hand": "3~"},
    {"training.optimizer.kind": "nesterov"},
    {"model.dropout": 0.4},
    {"training.epochs": 20},
)


def state(run: SupervisedRun) -> list[torch.Tensor]:
    return [tensor.clone() for tensor in run.model.state_dict().values()]


def same(one: SupervisedRun, other: SupervisedRun) -> bool:
    """Whether both stand at the same place with the same weights, settings and batches to come."""
    alike = all(a.equal(b) for a, b in zip(state(one), state(other), strict=True))
    places = [
        (run.steps, run.experiment, run.edits, run.planned, run.ending, run.batches.position) for run in (one, other)
    ]
    return alike and places[0] == places[1]


@pytest.mark.long
@settings(max_examples=30, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    edits=st.lists(st.tuples(st.integers(0, 40), st.sampled_from(CHANGES)), max_size=4),
    kept=st.sets(st.integers(0, 40), min_size=1, max_size=4),
    at=st.integers(0, 45),
)
def test_a_branch_at_any_frame_is_the_run_that_its_edits_replay(
    kind: str, edits: list[tuple[int, dict[str, Any]]], kept: set[int], at: int
) -> None:
    planned = [Edit(step, tuple(change.items())) for step, change in sorted(edits, key=lambda edit: edit[0])]
    left = SupervisedRun(KINDS[kind], planned)
    checkpoints = [left.checkpoint()]
    for step in sorted(kept):
        left.advance(step - left.steps)
        checkpoints.append(left.checkpoint())
    done = tuple(edit for edit in (*left.edits, *left.planned) if edit.step <= at)
    start = next(found for found in reversed(checkpoints) if found.step <= at)
    branch = stage.recipe(KINDS[kind], done, start=start)()
    replay = SupervisedRun(KINDS[kind], done)
    for run in (branch, replay):
        run.advance(at - run.steps)
    assert same(branch, replay)
    for run in (branch, replay):
        run.apply({"training.optimizer.lr": 0.007})
        run.advance(9)
    assert same(branch, replay)


# --- through the pool -----------------------------------------------------------------------------------------------


@pytest.fixture
def pool() -> Iterator[RunPool]:
    made = RunPool(Settings(workers=1, max_runs=6))
    yield made
    made.close()


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.005)


def rested(entry: Entry) -> SupervisedRun:
    until(lambda: entry.status not in ("waiting", "playing") and not entry.patches)
    assert isinstance(entry.run, SupervisedRun)
    return entry.run


def taken_to(pool: RunPool, entry: Entry, step: int) -> SupervisedRun:
    run = rested(entry)
    if step > run.steps:
        pool.step(entry, step - run.steps)
    return rested(entry)


def branched(pool: RunPool, left: Entry, at: int, experiment: Experiment) -> Entry:
    """As ``ui.beside`` does it."""
    run = rested(left)
    past = left.past(at)
    assert past is not None
    edits = tuple(edit for edit in run.edits if edit.step <= at)
    make = stage.recipe(experiment, edits, start=past.checkpoints[-1])
    return pool.open(make, goal=at, past=past)


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_with_nothing_changed_a_branch_ends_with_the_weights_of_the_run_it_left(pool: RunPool, kind: str) -> None:
    left = pool.open(stage.recipe(KINDS[kind]), play=True, every=3, speed=len(SPEEDS) - 1)
    last = rested(left)
    middle = list(left.film)[len(left.film) // 2].step
    right = branched(pool, left, middle, KINDS[kind])
    branch = rested(right)
    assert branch.steps == middle > 0
    pool.play(right)
    until(lambda: branch.ending is not None)
    assert same(rested(right), last)


def test_the_film_of_a_branch_is_that_of_the_run_it_left_up_to_its_frame(pool: RunPool) -> None:
    left = pool.open(stage.recipe(PLAIN), play=True, every=3)
    rested(left)
    at = list(left.film)[12].step
    right = branched(pool, left, at, PLAIN)
    rested(right)
    theirs = {frame.step: frame.scores for frame in left.film}
    shared = [frame for frame in right.film if frame.step in theirs]
    assert right.film.last.step == at and len(shared) >= 6
    for frame in shared:
        np.testing.assert_array_equal(frame.scores, theirs[frame.step])


def test_a_weight_typed_while_it_rests_is_in_a_branch_from_that_very_frame(pool: RunPool) -> None:
    left = pool.open(stage.recipe(PLAIN))
    taken_to(pool, left, 10)
    pool.patch(left, {"weight.1.2.1": 2.25})
    until(lambda: bool(rested(left).edits))
    taken_to(pool, left, 20)
    branch = rested(branched(pool, left, 10, PLAIN))
    assert branch.model.linears[0].weight[1, 0].item() == 2.25
    assert branch.edits == (Edit(10, (("weight.1.2.1", 2.25),)),)


def test_what_is_changed_while_it_trains_is_filmed_at_its_own_step(pool: RunPool) -> None:
    endless = PLAIN.patched({"training.epochs": 100_000})
    left = pool.open(stage.recipe(endless), play=True, speed=len(SPEEDS) - 1)
    until(lambda: left.run is not None and left.run.steps > 20)
    pool.patch(left, {"weight.1.2.1": 7.0})
    until(lambda: left.run is not None and bool(left.run.edits))
    pool.pause(left)
    (edit,) = rested(left).edits
    frame = left.film.at(edit.step)
    assert frame.step == edit.step and frame.detail is not None
    assert frame.detail.edges[2] == 7.0, "unit 2 from source 1, two inputs"


def test_a_branch_from_the_end_of_a_run_has_ended_as_it_has(pool: RunPool) -> None:
    left = pool.open(stage.recipe(PLAIN), play=True, every=3)
    last = rested(left)
    branch = rested(branched(pool, left, last.steps, PLAIN))
    assert branch.ending == last.ending and branch.ending is not None
    branch.apply({"training.epochs": 30})
    assert branch.ending is None and branch.advance(5) == 5


def test_a_diverged_run_can_be_branched_where_it_was_still_good_and_go_on_otherwise(pool: RunPool) -> None:
    wild = Experiment.model_validate(
        {"data": {"kind": "two_bumps"}, "model": {"hidden": (32, 32), "activation": {"kind": "relu"}}}
    ).patched({"training.optimizer": SGD(lr=10.0).model_dump()})
    left = pool.open(stage.recipe(wild), play=True, every=1)
    last = rested(left)
    assert left.status == "diverged"
    branch = rested(branched(pool, left, last.steps, wild))
    assert branch.ending is None and all(a.equal(b) for a, b in zip(state(branch), state(last), strict=True))
    assert branch.advance(10) == 0 and branch.ending == last.ending
    saved = rested(branched(pool, left, 0, wild))
    saved.apply({"training.optimizer.lr": 0.001})
    assert saved.advance(20) == 20 and saved.ending is None


def test_a_run_without_a_state_to_go_back_to_has_no_past() -> None:
    entry = Entry("x", stage.recipe(PLAIN), 0, playing=False, goal=None)
    assert entry.past(100) is None


def test_edits_that_fit_no_part_are_told_once_the_branch_is_made(pool: RunPool) -> None:
    entry = pool.open(stage.recipe(PLAIN, [Edit(2, (("unit.7.1", False),))]))
    rested(entry)
    assert "unit.7.1: there are layers 1 to 2" in entry.note


def test_a_run_without_points_says_so_and_costs_the_workers_nothing(pool: RunPool) -> None:
    empty = Experiment.model_validate({"data": {"kind": "canvas"}})
    entry = pool.open(stage.recipe(empty), play=True, speed=len(SPEEDS) - 1)
    run = rested(entry)
    assert (run.steps, entry.status) == (0, "paused") and "place a few points" in entry.note
    made = entry.frames_made
    time.sleep(0.3)
    assert entry.frames_made == made and not entry.wants_work


def test_points_that_change_make_another_edition_of_the_charts_and_nothing_else_does(pool: RunPool) -> None:
    entry = pool.open(stage.recipe(PLAIN))
    taken_to(pool, entry, 5)
    assert entry.edition == 1
    pool.patch(entry, {"hand": "0_0_1"})
    until(lambda: rested(entry).edits != ())
    assert entry.edition == 2 and entry.setting is not None and entry.setting.scene.train.total == 36 + 1
    pool.patch(entry, {"weight.1.1.1": 0.5})
    until(lambda: len(rested(entry).edits) == 2)
    assert entry.edition == 2


def test_a_checkpoint_kept_before_a_typed_weight_does_not_hide_it() -> None:
    run = SupervisedRun(PLAIN)
    run.advance(6)
    kept = run.checkpoint()
    run.apply({"bias.1.1": 0.25})
    run.apply({"bias.1.1": 0.75})
    branch = stage.recipe(PLAIN, run.edits, start=kept)()
    assert isinstance(kept, TrainingState) and branch.edits == run.edits and same(branch, run)
