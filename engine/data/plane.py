"""Where a boundary is drawn: along one column, over two columns, or over the first two principal components."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Choice
from engine.data.prepare import Dataset

MARGIN = 0.1
"""The plane reaches this share of the data's range beyond it, on each side."""


class ColumnsPlane(Choice, frozen=True):
    kind: Literal["columns"] = "columns"
    x: int = Field(0, ge=0, le=10_000, title="Across", description="Column of the horizontal axis, from 0.")
    y: int = Field(1, ge=0, le=10_000, title="Up", description="Column of the vertical axis, from 0.")
    label: ClassVar = "Two columns"
    formula: ClassVar = r"(x_i, x_j)"
    lesson: ClassVar = "The other columns are held still, so this is one cut through the space of inputs."
    source: ClassVar = "Goodfellow et al. 2016"


class PrincipalPlane(Choice, frozen=True):
    kind: Literal["principal"] = "principal"
    label: ClassVar = "Principal components"
    formula: ClassVar = (
        r"x = \bar x + \sigma \odot (s_1 v_1 + s_2 v_2), \quad v_k \text{ eigenvectors of the correlation matrix}"
    )
    lesson: ClassVar = "The flat cut along which the standardized columns vary most."
    source: ClassVar = "Pearson 1901"


View = Annotated[ColumnsPlane | PrincipalPlane, Field(discriminator="kind")]


def default_view(data: Dataset) -> View:
    """The columns themselves where there are at most two, else the principal components."""
    return ColumnsPlane() if len(data.columns) <= 2 else PrincipalPlane()


@dataclass(frozen=True)
class Plane:
    """A cut through the raw columns: origin + s * first + t * second."""

    data: Dataset
    origin: Float[np.ndarray, " columns"]
    axes: Float[np.ndarray, "axes columns"]
    """One or two directions, in raw units."""
    back: Float[np.ndarray, "columns axes"]
    """Maps (raw - origin) to coordinates on the plane."""
    axis_titles: tuple[str, str]
    held: str
    """What the columns off the plane are held at, in words; empty when there are none."""
    extent: tuple[float, float, float, float]
    """x from, x to, y from, y to: the range of all examples and a margin."""

    @property
    def dimensions(self) -> int:
        """1 for a single column, else 2."""
        return len(self.axes)

    def grid(self, resolution: int) -> Float[Tensor, "cells features"]:
        """Inputs over the plane, row by row from the lowest y; along the line where there is one dimension."""
        low_x, high_x, low_y, high_y = self.extent
        across = np.linspace(low_x, high_x, resolution)
        if self.dimensions == 1:
            return self.data.encode(self.origin + across[:, None] * self.axes[0])
        up = np.linspace(low_y, high_y, resolution)
        s, t = np.meshgrid(across, up)
        raw = self.origin + s.reshape(-1, 1) * self.axes[0] + t.reshape(-1, 1) * self.axes[1]
        return self.data.encode(raw)

    def project(self, raw_x: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, "rows axes"]:
        """Where examples are drawn: their coordinates on the plane, straight onto it."""
        drawn: np.ndarray = (raw_x - self.origin) @ self.back
        return drawn


def plane_of(data: Dataset, view: View) -> Plane:
    """The plane of ``view`` through ``data``; data of one or two columns has no principal plane but its columns.

    Raises ValueError for a column that is not there, or twice the same.
    """
    if isinstance(view, PrincipalPlane) and len(data.columns) > 2:
        return _principal(data)
    count = len(data.columns)
    if refused := misfit(view, count):
        raise ValueError(f"view.plane: {refused}")
    chosen = (0,) if count == 1 else (view.x, view.y) if isinstance(view, ColumnsPlane) else (0, 1)
    return _columns(data, chosen)


def misfit(view: View, columns: int) -> str:
    """What is wrong with ``view`` for data of so many columns; empty where nothing is. One column leaves no choice."""
    if columns == 1 or not isinstance(view, ColumnsPlane) or (max(view.x, view.y) < columns and view.x != view.y):
        return ""
    return f"got columns {view.x} and {view.y}; choose two different columns from 0 to {columns - 1}"


def _columns(data: Dataset, chosen: tuple[int, ...]) -> Plane:
    count = len(data.columns)
    axes = np.eye(count)[list(chosen)]
    origin = resting_values(data.drawn[0].raw_x)
    origin[list(chosen)] = 0.0
    others = count - len(chosen)
    held = f"The other {others} columns are held at their training mean (yes/no ones at the more common)."
    titles = [_title(data, column) for column in chosen]
    up = titles[1] if len(titles) > 1 else _with_unit(data.target, data.target_unit)
    return _measured(data, origin, axes, axes.T, (titles[0], up), held if others else "")


def resting_values(raw_x: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, " columns"]:
    """Mean of each column; for a column of only two values, the more common one."""
    rest: np.ndarray = raw_x.mean(axis=0)
    for column in range(raw_x.shape[1]):
        values, counts = np.unique(raw_x[:, column], return_counts=True)
        if len(values) <= 2:
            rest[column] = values[counts.argmax()]
    return rest


def _principal(data: Dataset) -> Plane:
    raw = data.drawn[0].raw_x
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    spread = np.where(np.ptp(raw, axis=0) > 0, spread, 1.0)
    _, sizes, directions = np.linalg.svd((raw - mean) / spread, full_matrices=False)
    first_two = directions[:2]
    first_two = first_two * np.sign(first_two[np.arange(2), np.abs(first_two).argmax(axis=1)])[:, None]
    share = sizes**2 / (sizes**2).sum()
    titles = (f"component 1 ({share[0]:.0%} of variance)", f"component 2 ({share[1]:.0%})")
    held = f"The other components ({1 - share[:2].sum():.0%} of the variance) are held at 0, the training mean."
    return _measured(data, mean, first_two * spread, (first_two / spread).T, titles, held)


def _measured(
    data: Dataset, origin: np.ndarray, axes: np.ndarray, back: np.ndarray, titles: tuple[str, str], held: str
) -> Plane:
    parts = data.drawn
    drawn = np.concatenate([(part.raw_x - origin) @ back for part in parts])
    if len(axes) == 1:
        drawn = np.stack([drawn[:, 0], np.concatenate([part.raw_y for part in parts])], axis=1)
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    margin = np.where(high > low, (high - low) * MARGIN, 1.0)
    low, high = low - margin, high + margin
    extent = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
    return Plane(data, origin, axes, back, titles, held, extent)


def _title(data: Dataset, column: int) -> str:
    return _with_unit(data.columns[column], data.units[column])


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name
