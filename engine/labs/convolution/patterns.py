"""Shapes drawn by formula, each of one brightness on black."""

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from jaxtyping import Float

Name = Literal["dot", "edge", "bars", "checkerboard", "disc", "square", "ramp"]
Cells = Float[np.ndarray, "side side"]
COLOUR = (1.0, 0.6, 0.2)
"""How much red, green and blue each shape's brightness has."""
WIDE = 2
"""Pixels of a bar, and of a field of the checkerboard."""
RADIUS = 0.6
"""Of the disc, where the picture's edge is 1 away from its middle."""
FINENESS = 4
"""A pixel of a round shape is the mean of so many squared."""


def _places(side: int) -> tuple[Cells, Cells]:
    """(row, column) of every pixel, from 0."""
    rows, columns = np.indices((side, side), dtype=float)
    return rows, columns


def _dot(side: int) -> Cells:
    drawn = np.zeros((side, side))
    drawn[side // 2, side // 2] = 1.0
    return drawn


def _edge(side: int) -> Cells:
    return (_places(side)[1] >= side // 2).astype(float)


def _bars(side: int) -> Cells:
    return _places(side)[1] // WIDE % 2


def _checkerboard(side: int) -> Cells:
    rows, columns = _places(side)
    return (rows // WIDE + columns // WIDE) % 2


def _disc(side: int) -> Cells:
    fine = (np.arange(side * FINENESS) + 0.5) / (side * FINENESS) * 2 - 1
    inside = fine[:, None] ** 2 + fine[None, :] ** 2 < RADIUS**2
    return inside.reshape(side, FINENESS, side, FINENESS).mean((1, 3))


def _square(side: int) -> Cells:
    rows, columns = _places(side)
    low, high = side // 4, side - side // 4
    return ((rows >= low) & (rows < high) & (columns >= low) & (columns < high)).astype(float)


def _ramp(side: int) -> Cells:
    return _places(side)[1] / (side - 1)


PATTERNS: Mapping[Name, Callable[[int], Cells]] = {
    "dot": _dot,
    "edge": _edge,
    "bars": _bars,
    "checkerboard": _checkerboard,
    "disc": _disc,
    "square": _square,
    "ramp": _ramp,
}
