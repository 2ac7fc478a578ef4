"""The lowest quadratic loss of two weights inside |w|₁ ≤ t, the diamond, and |w|₂ ≤ t, the circle."""

import math

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from engine.labs.regularization.results import Budgets, Touch
from engine.labs.regularization.state import Budget

REACH = 3.0
SIDE = 81
PLACES = 16
Pair = Float[np.ndarray, "2"]
Square = Float[np.ndarray, "2 2"]


def curvature(asked: Budget) -> Square:
    """A of the loss L(w) = (w - w*)ᵀ A (w - w*) / 2: curvatures 1 and 1 / stretch along axes turned by the angle."""
    turn = math.radians(asked.angle)
    axes = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return axes @ np.diag([1.0, 1 / asked.stretch]) @ axes.T


def loss(a: Square, optimum: Pair, w: Pair) -> float:
    """L(w)."""
    return float((w - optimum) @ a @ (w - optimum) / 2)


def on_circle(a: Square, optimum: Pair, budget: float) -> Touch:
    """w = (A + λI)⁻¹ A w*, with the λ at which |w|₂ = t."""
    if np.linalg.norm(optimum) <= budget:
        return Touch(optimum, 0.0, 0.0)

    def at(strength: float) -> Pair:
        return np.linalg.solve(a + strength * np.eye(2), a @ optimum)

    high = 1.0
    while np.linalg.norm(at(high)) > budget:
        high *= 2
    strength = float(brentq(lambda s: float(np.linalg.norm(at(s))) - budget, 0.0, high, xtol=1e-14))
    return Touch(at(strength), loss(a, optimum, at(strength)), strength)


def on_diamond(a: Square, optimum: Pair, budget: float) -> Touch:
    """The best of the four edges; a corner, where one weight is exactly 0, is the end of two of them."""
    if np.abs(optimum).sum() <= budget:
        return Touch(optimum, 0.0, 0.0)
    corners = budget * np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    found: list[tuple[float, int, Pair]] = []
    for number, start in enumerate(corners):
        end = corners[(number + 1) % 4]
        along = end - start
        share = float(along @ a @ (optimum - start) / (along @ a @ along))
        w = start if share <= 0 else end if share >= 1 else start + share * along
        found.append((loss(a, optimum, w), number, w))
    value, _, best = min(found, key=lambda item: item[:2])
    slope = a @ (optimum - best)
    return Touch(best, value, float(np.abs(slope).max()))


def budgets(asked: Budget) -> Budgets:
    """The loss over the plane, and the best point within each shape."""
    a, optimum = curvature(asked), np.array([asked.w1, asked.w2])
    axis = np.linspace(-REACH, REACH, SIDE)
    apart = np.stack(np.meshgrid(axis, axis), axis=-1) - optimum
    values = np.einsum("rci,ij,rcj->rc", apart, a, apart) / 2
    return Budgets(
        axis=axis,
        loss=values,
        optimum=optimum,
        budget=asked.budget,
        diamond=on_diamond(a, optimum, asked.budget),
        circle=on_circle(a, optimum, asked.budget),
        zero_share=_zero_share(a, asked.budget),
    )


def _zero_share(a: Square, budget: float) -> tuple[float, float]:
    """Over optima on an even grid that misses the axes, those outside the shape: how often its best point has a 0."""
    places = np.linspace(-REACH, REACH, PLACES + 1)[:-1] + REACH / PLACES
    shares = []
    for touch, size in ((on_diamond, 1), (on_circle, 2)):
        outside = [np.array([x, y]) for x in places for y in places if np.linalg.norm([x, y], ord=size) > budget]
        zeros = [bool((touch(a, place, budget).w == 0).any()) for place in outside]
        shares.append(float(np.mean(zeros)) if zeros else float("nan"))
    return shares[0], shares[1]
