"""The diamond and the circle: a quadratic loss of two weights within a budget."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Touch:
    """The lowest loss within a budget."""

    w: Float[np.ndarray, "2"]
    loss: float
    multiplier: float
    """λ with which the penalised loss has the same minimum; 0 where the budget does not bind."""


@dataclass(frozen=True)
class Budgets:
    """The two shapes on the same loss."""

    reach: float
    """The picture goes so far from 0, along both weights."""
    levels: Float[np.ndarray, " levels"]
    """Losses whose contours are drawn."""
    ellipse: Float[np.ndarray, "turns 2"]
    """Every contour is this closed line, grown about the optimum: it is the one of the loss 1/2, seen from there."""
    optimum: Float[np.ndarray, "2"]
    budget: float
    diamond: Touch
    circle: Touch
    zero_share: tuple[float, float]
    """Of optima spread over the picture: the share whose best point on the diamond, on the circle has an exact 0."""

    def contour(self, loss: float) -> Float[np.ndarray, "turns 2"]:
        """The weights of one loss, a closed line."""
        return np.asarray(self.optimum + np.sqrt(2 * loss) * self.ellipse)
