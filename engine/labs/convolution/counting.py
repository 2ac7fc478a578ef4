"""Parameters and multiply-adds of a convolution, beside those of a dense layer between the same shapes."""

from math import prod

from engine.labs.convolution.geometry import line
from engine.labs.convolution.results.counting import Count, Counts, Growth
from engine.labs.convolution.results.sliding import Slid
from engine.labs.convolution.settings.counting import MAX_SIDE, Counting

Shape = tuple[int, int, int]
"""(channels, height, width)."""


def counted(found: Slid) -> Counts:
    """Of the layer on the page, with a bias for each output channel as PyTorch's layers have."""
    return counts(_shape(found.picture.shape), _shape(found.output.shape), found.down.size, found.groups)


def layer(chosen: Counting, side: int | None = None) -> Counts:
    """Of the chosen layer, on another ``side`` where one is given. Raises Refusal where the window has no place."""
    length = side or chosen.side
    places = line(length, chosen.size, chosen.stride, 1, chosen.padding).places
    ins, outs = (chosen.ins, length, length), (chosen.outs, places, places)
    return counts(ins, outs, chosen.size, chosen.groups, chosen.bias)


def growth(chosen: Counting) -> Growth:
    """Of the chosen layer on pictures of 2, 4, 8, ... cells a side, as far as its window fits on them."""
    powers = (2**power for power in range(1, MAX_SIDE.bit_length()))
    sides = tuple(side for side in powers if chosen.padding == "same" or side >= chosen.size)
    found = [layer(chosen, side) for side in sides]
    return Growth(sides, tuple(each.convolution for each in found), tuple(each.dense for each in found))


def counts(ins: Shape, outs: Shape, size: int, groups: int = 1, has_bias: bool = True) -> Counts:
    """Convolution: c_out (c_in / g) k^2 weights, each used at every place of the output. Dense: one for each pair of cells.

    A place whose window reaches into the padding counts whole, as PyTorch computes it.
    """
    seen, places = ins[0] // groups, outs[1] * outs[2]
    weights = outs[0] * seen * size**2
    cells = prod(ins), prod(outs)
    small = Count(
        "convolution",
        weights,
        outs[0] if has_bias else 0,
        weights * places,
        rf"{outs[0]} \cdot {seen} \cdot {size}^2{_plus(outs[0], has_bias)}",
        rf"{outs[1]} \cdot {outs[2]} \cdot {outs[0]} \cdot {seen} \cdot {size}^2",
    )
    large = Count(
        "dense layer",
        prod(cells),
        cells[1] if has_bias else 0,
        prod(cells),
        rf"{_cells(ins)} \cdot {_cells(outs)}{_plus(cells[1], has_bias)}",
        rf"{_cells(ins)} \cdot {_cells(outs)}",
    )
    return Counts(small, large, ins, outs)


def _cells(shape: Shape) -> str:
    return rf"({shape[0]} \cdot {shape[1]} \cdot {shape[2]})"


def _plus(biases: int, has_bias: bool) -> str:
    return f" + {biases}" if has_bias else ""


def _shape(shape: tuple[int, ...]) -> Shape:
    channels, height, width = shape
    return channels, height, width
