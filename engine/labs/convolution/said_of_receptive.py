"""Of receptive fields."""

from itertools import pairwise

import numpy as np

from engine.labs.convolution.results.receptive import Effective, Reach, Support
from engine.words import count, number, percent

Rows = list[tuple[str, ...]]
HEAD = ("layer", "k", "s", "d", "r: field", "j: jump", "e: begins at", "cells")


def table(found: tuple[Reach, ...]) -> Rows:
    """A row for each layer: its window, and the recursion with its numbers."""
    rows: Rows = [("picture", "", "", "", "1", "1", "1", count(found[0].cells))]
    for place, (last, now) in enumerate(pairwise(found), start=1):
        rows.append(
            (
                f"{place}. {now.name}",
                str(now.kernel),
                str(now.stride),
                str(now.dilation),
                f"{last.size} + ({now.kernel} − 1)·{now.dilation}·{last.jump} = {now.size}",
                f"{now.stride}·{last.jump} = {now.jump}",
                signed(now.start + 1),
                count(now.cells),
            )
        )
    return rows


def field(down: Reach, across: Reach, cell: tuple[int, int], shape: tuple[int, int]) -> str:
    """What of the picture a cell, from 0, depends on."""
    (top, bottom), (left, right) = down.field(cell[0]), across.field(cell[1])
    inside = _within(top, bottom, shape[0]) * _within(left, right, shape[1])
    total = down.size * across.size
    outside = total - inside
    more = f" {percent(outside / total)} of it lies in the padding, where there is nothing to see." if outside else ""
    rows, columns = (f"{signed(first + 1)} to {signed(last + 1)}" for first, last in ((top, bottom), (left, right)))
    return (
        f"The cell in row {cell[0] + 1}, column {cell[1] + 1} of the output depends on rows {rows} and columns {columns} "
        f"of the picture: r · r = {count(total)} pixels.{more}"
    )


def _within(first: int, last: int, length: int) -> int:
    return max(min(last, length - 1) - max(first, 0) + 1, 0)


def support(found: Support) -> str:
    """Whether the gradient reaches as far as the formula says, and whether it leaves holes."""
    far = "exactly as far as the formula says"
    if found.measured != found.box:
        far = "less far than the formula says: the outermost cells of the field that it reads lie beyond the border"
    text = f"The gradient of the cell reaches {far}."
    if found.filled < 1:
        return (
            f"{text} Only {percent(found.filled)} of the pixels in that field have a way to the cell: dilations with a "
            "common factor, or strides larger than the next window, leave a grid of holes."
        )
    centre, corner = float(found.paths.max()), float(found.paths[found.paths > 0].min())
    if centre == corner:
        return f"{text} Every pixel has as many ways to the cell."
    return (
        f"{text} A pixel in the middle has {_times(centre / corner)} times as many ways to the cell as one in a corner."
    )


def _times(factor: float) -> str:
    return count(factor) if factor < 1e7 else f"{factor:.1e}"


def effective(found: Effective) -> str:
    """How much of the field counts, and whether the number of paths says why."""
    theory, measured = int(found.theory[-1]), float(found.measured[-1])
    off = float(np.abs(found.gradient - found.paths).max())
    return (
        f"By formula the field is {theory} pixels wide{_reached(found)}. Pixels with at least {percent(found.least)} of "
        f"the largest gradient would fill a square of {number(measured)}: {percent(measured**2 / theory**2)} of the "
        "area. In a linear network with independent weights of mean 0 the mean square of the gradient is proportional "
        f"to the number of paths, so its root is what to expect: over {count(found.seeds)} "
        f"{'seed' if found.seeds == 1 else 'seeds'} the two are {number(off)} apart at most."
    )


def _reached(found: Effective) -> str:
    """Whether any gradient arrived at its ends."""
    return ", and so far the gradient reaches" if found.reached == found.box else ""


def growth(found: Effective) -> str:
    """How both sides grow over the second half of the layers."""
    layers = len(found.theory)
    half = layers // 2
    if not half or not found.measured[half - 1]:
        return "With more layers than one, this shows how both grow."
    theory = found.theory[-1] / found.theory[half - 1]
    measured = found.measured[-1] / found.measured[half - 1]
    return (
        f"From layer {half} to layer {layers} the side grows to {number(float(theory))} times by formula, and to "
        f"{number(float(measured))} times as measured. For many layers of stride 1 the first follows the depth (here "
        f"{number(layers / half)} times), the second its root ({number((layers / half) ** 0.5)} times)."
    )


def signed(whole: int) -> str:
    """With a minus as it is written."""
    return str(whole).replace("-", "−")
