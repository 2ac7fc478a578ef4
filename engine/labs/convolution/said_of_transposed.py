"""Of transposed convolution."""

import numpy as np

from engine.labs.convolution.results.transposed import Overlap, Stamped, Undone
from engine.labs.convolution.settings.transposed import Transposed
from engine.words import count, number, tiny


def size(asked: Transposed) -> str:
    """The size of the output, and with its numbers."""
    before = rf"({asked.side} - 1) \cdot {asked.stride} - 2 \cdot {asked.padding} + {asked.size} + {asked.extra}"
    general = r"(n - 1)\,s - 2p + k + \text{output padding}"
    return f"Side of the output: ${general}$, which is ${before} = {asked.output}$."


def stamp(found: Stamped, row: int, column: int) -> str:
    """Of one input cell, from 0."""
    side = len(found.x)
    place = row * side + column + 1
    return (
        f"Cell {place} of {side * side}: {number(float(found.x[row, column]))} times the kernel. Where stamps overlap "
        f"they add up. The sum of all differs from `torch.nn.functional.conv_transpose2d` by at most {tiny(found.off)}."
    )


def counts(asked: Transposed, found: Overlap) -> str:
    """Whether stamps reach all cells equally often."""
    first, last = found.inside
    within = found.counts[first:last, first:last]
    if not within.size:
        return "The kernel is so large that no cell lies inside."
    low, high = int(within.min()), int(within.max())
    if low == high:
        return (
            f"k = {asked.size} is a multiple of s = {asked.stride}: inside, every cell is reached by {low} "
            f"{'stamp' if low == 1 else 'stamps'}. The counts are even; the numbers need not be, see below."
        )
    empty = " Some are reached by none at all, for the stride is larger than the kernel." if low == 0 else ""
    return (
        f"k = {asked.size} is no multiple of s = {asked.stride}: inside, cells are reached by {low} to {high} stamps, in a "
        f"pattern that repeats every {asked.stride} cells: a checkerboard.{empty}"
    )


def uneven(found: Overlap) -> str:
    """How uneven an even picture comes out, over many kernels."""
    ours = found.uneven[np.isfinite(found.uneven)]
    other = found.resized_uneven[np.isfinite(found.resized_uneven)]
    if not len(ours) or not len(other):
        return "Nothing lies inside: choose a smaller kernel."
    return (
        f"An even picture through {count(len(found.uneven))} kernels drawn at random: transposed convolution makes it "
        f"uneven by {number(float(ours.min()))} to {number(float(ours.max()))} of its mean size, nearest-neighbour "
        f"upsampling followed by a convolution by {tiny(float(other.max()))} at most. There the kernel falls on the same "
        "numbers everywhere, so an even picture stays even inside (Odena et al. 2016). What the other one does can be "
        "learned away, but nothing sees to it."
    )


def adjoint(found: Undone) -> str:
    """What makes it the transpose, with the numbers."""
    left, right = found.products
    return (
        f"$\\langle C x, y \\rangle = {number(left)}$ and $\\langle x, C^\\top y \\rangle = {number(right)}$, for an x "
        f"and a y drawn at random. $C^\\top y$ differs from `conv_transpose2d` by at most {tiny(found.off_torch)}, and "
        f"from autograd's gradient of `conv2d` by at most {tiny(found.off_gradient)}: it is what backpropagation sends "
        "back through a convolution."
    )


def inverse(found: Undone) -> str:
    """How far from the picture it ends."""
    rows, columns = found.matrix.shape
    exact = found.rank == columns
    why = (
        f"Here C has rank {found.rank}, so {columns} numbers can be had back from {rows}, but not by the transpose"
        if exact
        else f"C makes {found.rank} independent numbers of {columns}: {columns - found.rank} are gone, and nothing "
        "brings them back"
    )
    return (
        f"$C^\\top C x$ has the size of x and is not x: even with the best factor before it, it is wrong by "
        f"{number(found.wrong)} of x's size. {why}; the best linear guess, by the pseudo-inverse $C^+$, is wrong by "
        f"{tiny(found.wrong_nearest) if found.wrong_nearest < 1e-6 else number(found.wrong_nearest)}."
    )
