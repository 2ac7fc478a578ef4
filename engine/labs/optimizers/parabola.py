"""Gradient descent on one parameter: the slope of a line through the origin, and its squared error, a parabola."""

import numpy as np

from engine.labs.optimizers.results import Parabola
from engine.labs.optimizers.state import ParabolaSettings

POINTS = 201
FAR = 1e12
"""Where a diverging path is cut off."""


def parabola(settings: ParabolaSettings) -> Parabola:
    """J(θ) = 1/(2m) Σ (y - θx)², and the path of θ ← θ - η dJ/dθ with dJ/dθ = -1/m Σ (y - θx) x.

    The curvature is d²J/dθ² = 1/m Σ x², the same everywhere: so every step multiplies the distance from the best θ
    by 1 - η times the curvature.
    """
    rng = np.random.default_rng(settings.seed)
    x = rng.uniform(-2, 2, settings.examples)
    y = settings.slope * x + settings.spread * rng.standard_normal(settings.examples)
    curvature = float(np.mean(x**2))
    best = float(np.mean(x * y)) / curvature
    path = [settings.start]
    for _ in range(settings.steps):
        slope = -float(np.mean((y - path[-1] * x) * x))
        path.append(path[-1] - settings.rate * slope)
        if abs(path[-1]) > FAR:
            break
    reach = 1.25 * max(abs(settings.start - best), 0.5)
    theta = np.linspace(best - reach, best + reach, POINTS)
    return Parabola(x, y, theta, cost(theta, x, y), np.array(path), cost(np.array(path), x, y), curvature, best)


def cost(theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """J at each of ``theta``: (places,) from examples (examples,)."""
    return np.mean((y - theta[:, None] * x) ** 2, axis=1) / 2
