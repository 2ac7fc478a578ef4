"""Paths along λ against scikit-learn; the budgets against SciPy; the penalties' zeros on engine runs."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from engine.labs.regularization.budget import PLACES, REACH, budgets, curvature, loss, on_circle, on_diamond
from engine.labs.regularization.paths import STRENGTHS, TRUE, drawn, path, soft
from engine.labs.regularization.penalised import ROWS, compared
from engine.labs.regularization.state import Budget, Paths


@pytest.mark.long
@pytest.mark.parametrize("share", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_the_path_is_scikit_learns(share: float, correlation: float) -> None:
    asked = Paths(l1_share=share, correlation=correlation)
    x, y = drawn(asked, 3, 0)
    found = path(asked, 3)
    for at in (10, 30, 60):
        strength = float(STRENGTHS[at])
        if share == 0.0:
            own = Ridge(alpha=len(x) * strength, fit_intercept=False)
        elif share == 1.0:
            own = Lasso(alpha=strength, fit_intercept=False, tol=1e-12, max_iter=100_000)
        else:
            own = ElasticNet(alpha=strength, l1_ratio=share, fit_intercept=False, tol=1e-12, max_iter=100_000)
        np.testing.assert_allclose(found.weights[at], own.fit(x, y).coef_, atol=1e-6)
        assert (found.weights[at] == 0).sum() == (own.coef_ == 0).sum()


def test_ridge_never_gives_an_exact_zero_and_lasso_gives_only_zeros_at_last() -> None:
    assert path(Paths(l1_share=0.0), 0).zeros.max() == 0
    lasso = path(Paths(l1_share=1.0), 0)
    assert lasso.zeros[0] == len(TRUE)
    assert lasso.zeros[-1] < 4


def test_soft_thresholding_stops_at_zero() -> None:
    assert [soft(value, 1.0) for value in (-3.0, -0.5, 0.0, 0.5, 3.0)] == [-2.0, 0.0, 0.0, 0.0, 2.0]


@pytest.mark.parametrize("seed", range(8))
def test_the_best_allowed_points_are_scipys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    asked = Budget(
        w1=float(rng.uniform(-3, 3)),
        w2=float(rng.uniform(-3, 3)),
        budget=float(rng.uniform(0.2, 2)),
        stretch=float(rng.uniform(1, 20)),
        angle=float(rng.uniform(0, 180)),
    )
    a, optimum = curvature(asked), np.array([asked.w1, asked.w2])
    for touch, size in ((on_diamond, 1), (on_circle, 2)):
        found = touch(a, optimum, asked.budget)
        # Split into positive and negative parts, so that the diamond is smooth for SciPy.
        if size == 1:
            room = {"type": "ineq", "fun": lambda p: asked.budget - p.sum()}
            own = minimize(
                lambda p: loss(a, optimum, p[:2] - p[2:]), np.full(4, 0.01), bounds=[(0, None)] * 4, constraints=[room]
            ).fun
        else:
            room = {"type": "ineq", "fun": lambda p: asked.budget**2 - p @ p}
            own = minimize(lambda p: loss(a, optimum, p), np.zeros(2) + 0.01, constraints=[room]).fun
        assert found.loss == pytest.approx(own, abs=1e-5)
        assert np.linalg.norm(found.w, ord=size) <= asked.budget * (1 + 1e-9) or found.multiplier == 0


def test_the_multiplier_gives_the_same_point_as_a_penalty() -> None:
    asked = Budget()
    found, a = budgets(asked), curvature(asked)
    optimum = found.optimum
    circle = np.linalg.solve(a + found.circle.multiplier * np.eye(2), a @ optimum)
    np.testing.assert_allclose(circle, found.circle.w, atol=1e-9)
    penalised = lambda w: loss(a, optimum, w) + found.diamond.multiplier * np.abs(w).sum()  # noqa: E731
    own = minimize(
        penalised, [0.5, 0.5], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-14, "maxiter": 5000}
    )
    np.testing.assert_allclose(own.x, found.diamond.w, atol=1e-3)


@pytest.mark.parametrize(("w1", "w2", "budget"), [(1.6, 0.7, 1.0), (-2.0, 1.9, 0.5), (0.4, -2.8, 3.0)])
def test_where_all_curvatures_are_equal_the_best_points_have_a_closed_form(w1: float, w2: float, budget: float) -> None:
    """The circle shortens w*, the diamond soft-thresholds it by the same amount until its size fits."""
    found = budgets(Budget(w1=w1, w2=w2, budget=budget, stretch=1.0))
    w = np.array([w1, w2])
    np.testing.assert_allclose(found.circle.w, w * min(1.0, budget / np.hypot(w1, w2)), atol=1e-9)
    large, small = sorted(np.abs(w))[::-1]
    both = (large + small - budget) / 2
    threshold = max(0.0, both if both <= small else large - budget)
    np.testing.assert_allclose(found.diamond.w, np.sign(w) * np.maximum(np.abs(w) - threshold, 0), atol=1e-9)
    assert found.diamond.multiplier == pytest.approx(threshold, abs=1e-9)
    assert found.diamond.w.tolist().count(0.0) == (threshold >= small)


@pytest.mark.parametrize("asked", [Budget(), Budget(w1=-3.0, w2=3.0, stretch=30.0, angle=75.0)])
def test_the_drawn_contours_have_the_loss_they_stand_for_and_reach_every_corner(asked: Budget) -> None:
    found, a = budgets(asked), curvature(asked)
    for level in (*found.levels, found.circle.loss):
        losses = [loss(a, found.optimum, w) for w in found.contour(level)]
        np.testing.assert_allclose(losses, level, rtol=1e-9)
    corners = [loss(a, found.optimum, found.reach * np.array([x, y])) for x in (-1, 1) for y in (-1, 1)]
    assert max(corners) <= found.levels[-1]


@pytest.mark.long
@pytest.mark.parametrize("asked", [Budget(), Budget(budget=0.5, stretch=12.0, angle=70.0), Budget(budget=2.5, angle=0)])
def test_the_share_of_exact_zeros_is_that_of_the_best_points_themselves(asked: Budget) -> None:
    a, places = curvature(asked), np.linspace(-REACH, REACH, PLACES + 1)[:-1] + REACH / PLACES
    for touch, order, share in zip((on_diamond, on_circle), (1, 2), budgets(asked).zero_share, strict=True):
        outside = [
            w for w in (np.array([x, y]) for x in places for y in places) if np.linalg.norm(w, order) > asked.budget
        ]
        assert share == np.mean([bool((touch(a, w, asked.budget).w == 0).any()) for w in outside])


def test_the_diamonds_corners_give_exact_zeros_and_the_circle_none() -> None:
    diamond, circle = budgets(Budget()).zero_share
    assert diamond > 0.3
    assert circle == 0.0


def test_a_budget_that_does_not_bind_leaves_the_optimum() -> None:
    found = budgets(Budget(w1=0.2, w2=0.1, budget=1.0))
    for touch in (found.diamond, found.circle):
        assert touch.multiplier == 0.0
        assert touch.w.tolist() == [0.2, 0.1]


@pytest.mark.long
def test_on_a_network_only_the_proximal_step_gives_exact_zeros_and_sgd_decay_is_l2() -> None:
    *_, last = compared(Paths(), 0)
    assert last.result is not None
    found = {item.label: item for item in last.result}
    assert list(found) == [row.label for row in ROWS]
    assert found["L1 (penalty)"].zeros == 0
    assert found["L1 (proximal)"].zeros > 20
    assert found["L2"].zeros == 0
    assert found["Decoupled weight decay"].from_l2 < 1e-4
    norms = {label: float(np.square(item.weights).sum()) for label, item in found.items()}
    assert norms["L2"] < norms["None"]


@pytest.mark.long
def test_with_adam_decay_is_not_l2() -> None:
    steps = compared(Paths(optimizer="adam"), 0)
    found = next(step.result for step in steps if step.result is not None and len(step.result) == 3)
    assert found[2].label == "Decoupled weight decay"
    assert found[2].from_l2 > 0.05
