"""What the pictures say, in sentences made of the numbers behind them."""

from engine.labs.convolution.geometry import Line
from engine.labs.convolution.results.sliding import Beside, Slid
from engine.labs.convolution.settings.window import Window
from engine.words import count, tiny

SIZE = r"\left\lfloor \frac{n + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1"
"""Places of the window along a side."""
SAME = 1e-6
"""Two ways to the same number may differ by this: the rest is rounding."""


def size(found: Slid) -> str:
    """The formula of the output's size, and the same with the numbers in it, as Markdown; for both sides where they differ."""
    general = rf"$\displaystyle {SIZE}$"
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
    cells = "the last cell" if line.left_over == 1 else f"the last {line.left_over} cells"
    return f"The next step would reach beyond the edge: {cells} of a row, and of a column, are never under the window."


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
