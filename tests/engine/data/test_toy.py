"""Toy classes: where their clean points lie, how many there are, and what noise does and does not move."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from engine.data.toy import XOR, Checkerboard, Circle, Gaussians, Moons, Spiral, Toy

ROWS: list[type[Toy]] = [Circle, Gaussians, XOR, Spiral, Moons, Checkerboard]
every = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.model_fields["kind"].default)


def circle(x: np.ndarray) -> np.ndarray:
    radius = np.hypot(*x.T)
    assert ((radius <= 3) | ((radius >= 4.2) & (radius <= 6))).all()
    return (radius > 3.5).astype(int)


def gaussians(x: np.ndarray) -> np.ndarray:
    assert set(map(tuple, x.tolist())) == {(-2.5, -2.5), (2.5, 2.5)}
    return (x[:, 0] > 0).astype(int)


def xor(x: np.ndarray) -> np.ndarray:
    assert ((np.abs(x) >= 0.3) & (np.abs(x) <= 6)).all()
    return (x[:, 0] * x[:, 1] < 0).astype(int)


def spiral(x: np.ndarray) -> np.ndarray:
    """The arm whose angle at the point's radius is the point's."""
    t = np.hypot(*x.T) / 6
    assert ((t >= 0.05) & (t <= 1)).all()
    turned = np.arctan2(x[:, 0], x[:, 1]) / (2 * np.pi) - 1.25 * t
    arm = turned * 2
    np.testing.assert_allclose(arm, np.round(arm), atol=1e-9)
    return np.round(arm).astype(int) % 2


def moons(x: np.ndarray) -> np.ndarray:
    upper = np.hypot(x[:, 0] / 3.5 + 0.5, x[:, 1] / 3.5 + 0.25)
    lower = np.hypot(x[:, 0] / 3.5 - 0.5, x[:, 1] / 3.5 - 0.25)
    first = np.isclose(upper, 1) & (x[:, 1] / 3.5 + 0.25 >= -1e-9)
    assert (first | (np.isclose(lower, 1) & (x[:, 1] / 3.5 - 0.25 <= 1e-9))).all()
    return (~first).astype(int)


def checkerboard(x: np.ndarray) -> np.ndarray:
    assert (np.abs(x) < 6).all()
    return np.floor((x + 6) / 3).astype(int).sum(axis=1) % 2


REGIONS: dict[type[Toy], Callable[[np.ndarray], np.ndarray]] = {
    Circle: circle,
    Gaussians: gaussians,
    XOR: xor,
    Spiral: spiral,
    Moons: moons,
    Checkerboard: checkerboard,
}


@every
@pytest.mark.parametrize("seed", [0, 5])
def test_clean_points_lie_where_the_formula_of_their_class_puts_them(row: type[Toy], seed: int) -> None:
    table = row(samples=800, noise=0.0).draw(seed)
    np.testing.assert_array_equal(REGIONS[row](table.x), table.y)
    assert len(np.unique(table.x, axis=0)) > 700 or row is Gaussians
    assert table.columns == ("x1", "x2")


@pytest.mark.parametrize("arms", [2, 3, 5])
@pytest.mark.parametrize("turns", [0.25, 2.0])
def test_arms_of_a_spiral_are_copies_turned_by_a_full_circle_over_their_number(arms: int, turns: float) -> None:
    table = Spiral(samples=300, noise=0.0, arms=arms, turns=turns).draw(1)
    t = np.hypot(*table.x.T) / 6
    angle = 2 * np.pi * (turns * t + table.y / arms)
    np.testing.assert_allclose(table.x, 6 * t[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), atol=1e-9)
    assert set(table.y.tolist()) == set(range(arms))
    assert len(table.classes) == arms


@pytest.mark.parametrize("cells", [2, 3, 6])
def test_a_checkerboard_of_n_cells_alternates_and_fills_every_cell(cells: int) -> None:
    table = Checkerboard(samples=2000, cells=cells).draw(0)
    place = np.floor((table.x + 6) / (12 / cells)).astype(int)
    np.testing.assert_array_equal(place.sum(axis=1) % 2, table.y)
    assert set(map(tuple, place.tolist())) == set(itertools.product(range(cells), repeat=2))


def test_points_of_a_circle_are_spread_evenly_over_angle_and_radius() -> None:
    table = Circle(samples=4000, noise=0.0).draw(0)
    radius = np.hypot(*table.x.T)
    assert radius[table.y == 0].mean() == pytest.approx(1.5, abs=0.08)
    assert radius[table.y == 1].mean() == pytest.approx(5.1, abs=0.05)
    assert np.abs((table.x / radius[:, None]).mean(axis=0)).max() < 0.05


@every
def test_noise_is_normal_with_its_share_of_the_half_width_and_leaves_clean_positions_alone(row: type[Toy]) -> None:
    clean, small, large = (row(samples=3000, noise=noise).draw(2).x for noise in (0.0, 0.1, 0.4))
    np.testing.assert_allclose((small - clean) * 4, large - clean, rtol=1e-6, atol=1e-9)
    jitter = (small - clean) / 0.6
    assert np.abs(jitter.mean(axis=0)).max() < 0.08
    np.testing.assert_allclose(jitter.std(axis=0), 1.0, atol=0.06)
    assert abs(np.corrcoef(jitter.T)[0, 1]) < 0.08


@every
def test_the_test_part_may_have_noise_of_its_own_over_the_same_clean_points(row: type[Toy]) -> None:
    table = row(samples=200, noise=0.0, test_noise=0.3).draw(2)
    clean = row(samples=200, noise=0.0).draw(2).x
    noisy = row(samples=200, noise=0.3).draw(2).x
    np.testing.assert_array_equal(table.x, clean)
    np.testing.assert_array_equal(table.test_x, noisy)


@every
@pytest.mark.parametrize("balance", [0.1, 0.35, 0.5, 0.9])
def test_class_counts_follow_the_balance(row: type[Toy], balance: float) -> None:
    counts = np.bincount(row(samples=400, balance=balance).draw(0).y)
    assert counts.tolist() == [round(400 * balance), 400 - round(400 * balance)]


@pytest.mark.parametrize("arms", [3, 4, 5])
@pytest.mark.parametrize("samples", [100, 407])
def test_with_many_classes_a_balance_of_a_half_is_equal_and_twice_it_twice_as_large(arms: int, samples: int) -> None:
    for balance in (0.25, 0.5, 0.8):
        counts = np.bincount(Spiral(samples=samples, arms=arms, balance=balance).draw(0).y, minlength=arms)
        assert counts.sum() == samples
        assert abs(counts[0] - samples * 2 * balance / arms) <= 0.5
        assert np.ptp(counts[1:]) <= 1
        if balance == 0.5:
            assert np.ptp(counts) <= 1 + arms // 2


def test_clouds_of_the_gaussians_have_the_stated_centres_and_spread() -> None:
    table = Gaussians(samples=4000, noise=0.2).draw(3)
    for label, centre in ((0, -2.5), (1, 2.5)):
        mine = table.x[table.y == label]
        np.testing.assert_allclose(mine.mean(axis=0), centre, atol=0.12)
        np.testing.assert_allclose(mine.std(axis=0), 1.2, atol=0.06)
