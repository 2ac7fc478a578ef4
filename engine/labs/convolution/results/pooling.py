"""Pooling: one picture window by window, and the same picture moved."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from engine.labs.convolution.geometry import Line


@dataclass(frozen=True)
class Pooled:
    """One channel and what a pool makes of it."""

    picture: Float[np.ndarray, "height width"]
    output: Float[np.ndarray, "rows columns"]
    places: Int[np.ndarray, "rows columns 2"] | None
    """(row, column) of the number that each window took; None where it takes something of all."""
    shares: Float[np.ndarray, "height width"]
    """What each cell counts for: the gradient of the sum of all outputs."""
    down: Line
    """Along the rows."""
    across: Line
    """Along the columns."""
    outside: float
    """What stands beyond the border."""

    def patch(self, row: int, column: int) -> Float[np.ndarray, "tall wide"]:
        """The numbers under the window of one output cell, from 0."""
        around = [(line.before, line.after) for line in (self.down, self.across)]
        wide = np.pad(self.picture, around, constant_values=self.outside)
        top, left = row * self.down.stride, column * self.across.stride
        return wide[top : top + self.down.size, left : left + self.across.size]


@dataclass(frozen=True)
class Moved:
    """How much one way to make a picture smaller lets through of a shift."""

    label: str
    change: Float[np.ndarray, " shifts"]
    """‖P(x moved) - P(x)‖ / ‖P(x)‖; NaN where P(x) is black."""


@dataclass(frozen=True)
class Tolerance:
    """The same picture, moved further and further."""

    shifts: Int[np.ndarray, " shifts"]
    """In pixels."""
    size: int
    stride: int
    ways: tuple[Moved, ...]
