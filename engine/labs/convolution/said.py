"""What the pictures say, in sentences made of the numbers behind them."""

import numpy as np

from engine.labs.convolution.geometry import Line
from engine.labs.convolution.learned import FILTERS, UPDATES, Filters
from engine.labs.convolution.results.counting import Counts
from engine.labs.convolution.results.sliding import Beside, Slid
from engine.labs.convolution.results.unrolled import Unrolled
from engine.labs.convolution.settings.window import Window
from engine.words import count, percent, times, tiny

SIZE = r"\left\lfloor \frac{n + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1"
"""Places of the window along a side."""
SAME = 1e-6
"""Two ways to the same number may differ by this: the rest is rounding."""
SUMMANDS = 12
"""Of a sum that is written out."""


def size(found: Slid) -> str:
    """The formula of the output's size, and the same with the numbers in it, as Markdown; for both sides where they differ."""
    general = f"**Size of the output**, places of the window along a side:  \n$\\displaystyle {SIZE}$"
    if found.down == found.across:
        return rf"{general} &ensp; $\displaystyle = {found.down.formula}$"
    sides = {"height": found.down, "width": found.across}
    return f"{general}: " + ", ".join(rf"{name} $\displaystyle {side.formula}$" for name, side in sides.items())


def shapes(found: Slid) -> str:
    """What comes of what: ``1 × 8 × 8 becomes 2 × 6 × 6``."""
    ins, outs = (" × ".join(map(str, each.shape)) for each in (found.picture, found.output))
    return f"channels × height × width: {ins} becomes {outs}."


def left_over(line: Line) -> str:
    """That the window never reaches the last cells; empty where it does."""
    if not line.left_over:
        return ""
    last = "the last cell" if line.left_over == 1 else f"the last {line.left_over} cells"
    counted = ", padding counted," if line.before or line.after else ""
    never = "is" if line.left_over == 1 else "are"
    return f"One more step would reach beyond the edge: {last} along a side{counted} {never} never under the window."


def beside(found: Beside) -> str:
    """How far from other ways to the same numbers."""
    return (
        "Largest difference between these numbers and those of `torch.nn.functional.conv2d`: "
        f"{tiny(found.torch)}; of `scipy.signal.correlate2d`: {tiny(found.correlate)}; of `scipy.signal.convolve2d` with the "
        f"weights turned by half a turn: {tiny(found.convolve)}."
    )


def turn(found: Beside, window: Window) -> str:
    """What the flip does, or would do, to these numbers."""
    if found.unflipped < SAME:
        return (
            "This kernel is its own half turn, so that cross-correlation and convolution come to the same: a blur cannot tell "
            "them apart."
        )
    if window.flip:
        return (
            "The kernel is flipped before it slides: this is *convolution* as mathematics and `scipy.signal.convolve2d` define "
            "it, with the kernel as it was before the flip."
        )
    return (
        "What slides here, and in every CNN, is *cross-correlation*: the kernel as it stands. `scipy.signal.convolve2d` turns "
        f"it by half a turn first, and comes to other numbers, up to {found.unflipped:.3g} away. A network that learns its "
        "weights does not mind: it learns them turned."
    )


def edits(window: Window) -> str:
    """How many weights were set by hand."""
    number = len(window.edits)
    return f"{count(number)} {'weight was' if number == 1 else 'weights were'} set by hand: the link holds them."


def matrix(found: Unrolled) -> str:
    """What M is, and that it comes to the same."""
    places, cells = found.matrix.shape
    height, width = found.slid.picture.shape[1:]
    return (
        "Sliding a window is linear: each output number is a weighted sum of cells. So the whole of it is one matrix, "
        f"$y = M x$: here M has {places} rows, one for each place of the window, and {cells} columns, one for each cell of "
        f"the picture, which has {height} × {width} here. Largest difference between $M x$ and what the window came to: "
        f"{tiny(found.difference)}."
    )


def row(found: Unrolled, row: int, column: int) -> str:
    """What one row of M works out, with its numbers."""
    place = row * found.slid.across.places + column
    weights = found.matrix[place]
    used = np.flatnonzero(weights)
    shown = " + ".join(f"({weights[cell]:.3g} \\cdot {found.x[cell]:.3g})" for cell in used[:SUMMANDS])
    more = f" + \\dots \\text{{ ({len(used) - SUMMANDS} more)}}" if len(used) > SUMMANDS else ""
    return (
        f"Row {place + 1} of M, which makes row {row + 1}, column {column + 1} of the output: "
        f"$y_{{{place + 1}}} = {shown or '0'}{more} = {found.y[place]:.4g}$."
    )


def structure(found: Unrolled) -> str:
    """What tells M from the matrix of a dense layer."""
    places, cells = found.matrix.shape
    kind = (
        "The same weights come again in every row, shifted by a cell: along each falling diagonal of a block all entries are "
        "alike, and so are the blocks along theirs. Such a matrix is called *doubly block Toeplitz*."
        if found.is_toeplitz
        else "The same weights come again in every row, but with this stride or padding not always shifted by one cell: it is "
        "no Toeplitz matrix."
    )
    return (
        f"Of its {count(places * cells)} entries {count(found.nonzero)} are not 0, with {count(found.distinct)} different "
        f"numbers among them. A dense layer would learn all {count(places * cells)} freely. {kind}"
    )


def fewer(found: Counts) -> str:
    """What the weights of the one and of the other are."""
    ratio = found.dense.parameters / found.convolution.parameters
    return (
        f"The dense layer has {times(ratio)} times as many parameters: it learns a weight for each pair of an input and an "
        "output cell, where the convolution looks at near ones alone and uses the same weights at every place."
    )


def bytes_of(found: Counts) -> str:
    """What the numbers would fill."""
    shapes = " to ".join(" × ".join(map(str, shape)) for shape in (found.ins, found.outs))
    small, large = (_bytes(4 * each.parameters) for each in (found.convolution, found.dense))
    return (
        f"From {shapes} (channels × height × width). At 4 bytes a number the convolution takes {small}, and the dense layer "
        f"{large}."
    )


def _bytes(number: int) -> str:
    """``36 kB``: a thousand of one unit are one of the next."""
    units = ("bytes", "kB", "MB", "GB", "TB", "PB")
    power = min((len(str(number)) - 1) // 3, len(units) - 1)
    return f"{float(f'{number / 1000**power:.3g}'):,g} {units[power]}"


def learned(found: Filters) -> str:
    """Where a learned kernel is from."""
    return (
        f"One of {FILTERS} kernels of a CNN that was trained here for {UPDATES} updates: it reads {percent(found.accuracy)} "
        "of the digits right that it never saw."
    )
