"""What the still views measure: plain numbers and NumPy arrays, so that charts need no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Int


@dataclass(frozen=True)
class Removal:
    """One hidden unit and what its removal costs."""

    layer: int
    """From 1."""
    unit: int
    """From 1."""
    cost: float
    """Loss without the unit minus loss with it, in the unit of the loss. Below 0: the network does better without."""


@dataclass(frozen=True)
class Ranking:
    """All hidden units, the costliest to remove first."""

    step: int
    part: str
    rows: int
    """On so many examples of that part."""
    loss: float
    """With all units."""
    removals: tuple[Removal, ...]


@dataclass(frozen=True)
class Moment:
    """The layer's answers at one step, in the two directions that are drawn."""

    step: int
    mesh: Float32[np.ndarray, "lines points 2"]
    """Lines across the plane, first the horizontal ones from the lowest up, then the vertical ones from the left."""
    points: Float32[np.ndarray, "examples 2"]
    boundary: Float32[np.ndarray, "ends 2"]
    """Two points of the line on which the output is 0, where it is a line in what is drawn; else none."""


@dataclass(frozen=True)
class Warp:
    """The input plane as one hidden layer has it, over time. The two directions are the same at all moments."""

    layer: str
    units: int
    label: np.ndarray
    """Class (int64) or value (float64) of each example."""
    share: float
    """Share of the variance over all moments that the two directions hold; 1 where the layer has at most two units."""
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Band:
    """One score over the steps, across the seeds that have come so far."""

    steps: Int[np.ndarray, " moments"]
    median: Float[np.ndarray, " moments"]
    low: Float[np.ndarray, " moments"]
    """The quartile below which a quarter of the seeds lies."""
    high: Float[np.ndarray, " moments"]
    least: Float[np.ndarray, " moments"]
    most: Float[np.ndarray, " moments"]
    count: int
