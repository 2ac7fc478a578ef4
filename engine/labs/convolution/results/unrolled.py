"""A convolution written as one matrix."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from engine.labs.convolution.results.sliding import Slid


@dataclass(frozen=True)
class Unrolled:
    """y = M x for one output channel."""

    slid: Slid
    out: int
    """The output channel, from 0."""
    matrix: Float[np.ndarray, "places cells"]
    """A row for each place of the window, row by row; a column for each cell of the channels that it sees."""
    x: Float[np.ndarray, " cells"]
    y: Float[np.ndarray, " places"]
    """M x."""
    difference: float
    """The largest difference between M x and what the window came to."""
    is_toeplitz: bool
    """Whether in each block, of one row of the output and one row of the picture, all falling diagonals are constant."""

    @property
    def nonzero(self) -> int:
        """Entries that are not 0."""
        return int(np.count_nonzero(self.matrix))

    @property
    def distinct(self) -> int:
        """Different numbers among them."""
        return len(np.unique(self.matrix[self.matrix != 0]))
