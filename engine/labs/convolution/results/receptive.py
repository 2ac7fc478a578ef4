"""Receptive fields: by formula, and by the gradient."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

Box = tuple[int, int, int, int]
"""First row, last row, first column, last column."""


@dataclass(frozen=True)
class Reach:
    """Of the cells of one layer: what of the picture they can depend on, along one side."""

    name: str
    kernel: int
    stride: int
    dilation: int
    before: int
    """Zeros that the layer puts before its first cell."""
    size: int
    """r: pixels of the picture that a cell can depend on, from the first to the last."""
    jump: int
    """j: pixels of the picture from one cell's field to the next one's."""
    start: int
    """e: the first pixel of the first cell's field; negative where it reaches into the padding."""
    cells: int
    """Cells along the side; less than 1 where the layer has no place for its window."""

    def field(self, cell: int) -> tuple[int, int]:
        """The first and the last pixel of a cell's field, the picture's first being 0; outside of it in the padding."""
        first = self.start + cell * self.jump
        return first, first + self.size - 1

    def nearest(self, pixel: float) -> int:
        """The cell whose field's middle is nearest to a pixel."""
        middle = (pixel - self.start - (self.size - 1) / 2) / self.jump
        return int(min(max(round(middle), 0), self.cells - 1))


@dataclass(frozen=True)
class Support:
    """Of one output cell: which pixels it depends on, exactly."""

    paths: Float[np.ndarray, "height width"]
    """Ways from each pixel to the cell through the windows of all layers."""
    box: Box
    """By formula, as far as it lies in the picture."""

    @property
    def seen(self) -> Bool[np.ndarray, "height width"]:
        """Pixels that the cell depends on at all."""
        return self.paths > 0

    @property
    def measured(self) -> Box | None:
        """The same box around the pixels that it depends on; None where there are none."""
        return around(self.seen)

    @property
    def filled(self) -> float:
        """Share of the box's pixels that the cell depends on: less than 1 where dilation leaves holes."""
        top, bottom, left, right = self.box
        inside = self.seen[top : bottom + 1, left : right + 1]
        return float(inside.mean()) if inside.size else 0.0


@dataclass(frozen=True)
class Effective:
    """The gradient of the cell in the middle with respect to the input, over random weights; NaN where not known yet."""

    gradient: Float[np.ndarray, "side side"]
    """Of the last layer's cell: root mean square over seeds and inputs, with the mean square of ``paths``."""
    paths: Float[np.ndarray, "side side"]
    """Closed form for linear layers of independent weights: the root of the number of paths, the largest being 1."""
    box: Box
    """The field by formula, as far as it lies in the input."""
    names: tuple[str, ...]
    theory: Int[np.ndarray, " layers"]
    """Side of the field by formula after each layer, as far as it lies in the input."""
    measured: Float[np.ndarray, " layers"]
    """Side of a square with as many pixels as have a gradient of at least ``least`` of the largest one."""
    least: float
    seeds: int
    """Those that are done."""

    @property
    def reached(self) -> Box | None:
        """The box around the pixels whose gradient was not 0 with every seed; None where there are none."""
        return around(self.gradient > 0)


def around(shown: Bool[np.ndarray, "height width"]) -> Box | None:
    """The least box around what is shown; None where nothing is."""
    rows, columns = np.nonzero(shown)
    return (int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())) if len(rows) else None
