"""Of pooling: where a number came from, what counts, what a shift changes."""

import numpy as np

from engine.labs.convolution.geometry import Line
from engine.labs.convolution.results.pooling import Pooled, Tolerance
from engine.words import count, number, percent


def cell(found: Pooled, row: int, column: int) -> str:
    """Of one output cell, from 0."""
    value = number(float(found.output[row, column]))
    window = found.patch(row, column)
    where = f"Row {row + 1}, column {column + 1} of the output"
    if found.places is None:
        return f"{where}: the mean of {count(window.size)} numbers, {value}."
    top, left = found.places[row, column] + 1
    return (
        f"{where}: the largest of {count(window.size)} numbers, {value}, from row {top}, column {left} of the picture."
    )


def size(line: Line) -> str:
    """Whether a side comes out half as long."""
    if line.stride == 1 or line.size == line.length:
        return ""
    is_exact = line.places * line.stride == line.length
    ratio = f"n / s = {line.length} / {line.stride} = {number(line.length / line.stride)}"
    unread = {0: "", 1: " The last cell is in no window."}.get(
        line.left_over, f" The last {line.left_over} cells are in no window."
    )
    return (
        f"A stride of {line.stride} makes {line.places} of {line.length}: {'exactly' if is_exact else 'not'} "
        f"{ratio}.{unread} One cell less of the picture would make {_places(line, line.length - 1)}."
    )


def _places(line: Line, length: int) -> int:
    return max(Line(length, line.size, line.stride, line.dilation, line.before, line.after).places, 0)


def shares(found: Pooled) -> str:
    """Which cells get a gradient."""
    reached = int((found.shares != 0).sum())
    total = found.shares.size
    if found.places is None:
        return (
            f"{count(reached)} of {count(total)} cells count, each for {_range(found.shares[found.shares != 0])}: a mean "
            "shares its gradient among all cells of the window."
        )
    most = round(float(found.shares.max()))
    wins = "one window each" if most == 1 else f"up to {most} windows"
    return (
        f"{count(reached)} of {count(total)} cells {'is' if reached == 1 else 'are'} the largest of a window, {wins}; "
        f"the other {count(total - reached)} ({percent(1 - reached / total)}) get no gradient at all."
    )


def _range(values: np.ndarray) -> str:
    low, high = number(float(values.min())), number(float(values.max()))
    return low if low == high else f"{low} to {high}"


def tolerance(found: Tolerance) -> str:
    """What a shift by 1 changes, and where a pool moves along whole."""
    if len(found.shifts) < 2 or np.isnan(found.ways[0].change[1]):
        return "The picture is black, or too small to be moved: nothing can change."
    first = {way.label: float(way.change[1]) for way in found.ways}
    bare, taken, most, average, whole = first.values()
    text = (
        f"Moved by 1 pixel, the picture changes by {number(bare)} of its size, every {found.stride} pixels of it by "
        f"{number(taken)}, its maxima by {number(most)}, its means by {number(average)}, the mean of all by "
        f"{number(whole)}."
    )
    calm = [name for name, value in (("max", most), ("average", average)) if value < bare]
    if not calm:
        return f"{text} Here pooling lets as much through as no pooling: no tolerance."
    named = " and ".join(calm)
    return (
        f"{text} So {named} pooling {'takes' if len(calm) == 1 else 'take'} some of it away, and not all: a pool is "
        "tolerant of small shifts, and only a pool over everything no longer knows where things were."
    )
