"""Every surface: its known minima are minima, its slopes those of finite differences, its values those of SciPy."""

import numpy as np
import pytest
import torch
from scipy import optimize

from engine.choice import catalog
from engine.labs.optimizers.surfaces import Ravine, Rosenbrock, Surface, SurfaceChoice, ground, slope

ROWS = [row() for row in catalog(Surface).values()]


def at(surface: SurfaceChoice, x: float, y: float) -> float:
    return float(slope(surface, torch.tensor([[x, y]], dtype=torch.float64))[0][0])


@pytest.mark.parametrize("surface", ROWS, ids=lambda row: row.kind)
def test_known_minima_are_as_low_as_each_other_and_lower_than_all_around(surface: SurfaceChoice) -> None:
    for x, y in surface.minima:
        assert at(surface, x, y) == pytest.approx(surface.lowest, abs=1e-12)
        for angle in np.linspace(0, 2 * np.pi, 24):
            assert at(surface, x + 1e-3 * np.cos(angle), y + 1e-3 * np.sin(angle)) > surface.lowest
    if surface.minima:
        assert np.nanmin(ground(surface).z) >= surface.lowest - 1e-12


@pytest.mark.parametrize("surface", ROWS, ids=lambda row: row.kind)
def test_slopes_are_those_of_finite_differences(surface: SurfaceChoice) -> None:
    places = torch.tensor([[0.7, -0.4], [-1.3, 0.9], [surface.start_x, surface.start_y]], dtype=torch.float64)
    _, gradients = slope(surface, places)
    for place, gradient in zip(places.numpy(), gradients.numpy(), strict=True):
        by_differences = optimize.approx_fprime(place, lambda p: at(surface, *p), 1e-7)
        np.testing.assert_allclose(gradient, by_differences, rtol=2e-4, atol=1e-4)


@pytest.mark.parametrize("surface", ROWS, ids=lambda row: row.kind)
def test_paths_begin_within_the_picture(surface: SurfaceChoice) -> None:
    left, right, low, high = surface.drawn()
    assert left <= surface.start_x <= right
    assert low <= surface.start_y <= high


def test_rosenbrock_is_the_one_of_scipy() -> None:
    for x, y in ((-1.2, 1.0), (0.3, 2.0)):
        assert at(Rosenbrock(), x, y) == pytest.approx(optimize.rosen([x, y]))


def test_the_slope_at_the_tip_of_ackley_is_a_number() -> None:
    surface = next(row for row in ROWS if row.kind == "ackley")
    _, gradient = slope(surface, torch.zeros(1, 2, dtype=torch.float64))
    assert gradient.abs().max() < 1e-12


def test_the_condition_number_is_that_of_the_hessian() -> None:
    surface = Ravine(condition=40)
    hessian = torch.autograd.functional.hessian(lambda p: surface.value(p[0], p[1]), torch.ones(2, dtype=torch.float64))
    assert np.linalg.cond(hessian.numpy()) == pytest.approx(40)
