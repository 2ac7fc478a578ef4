"""What is kept of what was learned first."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

WAYS = ("from scratch", "frozen", "fine-tuned", "discriminative rates")
"""How a network comes to know the other classes."""
FIRST = "after the first classes"


@dataclass(frozen=True)
class Transferred:
    """Every way from every number of pictures and every seed; NaN where it is still to come."""

    first: tuple[str, ...]
    """Classes learned first, from all their training pictures."""
    second: tuple[str, ...]
    """The others, from few."""
    counts: tuple[int, ...]
    """Pictures a class."""
    before: Float[np.ndarray, " seeds"]
    """Accuracy among the first classes, on held-back pictures, before anything is transferred."""
    accuracy: Float[np.ndarray, "ways counts seeds"]
    """Among the other classes, on held-back pictures."""
    groups: tuple[str, ...]
    """Of layers, from the picture to the output."""
    rates: Float[np.ndarray, "ways groups"]
    """Learning rate of each; 0 where it stands still."""
    moved: Float[np.ndarray, "ways groups seeds"]
    """How far a group's weights have come from where they began, as a share of their length there; from most pictures."""
    filters: tuple[tuple[str, Float[np.ndarray, "out in height width"]], ...]
    """The first layer's, of the first seed: after the first classes, then after each way from most pictures. Empty: none."""
    held: int
    """Pictures tested with, of the other classes."""
    is_done: bool = False

    @property
    def nbytes(self) -> int:
        """Memory of its arrays and filters, and about that of its names."""
        arrays = (self.before, self.accuracy, self.rates, self.moved, *(kernels for _, kernels in self.filters))
        return sum(array.nbytes for array in arrays) + 2_500

    @property
    def chance(self) -> float:
        """Accuracy of guessing."""
        return 1 / len(self.second)

    @property
    def known(self) -> int:
        """Seeds of which everything is measured."""
        return int(np.isfinite(self.accuracy).all(axis=(0, 1)).sum())
