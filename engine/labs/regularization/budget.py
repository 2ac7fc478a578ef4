"""The lowest quadratic loss of two weights inside |w|₁ ≤ t, the diamond, and |w|₂ ≤ t, the circle."""

import math

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from engine.labs.regularization.results.budget import Budgets, Touch
from engine.labs.regularization.state import Budget

REACH = 3.0
"""The picture goes from -3 to 3 along both weights."""
SPACING, LEVELS = 0.5, 17
"""Contours of sqrt(2 L): the last one lies beyond a corner of the picture, wherever the optimum is."""
TURNS = 121
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


def ellipse(a: Square) -> Float[np.ndarray, "turns 2"]:
    """Points u with uᵀ A u = 1: A^(-1/2) of the unit circle, begun and ended at the same point."""
    values, axes = np.linalg.eigh(a)
    turn = np.linspace(0, 2 * np.pi, TURNS)
    return np.stack([np.cos(turn), np.sin(turn)], axis=1) @ (axes / np.sqrt(values)).T


def budgets(asked: Budget) -> Budgets:
    """The loss's contours, and the best point within each shape."""
    a, optimum = curvature(asked), np.array([asked.w1, asked.w2])
    return Budgets(
        reach=REACH,
        levels=(SPACING * np.arange(1, LEVELS + 1)) ** 2 / 2,
        ellipse=ellipse(a),
        optimum=optimum,
        budget=asked.budget,
        diamond=on_diamond(a, optimum, asked.budget),
        circle=on_circle(a, optimum, asked.budget),
        zero_share=(_zero_share(a, asked.budget, 1), _zero_share(a, asked.budget, 2)),
    )


def _zero_share(a: Square, budget: float, order: int) -> float:
    """Over optima on an even grid that misses the axes, those outside the shape: how often its best point has a 0.

    A point with a 0 is t along an axis, up to its sign. It is the best one where the loss falls outward there, and across
    by no more than the shape lets it gain (Karush 1939): |gₓ| <= g for the diamond's corner, gₓ = 0 for the circle.
    """
    places = np.linspace(-REACH, REACH, PLACES + 1)[:-1] + REACH / PLACES
    optima = np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2)
    outside = optima[np.linalg.norm(optima, ord=order, axis=1) > budget]
    if not len(outside):
        return float("nan")
    is_zero = np.zeros(len(outside), dtype=bool)
    for corner in np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]):
        slope = (outside - budget * corner) @ a
        outward, across = slope @ corner, np.abs(slope @ corner[::-1])
        is_zero |= (outward >= 0) & (across <= (outward if order == 1 else 0))
    return float(is_zero.mean())
