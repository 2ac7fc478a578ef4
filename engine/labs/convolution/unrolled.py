"""The matrix of a convolution: every place of the window is a row, with the weights in the columns of the cells under it."""

import numpy as np
from jaxtyping import Float, Int

from engine.labs.convolution.bank import bank, flipped
from engine.labs.convolution.pictures import pixels
from engine.labs.convolution.reducing import fitted
from engine.labs.convolution.results.sliding import Slid
from engine.labs.convolution.results.unrolled import Unrolled
from engine.labs.convolution.sliding import slide
from engine.labs.convolution.state import ConvolutionLab

NOWHERE = -1
"""The cell of the picture that padding with zeros copies."""


def unrolled(lab: ConvolutionLab) -> Unrolled:
    """The page's window over its picture, reduced where that is large. Raises Refusal as ``slide`` does."""
    window = lab.window
    weights = bank(window, lab.channels)
    picture = fitted(pixels(lab.picture, lab.colour, lab.seed), lab.matrix.side)
    way = {"stride": window.stride, "dilation": window.dilation, "groups": window.groups}
    found = slide(picture, flipped(weights) if window.flip else weights, padding=window.padding, **way)
    return as_matrix(found, window.shown, mirrors=window.padding == "reflect")


def as_matrix(found: Slid, out: int, mirrors: bool) -> Unrolled:
    """M with y = M x for output channel ``out``; ``mirrors`` says whether the padding mirrors the picture."""
    places, under = _under(found, mirrors)
    seen = found.seen(out)
    height, width = found.picture.shape[1:]
    cells = height * width
    matrix = np.zeros((places, len(seen) * cells))
    rows, taps = np.nonzero(under != NOWHERE)
    columns = under[rows, taps]
    for place in range(len(seen)):
        # A mirror may bring one cell under the window twice: its weights add up.
        np.add.at(matrix, (rows, place * cells + columns), found.weights[out, place].ravel()[taps])
    x = found.picture[seen.start : seen.stop].ravel()
    y = matrix @ x
    apart = float(np.abs(y - found.output[out].ravel()).max())
    shape = (found.down.places, found.across.places, height, width)
    return Unrolled(found, out, matrix, x, y, apart, _is_toeplitz(matrix, len(seen), shape))


def _under(found: Slid, mirrors: bool) -> tuple[int, Int[np.ndarray, "places taps"]]:
    """(places of the window, which cell of a channel lies under each of its weights, NOWHERE for padding)."""
    height, width = found.picture.shape[1:]
    cells = np.arange(height * width).reshape(height, width)
    down, across = found.down, found.across
    around = ((down.before, down.after), (across.before, across.after))
    padded = np.pad(cells, around, mode="reflect") if mirrors else np.pad(cells, around, constant_values=NOWHERE)
    spans = np.lib.stride_tricks.sliding_window_view(padded, (down.span, across.span))
    taps = spans[:: down.stride, :: across.stride, :: down.dilation, :: across.dilation]
    places = down.places * across.places
    return places, taps.reshape(places, down.size * across.size)


def _is_toeplitz(matrix: Float[np.ndarray, "places cells"], channels: int, shape: tuple[int, int, int, int]) -> bool:
    """Whether each block is constant along its diagonals, and the blocks along theirs."""
    rows, columns, height, width = shape
    blocks = matrix.reshape(rows, columns, channels, height, width)
    inner = np.array_equal(blocks[:, 1:, :, :, 1:], blocks[:, :-1, :, :, :-1])
    return inner and np.array_equal(blocks[1:, :, :, 1:], blocks[:-1, :, :, :-1])
