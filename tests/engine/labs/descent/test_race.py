"""The race: alike but for the optimizer."""

import numpy as np
import pytest
import torch

from engine.choice import catalog
from engine.experiment import Training
from engine.labs.descent.race import TRIED, last_losses, race, run_of, spread
from engine.labs.descent.results import RaceResult, RaceRun
from engine.labs.descent.state import DescentLab, Race, SmallData
from engine.labs.descent.training import loss_of
from engine.optimizers import SGD, Adam, Optimizer
from tests.engine.labs.descent.runs import TINY, experiment, run


def raced(asked: Race, lab: DescentLab = TINY) -> RaceResult:
    *_, last = race(lab.experiment(Training(batch_size=asked.batch_size, epochs=asked.epochs)), asked)
    assert last.result is not None
    return last.result


def test_every_optimizer_of_the_catalog_can_race_with_its_own_settings() -> None:
    kinds = tuple(catalog(Optimizer))
    asked = Race(kinds=kinds, seeds=3, epochs=1)  # type: ignore[arg-type]
    assert tuple(racer.kind for racer in asked.racers) == kinds
    found = raced(asked)
    assert len(found.runs) == 3 * len(kinds)
    assert all(np.isfinite(one.validation).all() for one in found.runs)


def test_for_a_seed_first_weights_and_batches_are_the_same_for_all() -> None:
    first, second = (run(optimizer=optimizer, batch_size=7) for optimizer in (SGD(), Adam()))
    for a, b in zip(first.parameters, second.parameters, strict=True):
        assert torch.equal(a, b)
    for _ in range(12):
        ours, theirs = first.batches.draw(), second.batches.draw()
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("kind", catalog(SmallData))
def test_every_data_set_is_raced_on(kind: str) -> None:
    lab = DescentLab.model_validate({"data": {"kind": kind}, "width": 3, "depth": 1})
    losses, on_validation = last_losses(raced(Race(kinds=("sgd", "adam"), seeds=3, epochs=1), lab))
    assert on_validation and np.isfinite(losses).all()


def test_the_first_loss_of_a_seed_is_the_same_and_seeds_differ() -> None:
    found = raced(Race(seeds=3, epochs=1))
    firsts = {seed: {one.train[0] for one in found.runs if one.seed == seed} for seed in (0, 1, 2)}
    assert all(len(values) == 1 for values in firsts.values())
    assert len({next(iter(values)) for values in firsts.values()}) == 3


def test_a_racers_end_is_that_of_the_engines_own_run() -> None:
    asked = Race(kinds=("adam",), seeds=3, epochs=3, batch_size=10)
    one = raced(asked).runs[0]
    alone = run(optimizer=asked.adam, batch_size=10, epochs=3)
    alone.advance(alone.horizon)
    assert one.steps[-1] == alone.horizon
    assert one.train[-1] == pytest.approx(loss_of(alone), rel=1e-6)
    assert one.validation[-1] == pytest.approx(loss_of(alone, "validation"), rel=1e-6)


def test_kinds_stand_in_the_order_of_the_catalog_each_once() -> None:
    assert Race(kinds=("adam", "sgd", "adam")).kinds == ("sgd", "adam")


def test_a_tuned_rate_is_the_best_of_those_tried_on_seeds_that_do_not_race() -> None:
    asked = Race(kinds=("sgd", "adam"), seeds=3, epochs=2, tuned=True)
    found = raced(asked)
    for rate, rates, losses, own in zip(found.rates, found.tried, found.tuning, (0.1, 0.02), strict=True):
        assert rates == pytest.approx([own * factor for factor in TRIED])
        assert rate == rates[int(np.argmin(losses))]
    assert {one.seed for one in found.runs} == {0, 1, 2}
    ends = [
        [one for one in run_of(experiment(TINY.model_copy(update={"seed": seed}), optimizer=SGD(lr=0.1), batch_size=20,
                                          epochs=2))][-1].train[-1]
        for seed in (3, 4)
    ]  # fmt: skip
    assert found.tuning[0][2] == pytest.approx(np.exp(np.mean(np.log(ends))))


def test_the_spread_of_a_table_is_its_two_way_analysis() -> None:
    rng = np.random.default_rng(0)
    y = rng.standard_normal((4, 6))
    found = spread(10**y)
    assert found is not None
    assert found.optimizers == pytest.approx(np.std(y.mean(axis=1), ddof=1))
    assert found.seeds == pytest.approx(np.std(y.mean(axis=0), ddof=1))
    # The residual by least squares on dummies of rows and columns.
    design = np.array([[*(r == i for i in range(4)), *(c == j for j in range(6))] for r in range(4) for c in range(6)])
    _, (residual,), rank, _ = np.linalg.lstsq(
        np.hstack([design[:, :4], design[:, 5:]]).astype(float), y.reshape(-1), rcond=None
    )
    assert rank == 9
    assert found.rest == pytest.approx(np.sqrt(residual / 15))
    assert found.wins == tuple(int((y.argmin(axis=0) == k).sum()) for k in range(4))


def test_only_seeds_that_all_came_through_are_compared() -> None:
    table = np.array([[1.0, 0.1, np.nan], [0.5, 0.2, 0.3]])
    found = spread(table)
    assert found is not None and found.paired == 2
    assert spread(table[:1]) is None
    assert spread(np.array([[1.0, np.nan], [np.nan, 1.0]])) is None


def test_a_divergence_is_nan_from_there_on() -> None:
    *_, one = run_of(DescentLab().experiment(Training(optimizer=SGD(lr=10.0), batch_size=20, epochs=10)))
    assert np.isfinite(one.train[0]) and np.isnan(one.train[-1])


def test_without_a_validation_part_the_training_loss_is_compared() -> None:
    steps = np.array([0.0, 1.0])
    runs = tuple(RaceRun(name, 0, steps, np.array([1.0, k]), np.full(2, np.nan)) for k, name in enumerate("ab", 2))
    table, on_validation = last_losses(RaceResult(("a", "b"), (0.1, 0.1), 1, runs))
    assert not on_validation and table.tolist() == [[2.0], [3.0]]
