"""Gradient descent on a parabola beside NumPy's least squares and the closed form of its path."""

import numpy as np
import pytest
import torch

from engine.labs.optimizers.parabola import cost, parabola
from engine.labs.optimizers.state import ParabolaSettings


def test_the_best_theta_is_that_of_least_squares() -> None:
    found = parabola(ParabolaSettings(examples=30, seed=3))
    (best,), *_ = np.linalg.lstsq(found.x[:, None], found.y, rcond=None)
    assert found.best == pytest.approx(best)


def test_every_step_multiplies_the_distance_by_one_minus_rate_times_curvature() -> None:
    found = parabola(ParabolaSettings(rate=0.3, steps=10))
    factor = 1 - 0.3 * found.curvature
    np.testing.assert_allclose(
        found.path - found.best, (found.path[0] - found.best) * factor ** np.arange(11), atol=1e-12
    )


def test_the_steps_are_those_of_pytorch() -> None:
    found = parabola(ParabolaSettings(steps=6))
    theta = torch.tensor(-1.5, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=0.15)
    x, y = torch.from_numpy(found.x), torch.from_numpy(found.y)
    for place, value in zip(found.path, found.path_cost, strict=True):
        assert float(theta.detach()) == pytest.approx(place)
        optimizer.zero_grad()
        loss = ((y - theta * x) ** 2).mean() / 2
        assert float(loss.detach()) == pytest.approx(value)
        loss.backward()
        optimizer.step()


def test_beyond_two_over_curvature_it_diverges_and_is_cut_off() -> None:
    h = parabola(ParabolaSettings()).curvature
    inside, outside = (parabola(ParabolaSettings(rate=share * 2 / h, steps=200)) for share in (0.99, 1.2))
    assert abs(inside.path[-1] - inside.best) < abs(inside.path[0] - inside.best)
    assert abs(outside.path[-1]) > 1e6
    assert np.isfinite(parabola(ParabolaSettings(rate=10, steps=200)).path_cost).all()


def test_one_example_without_noise_is_fitted() -> None:
    found = parabola(ParabolaSettings(examples=1, spread=0.0))
    assert found.best == pytest.approx(1.5)
    assert cost(np.array([1.5]), found.x, found.y) == pytest.approx([0.0])
