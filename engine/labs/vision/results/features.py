"""One picture on its way through a network, as charts draw it. Plain NumPy, so that they need no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

Box = tuple[int, int, int, int]
"""First and last row, first and last column, of pixels."""


@dataclass(frozen=True)
class Given:
    """What one block gives."""

    named: str
    shape: tuple[int, ...]
    maps: Float[np.ndarray, "channels height width"]
    """All of them, or the first; units are one pixel each."""
    spread: Float[np.ndarray, " channels"]
    """Standard deviation of each map over its places; NaN of units."""

    @property
    def has_places(self) -> bool:
        """Whether it gives maps."""
        return len(self.shape) > 1


@dataclass(frozen=True)
class Passed:
    """A picture, what every block made of it, and the answer."""

    picture: UInt8[np.ndarray, "channels height width"]
    label: str
    """What it shows, where that is known."""
    step: int
    """Updates done by then."""
    blocks: tuple[Given, ...]
    answer: Float[np.ndarray, " classes"]
    """Probability of every class; empty where the head names none."""
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Kernels:
    """The kernels of one convolution."""

    named: str
    weights: Float[np.ndarray, "out in height width"]
    """All of them, or the first."""
    of: tuple[int, int]
    """How many there are: out, in."""
    step: int


@dataclass(frozen=True)
class Field:
    """What a place of a block sees of the picture."""

    named: str
    cell: tuple[int, int]
    box: Box
    """By formula: the pixels that it hangs on."""
    strength: Float[np.ndarray, "height width"]
    """By gradient: how much the block's maps at that place change with each pixel, as a share of the most."""
