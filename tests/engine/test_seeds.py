"""The same experiment from several seeds: each curve as trained alone, the band beside NumPy's own quantiles."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engine import stage
from engine.data.canvas import Canvas
from engine.data.toy import Circle
from engine.experiment import MAX_SEED, Experiment, Training
from engine.model import Model
from engine.optimizers import SGD
from engine.pool import RunPool
from engine.refusal import Refusal
from engine.run import Run
from engine.seeds import AT_ONCE, Curve, Fan, band
from engine.settings import Settings
from engine.supervised import SupervisedRun

SMALL = Experiment(
    data=Circle(samples=60, validation_share=0.2), model=Model(hidden=(3,)), training=Training(epochs=6), seed=3
)


@pytest.fixture
def pool() -> Iterator[RunPool]:
    made = RunPool(Settings(workers=1, max_runs=6))
    yield made
    made.close()


def fan_of(
    experiment: Experiment = SMALL, count: int = 3, make: Callable[[Experiment], Callable[[], Run]] = stage.recipe
) -> Fan:
    return Fan(experiment, count, make, SupervisedRun(experiment).last_step)


def trained(fan: Fan, pool: RunPool, seconds: float = 30.0) -> Fan:
    end = time.monotonic() + seconds
    while not fan.is_done:
        fan.look(pool)
        assert time.monotonic() < end, "waited too long"
        assert sum(pool.get(f"{pool._name}-{n}") is not None for n in range(1, 60)) <= AT_ONCE
        time.sleep(0.005)
    return fan


@pytest.mark.long
def test_every_seed_gives_the_scores_it_gives_alone(pool: RunPool) -> None:
    fan = trained(fan_of(), pool)
    assert sorted(curve.seed for curve in fan.curves) == [3, 4, 5] == fan.seeds
    for curve in fan.curves:
        alone = SupervisedRun(SMALL.patched({"seed": curve.seed}))
        for step, scores in zip(curve.steps, curve.scores, strict=True):
            alone.advance(int(step) - alone.steps)
            np.testing.assert_array_equal(scores.astype(np.float32), alone.snapshot().scores)
        assert curve.ending == "finished" and curve.steps[-1] == alone.last_step
    assert fan.score_names == alone.score_names
    assert not fan.failure and not [curve for curve in fan.curves if len(curve.steps) < 3]


def test_the_seeds_go_round_at_the_end_of_their_range() -> None:
    assert fan_of(SMALL.patched({"seed": MAX_SEED - 1})).seeds == [MAX_SEED - 1, MAX_SEED, 0]


@pytest.mark.long
def test_it_is_taken_up_again_where_nobody_watched(pool: RunPool) -> None:
    fan = fan_of(SMALL.patched({"training.epochs": 60}), count=2)
    fan.look(pool)
    for entry in fan._training.values():
        entry.rests = True
    trained(fan, pool)
    assert [len(curve.steps) > 1 and int(curve.steps[-1]) for curve in fan.curves] == [fan.last_step] * 2


@pytest.mark.long
def test_a_seed_that_a_full_pool_had_to_forget_begins_again(pool: RunPool) -> None:
    fan = fan_of(SMALL.patched({"training.epochs": 60}), count=2)
    fan.look(pool)
    pool.close_entry(next(iter(fan._training.values())))
    trained(fan, pool)
    assert sorted(curve.seed for curve in fan.curves) == [3, 4]


def test_a_seed_that_can_not_be_made_ends_it_with_its_reason(pool: RunPool) -> None:
    def broken(experiment: Experiment) -> Callable[[], Run]:
        def made() -> Run:
            raise Refusal("data: nothing to split")

        return made

    fan = trained(fan_of(make=broken), pool)
    assert (fan.failure, fan.curves) == ("data: nothing to split", [])
    assert not pool._entries


def test_a_plane_without_points_ends_it_with_what_is_to_be_done(pool: RunPool) -> None:
    fan = trained(fan_of(Experiment(data=Canvas(), model=Model(hidden=(2,)))), pool)
    assert "place a few points" in fan.failure and not pool._entries


def test_stopping_lets_go_of_what_trains_and_keeps_what_was_done(pool: RunPool) -> None:
    fan = fan_of(SMALL.patched({"training.epochs": 100_000}), count=5)
    fan.look(pool)
    assert len(pool._entries) == AT_ONCE
    fan.stop(pool)
    assert not pool._entries and not fan._training


def test_of_points_by_hand_other_seeds_have_the_placed_ones_only(pool: RunPool) -> None:
    seen: list[tuple[int, tuple[str, ...]]] = []

    def make(experiment: Experiment) -> Callable[[], Run]:
        seen.append((experiment.seed, experiment.data.hand))  # type: ignore[union-attr]
        return stage.recipe(experiment)

    trained(fan_of(SMALL.patched({"data.hand": ("1_2_0", "7~1", "9~")}), count=2, make=make), pool)
    assert sorted(seen) == [(3, ("1_2_0", "7~1", "9~")), (4, ("1_2_0",))]


def test_a_seed_that_diverges_says_so(pool: RunPool) -> None:
    wild = Experiment.model_validate(
        {"data": {"kind": "two_bumps"}, "model": {"hidden": (32, 32), "activation": {"kind": "relu"}}}
    ).patched({"training.optimizer": SGD(lr=10.0).model_dump()})
    assert {curve.ending for curve in trained(fan_of(wild, count=2), pool).curves} == {"diverged"}


def test_scores_of_a_part_without_examples_are_not_offered(pool: RunPool) -> None:
    fan = trained(fan_of(SMALL.patched({"data.validation_share": 0.0}), count=2), pool)
    assert "train.loss" in fan.measured and not [name for name in fan.measured if name.startswith("validation")]


# --- the band -------------------------------------------------------------------------------------------------------


def curve(seed: int, points: dict[int, float]) -> Curve:
    return Curve(seed, np.array(list(points)), np.array([[0.0, value] for value in points.values()]), "finished")


def test_the_band_is_numpys_median_quartiles_and_extremes() -> None:
    rng = np.random.default_rng(0)
    steps, values = np.arange(0, 50, 5), rng.normal(size=(7, 10))
    found = band([Curve(seed, steps, row[:, None], "finished") for seed, row in enumerate(values)], 0)
    np.testing.assert_array_equal(found.steps, steps)
    np.testing.assert_allclose(found.median, np.median(values, axis=0))
    np.testing.assert_allclose(found.low, np.percentile(values, 25, axis=0))
    np.testing.assert_allclose(found.high, np.percentile(values, 75, axis=0))
    np.testing.assert_allclose(found.least, values.min(axis=0))
    np.testing.assert_allclose(found.most, values.max(axis=0))
    assert found.count == 7


def test_between_two_frames_a_seed_is_interpolated_and_after_its_end_it_no_longer_counts() -> None:
    found = band([curve(0, {0: 0.0, 10: 10.0}), curve(1, {0: 4.0, 5: 4.0, 20: 1.0})], 1)
    assert found.steps.tolist() == [0, 5, 10, 20]
    assert found.median.tolist() == [2.0, 4.5, 6.5, 1.0]
    assert found.least.tolist() == [0.0, 4.0, 3.0, 1.0] and found.most.tolist() == [4.0, 5.0, 10.0, 1.0]


def test_what_is_no_number_is_left_out_of_the_band() -> None:
    nan = float("nan")
    found = band([curve(0, {0: 1.0, 5: nan, 10: 3.0}), curve(1, {0: 2.0, 5: 6.0, 10: nan})], 1)
    assert found.median.tolist() == [1.5, 6.0, 3.0]
    nothing = band([curve(0, {0: nan, 5: nan})], 1)
    assert not len(nothing.steps) and not len(nothing.median) and not len(nothing.most)


def test_no_seed_gives_no_band() -> None:
    with pytest.raises(ValueError, match="at least one seed"):
        band([], 0)
