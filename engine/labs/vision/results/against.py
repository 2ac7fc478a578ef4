"""An MLP against a CNN of as many parameters."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

KINDS = ("MLP", "CNN, flattened", "CNN, global average")
"""The scores of a CNN are made of all numbers of its last maps, or of the mean of each."""


@dataclass(frozen=True)
class Match:
    """The width at which a network comes closest to a number of parameters."""

    label: str
    width: int
    """Units of each hidden layer; filters of the first convolution."""
    parameters: int
    tried: tuple[tuple[int, int], ...]
    """(width, parameters) of the narrower and the wider neighbour, and of the one taken, in order."""
    description: str
    """``256 → 15 → 10``."""
    multiply_adds: int
    """With one picture."""


@dataclass(frozen=True)
class Contest:
    """What the runs came to so far; NaN where one is still to come."""

    matches: tuple[Match, ...]
    budget: int
    shifts: tuple[int, ...]
    """Pixels."""
    accuracy: Float[np.ndarray, "kinds orders shifts seeds"]
    """On test pictures: of each kind; pixels in place, shuffled; shifted by so many pixels, mean over up, down, left, right."""
    pictures: tuple[int, int]
    """In the training part, in the test part."""
    epochs: int
    border: int
    """Pixels by which a picture may be moved before it leaves its frame."""
    is_done: bool = False
