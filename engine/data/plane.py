"""Where a boundary is drawn: along one column, over two columns, or over the first two principal components."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Choice
from engine.data.prepare import Dataset

MARGIN = 0.1
"""The plane reaches this share of the data's range beyond it, on each side."""
BAND_SPREAD = 0.32
"""How far to each side of its category's place an example is drawn, so that examples do not hide each other."""


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
    """The columns themselves where there are at most two, or two of numbers; else the principal components.

    Without two columns of numbers, columns of categories take their place: each category is a band.
    """
    numbers = numeric_columns(data)
    if len(data.columns) <= 2:
        return ColumnsPlane()
    if len(numbers) > 2:
        return PrincipalPlane()
    x, y = [*numbers, *(place for place in range(len(data.columns)) if place not in numbers)][:2]
    return ColumnsPlane(x=x, y=y)


def numeric_columns(data: Dataset) -> list[int]:
    """The columns that are no categories."""
    return [place for place in range(len(data.columns)) if not categories_of(data, place)]


def categories_of(data: Dataset, column: int) -> tuple[str, ...]:
    """The categories of a raw column; empty for numbers."""
    return data.kinds[column].categories if data.kinds else ()


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
    spread: Float[np.ndarray, " axes"]
    """How far examples are drawn beside their place, along each axis: 0 but for categories."""
    ticks: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """The categories along each axis, at 0, 1, 2, ...; empty where it has numbers."""
    note: str = ""
    """What else is to be known of where examples are drawn."""

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
        drawn: np.ndarray = (self.data.filled(raw_x) - self.origin) @ self.back
        return drawn + _beside(len(drawn), self.spread) if self.spread.any() else drawn


def plane_of(data: Dataset, view: View) -> Plane:
    """The plane of ``view`` through ``data``; without three columns of numbers there is no principal plane but columns.

    Raises ValueError for a column that is not there, or twice the same.
    """
    if isinstance(view, PrincipalPlane):
        if len(numeric_columns(data)) > 2:
            return _principal(data)
        view = default_view(data)
    count = len(data.columns)
    if refused := misfit(view, count):
        raise ValueError(f"view.plane: {refused}")
    if count > 1 and isinstance(view, ColumnsPlane):
        return _columns(data, (view.x, view.y))
    return _strip(data) if data.class_count else _columns(data, (0,))


def misfit(view: View, columns: int) -> str:
    """What is wrong with ``view`` for data of so many columns; empty where nothing is. One column leaves no choice."""
    if columns == 1 or not isinstance(view, ColumnsPlane) or (max(view.x, view.y) < columns and view.x != view.y):
        return ""
    return f"got columns {view.x} and {view.y}; choose two different columns from 0 to {columns - 1}"


def _columns(data: Dataset, chosen: tuple[int, ...]) -> Plane:
    count = len(data.columns)
    axes = np.eye(count)[list(chosen)]
    origin = _resting(data)
    origin[list(chosen)] = 0.0
    others = count - len(chosen)
    kept = "yes/no ones and categories at the commonest" if data.kinds else "yes/no ones at the more common"
    which = f"The other {others} columns are" if others > 1 else "The other column is"
    held = f"{which} held at {'their' if others > 1 else 'its'} training mean ({kept})."
    titles = [_title(data, column) for column in chosen]
    up = titles[1] if len(titles) > 1 else _with_unit(data.target, data.target_unit)
    bands = [categories_of(data, column) for column in chosen]
    spread = np.array([BAND_SPREAD if band else 0.0 for band in bands])
    ticks = (bands[0], bands[1] if len(bands) > 1 else ())
    note = _note(data, list(chosen), any(bands))
    return _measured(data, origin, axes, axes.T, (titles[0], up), held if others else "", spread, ticks, note)


def _strip(data: Dataset) -> Plane:
    """Classes along a single column: the height means nothing, it only keeps examples apart."""
    axes = np.array([[1.0], [0.0]])
    band = categories_of(data, 0)
    spread = np.array([BAND_SPREAD if band else 0.0, 1.0])
    note = "There is only one input: the height means nothing, it keeps examples from hiding each other. "
    note += _note(data, [0], bool(band))
    titles = (_title(data, 0), "(no meaning)")
    return _measured(data, np.zeros(1), axes, axes.T, titles, "", spread, (band, ()), note.strip())


def _note(data: Dataset, chosen: list[int], bands: bool) -> str:
    """How examples with gaps, and categories, are drawn along ``chosen`` columns."""
    parts = data.drawn
    gaps = sum(int(np.isnan(part.raw_x[:, chosen]).any(axis=1).sum()) for part in parts) if data.kinds else 0
    said = [f"{gaps:,} examples with a missing number are drawn at its training median."] if gaps else []
    if bands:
        said.append("Each category is a band; where in it an example lies means nothing.")
    return " ".join(said)


def _beside(rows: int, spread: Float[np.ndarray, " axes"]) -> Float[np.ndarray, "rows axes"]:
    """Evenly scattered offsets, the same at every call (Roberts 2018: multiples of powers of 1 / 1.3247..., modulo 1)."""
    steps = np.array([0.7548776662466927, 0.5698402909980532])[: len(spread)]
    return (2 * ((0.5 + np.arange(rows)[:, None] * steps) % 1) - 1) * spread


def _resting(data: Dataset) -> Float[np.ndarray, " columns"]:
    """Where the columns off the plane are held."""
    rest = resting_values(data.filled(data.drawn[0].raw_x))
    for column in range(len(data.columns)):
        if categories_of(data, column):
            rest[column] = np.bincount(data.drawn[0].raw_x[:, column].astype(np.int64)).argmax()
    return rest


def resting_values(raw_x: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, " columns"]:
    """Mean of each column; for a column of only two values, the more common one."""
    rest: np.ndarray = raw_x.mean(axis=0)
    for column in range(raw_x.shape[1]):
        values, counts = np.unique(raw_x[:, column], return_counts=True)
        if len(values) <= 2:
            rest[column] = values[counts.argmax()]
    return rest


def _principal(data: Dataset) -> Plane:
    numbers = numeric_columns(data)
    raw = data.filled(data.drawn[0].raw_x)[:, numbers]
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    spread = np.where(np.ptp(raw, axis=0) > 0, spread, 1.0)
    _, sizes, directions = np.linalg.svd((raw - mean) / spread, full_matrices=False)
    first_two = directions[:2]
    first_two = first_two * np.sign(first_two[np.arange(2), np.abs(first_two).argmax(axis=1)])[:, None]
    share = sizes**2 / max((sizes**2).sum(), np.finfo(float).tiny)
    titles = (f"component 1 ({share[0]:.0%} of variance)", f"component 2 ({share[1]:.0%})")
    held = f"The other components ({1 - share[:2].sum():.0%} of the variance) are held at 0, the training mean."
    axes, back, origin = np.zeros((2, len(data.columns))), np.zeros((len(data.columns), 2)), _resting(data)
    axes[:, numbers], back[numbers], origin[numbers] = first_two * spread, (first_two / spread).T, mean
    if len(numbers) < len(data.columns):
        held += " Categories are held at the commonest."
    return _measured(data, origin, axes, back, titles, held, np.zeros(2), ((), ()), _note(data, numbers, False))


def _measured(
    data: Dataset,
    origin: np.ndarray,
    axes: np.ndarray,
    back: np.ndarray,
    titles: tuple[str, str],
    held: str,
    spread: np.ndarray,
    ticks: tuple[tuple[str, ...], tuple[str, ...]],
    note: str,
) -> Plane:
    plane = Plane(data, origin, axes, back, titles, held, (0.0, 0.0, 0.0, 0.0), spread, ticks, note)
    parts = data.drawn
    drawn = np.concatenate([plane.project(part.raw_x) for part in parts])
    if len(axes) == 1:
        drawn = np.stack([drawn[:, 0], np.concatenate([part.raw_y for part in parts])], axis=1)
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    margin = np.where(high > low, (high - low) * MARGIN, 1.0)
    low, high = low - margin, high + margin
    for axis, band in enumerate(ticks):
        if band:
            low[axis], high[axis] = -0.5, len(band) - 0.5
    return replace(plane, extent=(float(low[0]), float(high[0]), float(low[1]), float(high[1])))


def _title(data: Dataset, column: int) -> str:
    return _with_unit(data.columns[column], data.units[column])


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name
