"""Networks whose input is moved."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

LAYERS = ("input", "convolution 1", "halved 1", "convolution 2", "halved 2", "convolution 3")
"""Those that are maps, in their order."""
Weights = tuple[Float[np.ndarray, "..."], ...]


@dataclass(frozen=True)
class Kind:
    """One way to halve the maps, for several seeds; NaN where it is not known yet."""

    kind: str
    label: str
    apart: Float[np.ndarray, "seeds layers shifts"]
    """Of every map, inside the border: ‖F(x moved) - F(x) moved along‖ / ‖F(x)‖; 0 where the layer is equivariant."""
    change: Float[np.ndarray, "seeds stages shifts"]
    """Of every map, then of the numbers at the end and of the scores: ‖F(x moved) - F(x)‖ / ‖F(x)‖."""
    accuracy: Float[np.ndarray, "seeds shifts"]
    """Share of the moved test pictures that are named right."""
    same: Float[np.ndarray, "seeds shifts"]
    """Share of them with the same answer as unmoved."""
    weights: Weights | None = None
    """Of the first seed's network; None where it is not there yet."""


@dataclass(frozen=True)
class Translated:
    """All ways, over the same shifts."""

    shifts: Int[np.ndarray, " shifts"]
    """To the right, in pixels."""
    jumps: tuple[int, ...]
    """Of every map: pixels of the input from one cell to the next."""
    stages: tuple[str, ...]
    """What ``change`` is measured of."""
    kinds: tuple[Kind, ...]
    pictures: int
    is_trained: bool


@dataclass(frozen=True)
class Seen:
    """One digit's map of one layer: moved along, from the moved digit, and how they differ."""

    picture: Float[np.ndarray, "side side"]
    """The moved digit."""
    along: Float[np.ndarray, "rows columns"]
    """F(x), moved by the nearest whole number of cells."""
    moved: Float[np.ndarray, "rows columns"]
    """F(x moved)."""
    cells: int
    """That number."""
    jump: int
    inside: tuple[int, int]
    """First cell and that after the last one along each side whose field lies in the picture."""
    apart: float
    """‖difference‖ / ‖F(x)‖ over the cells inside, of this channel; NaN where F(x) is 0 there."""
