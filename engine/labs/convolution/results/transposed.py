"""Transposed convolution: its stamps, their overlap, and what it gives back."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

Matrix = Float[np.ndarray, "rows columns"]


@dataclass(frozen=True)
class Stamped:
    """A small input, and what each of its cells adds to the output."""

    x: Float[np.ndarray, "side side"]
    kernel: Float[np.ndarray, "size size"]
    stamps: Float[np.ndarray, "side side output output"]
    """What each input cell adds: the kernel times its number, where it lands."""
    output: Float[np.ndarray, "output output"]
    """Their sum."""
    off: float
    """The largest difference to torch.nn.functional.conv_transpose2d."""

    def upto(self, row: int, column: int) -> Float[np.ndarray, "output output"]:
        """The sum of the stamps of the cells up to this one, row by row."""
        side, output = len(self.x), self.output.shape[0]
        return self.stamps.reshape(side * side, output, output)[: row * side + column + 1].sum(axis=0)


@dataclass(frozen=True)
class Overlap:
    """How evenly two ways to enlarge a picture fill it."""

    counts: Int[np.ndarray, "output output"]
    """Stamps that reach each cell of a transposed convolution's output."""
    resized_counts: Int[np.ndarray, "large large"]
    """Cells that a convolution after nearest-neighbour upsampling reads for each cell."""
    grey: Float[np.ndarray, "output output"]
    """What a transposed convolution makes of an even picture of ones."""
    resized_grey: Float[np.ndarray, "large large"]
    """The same, enlarged first and convolved then, with the same kernel."""
    inside: tuple[int, int]
    """Cells of ``grey`` from the first to before the last along each side that the border does not concern."""
    resized_inside: tuple[int, int]
    uneven: Float[np.ndarray, " kernels"]
    """Of many drawn kernels: standard deviation over mean size inside ``grey``."""
    resized_uneven: Float[np.ndarray, " kernels"]


@dataclass(frozen=True)
class Undone:
    """A convolution's matrix, its transpose, and a picture sent through both."""

    matrix: Matrix
    """C: a row for each output cell of the convolution, a column for each cell of its picture."""
    x: Float[np.ndarray, "large large"]
    small: Float[np.ndarray, "side side"]
    """C x."""
    back: Float[np.ndarray, "large large"]
    """C^T C x."""
    nearest: Float[np.ndarray, "large large"]
    """C^+ C x: of all pictures with this C x the one with the least squares."""
    rank: int
    """Of C."""
    off_torch: float
    """The largest difference of C^T y to torch.nn.functional.conv_transpose2d."""
    off_gradient: float
    """The same to autograd's gradient of conv2d, asked for y."""
    products: tuple[float, float]
    """<C x, y> and <x, C^T y>, for a drawn y."""
    wrong: float
    """‖c C^T C x - x‖ / ‖x‖ with the factor c that makes it least."""
    wrong_nearest: float
    """‖C^+ C x - x‖ / ‖x‖."""
