"""Where a network is wrong, and what it makes of many pictures at once, as charts draw it. Plain NumPy."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt8


@dataclass(frozen=True)
class Mistake:
    """One picture that got a wrong name, or any picture beside its answer."""

    number: int
    """Which of its part, from 1."""
    picture: UInt8[np.ndarray, "channels height width"]
    truth: int
    said: int
    sure: float
    """Probability of what was said."""
    sure_of_truth: float


@dataclass(frozen=True)
class Judged:
    """Every answer to the pictures of a part."""

    part: str
    step: int
    classes: tuple[str, ...]
    table: Float[np.ndarray, "truth said"]
    """Counts."""
    mistakes: tuple[Mistake, ...]
    """The most confident first."""

    @property
    def total(self) -> int:
        """Pictures in all."""
        return int(self.table.sum())


@dataclass(frozen=True)
class Plane:
    """Many pictures as points on a plane, by what a block gives for them."""

    named: str
    """The block."""
    points: Float[np.ndarray, "pictures 2"]
    truth: Int[np.ndarray, " pictures"]
    said: Int[np.ndarray, " pictures"]
    classes: tuple[str, ...]
    method: str
    variance: tuple[float, float] | None
    """Share of the variance along each axis: of principal components."""
    size: int
    """Numbers that the block gives for a picture."""


@dataclass(frozen=True)
class Warped:
    """Mixtures of three pictures, as pictures and as a block sees them."""

    named: str
    pictures: tuple[Mistake, ...]
    """The three, with the answers to them."""
    weights: Float[np.ndarray, "rows columns 2"]
    """How much of the second and of the third picture there is; the rest is of the first."""
    points: Float[np.ndarray, "rows columns 2"]
    """Where the block puts each mixture, on the plane of its two principal components."""
    variance: tuple[float, float]
    said: Int[np.ndarray, "rows columns"]
    sure: Float[np.ndarray, "rows columns"]
    classes: tuple[str, ...]
    bent: float
    """Share of the spread of the points, in all of the block's numbers, that no linear map of the mixture explains."""
