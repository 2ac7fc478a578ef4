"""The map of starts: as single runs have it, and the optima that are there."""

import numpy as np
import pytest

from engine.labs.optimizers.basins import LEFT, UNDERWAY, basins
from engine.labs.optimizers.state import BasinSettings, Racer
from engine.labs.optimizers.surfaces import Himmelblau, Plateau, Rastrigin, Ravine, Saddle, Typed
from engine.optimizers import SGD, Adam, AdamW, Momentum
from engine.schedules import OneCycle
from tests.engine.labs.optimizers.finished import last, raced

ADAM = Racer(optimizer=Adam(lr=0.1))


def test_himmelblau_has_four_minima_and_they_are_the_known_ones() -> None:
    surface = Himmelblau()
    found = last(basins(surface, ADAM, BasinSettings(side=25)))
    assert len(found.minima) == 4
    for known in surface.minima:
        assert np.linalg.norm(found.minima - known, axis=1).min() < 1e-5
    assert found.shares.sum() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    "racer",
    [Racer(optimizer=Momentum(lr=0.005)), ADAM, Racer(optimizer=AdamW(lr=0.05, weight_decay=0.3), schedule=OneCycle())],
    ids=lambda racer: racer.optimizer.kind,
)
def test_a_start_of_the_map_ends_where_its_own_run_ends(racer: Racer) -> None:
    found = last(basins(Himmelblau(), racer, BasinSettings(side=10, steps=150)))
    for row, column in ((0, 0), (9, 2), (4, 7), (6, 6)):
        surface = Himmelblau(start_x=found.x[column], start_y=found.y[row])
        (path,) = raced(surface, racer, steps=150).paths
        away = np.linalg.norm(found.minima - path.places[-1], axis=1)
        assert found.ends[row, column] == (away.argmin() if away.min() < 0.2 else UNDERWAY)


def test_an_egg_box_has_a_minimum_near_every_pair_of_whole_numbers() -> None:
    found = last(basins(Rastrigin(), ADAM, BasinSettings(side=40, steps=200)))
    assert len(found.minima) == 121
    assert np.abs(found.minima[0]).max() < 1e-5
    assert (np.diff(found.values) > -1e-8).all()


def test_a_saddle_is_no_minimum() -> None:
    racer = Racer(optimizer=SGD(lr=0.1))
    found = last(basins(Saddle(), racer, BasinSettings(side=11, steps=200)))
    np.testing.assert_allclose(np.sort(found.minima[:, 1]), [-1, 1], atol=1e-5)
    assert (found.ends[5] == UNDERWAY).all(), "from y = 0 the slope leads to the saddle"


def test_starts_that_diverge_or_stand_still_are_told_apart() -> None:
    wild = last(basins(Ravine(), Racer(optimizer=SGD(lr=1.0)), BasinSettings(side=10, steps=50)))
    assert (wild.ends == LEFT).all()
    still = last(basins(Plateau(width=0.3), Racer(optimizer=SGD(lr=0.01)), BasinSettings(side=10, steps=5)))
    assert (still.ends == UNDERWAY).all()


def test_a_minimum_around_which_all_starts_swing_is_not_found() -> None:
    found = last(basins(Himmelblau(), Racer(optimizer=SGD(lr=0.03)), BasinSettings(side=60)))
    assert len(found.minima) and (found.shares > 0).all()
    assert set(np.unique(found.ends[found.ends >= 0])) == set(range(len(found.minima)))


def test_starts_without_a_slope_stand_still() -> None:
    found = last(basins(Typed(text="(log(x) - 0.5)**2 + y**2"), ADAM, BasinSettings(side=12, steps=300)))
    assert (found.ends[:, :6] == UNDERWAY).all()
    assert found.minima[0] == pytest.approx([np.exp(0.5), 0.0], abs=1e-4)
