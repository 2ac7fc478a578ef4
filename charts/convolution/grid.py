"""Cells of a picture or a map: square, with their numbers where there are few, and frames around some of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Int, Shaped

from charts import theme
from charts.live import layout, plain

Cells = Shaped[np.ndarray, "rows columns"]
GREY = [[0, "#000000"], [1, "#FFFFFF"]]
SIGNED = theme.diverging_scale()
COUNTED = theme.value_scale()
NUMBERED = 12
"""Rows or columns up to which cells have their numbers written in them."""
FEW = 8
"""The same, up to which they are written larger."""
LUMA = (0.299, 0.587, 0.114)
"""What red, green and blue add to brightness (ITU-R BT.601)."""
BRIGHT = 128.0
"""Brightness from which on a colour needs black on it."""
CORNER = 0.32
"""From the middle of a cell to where it is marked, where it has a number."""
FRAME, AT = theme.CLASSES[5], theme.CLASSES[2]
"""Around what is looked at; where something is."""


@dataclass(frozen=True)
class Frame:
    """A rectangle around cells, the first row and column being 1; it may reach beyond the picture, into the padding."""

    name: str
    top: float
    bottom: float
    left: float
    right: float
    colour: str = FRAME
    dash: str = "solid"


def grid_figure(
    cells: Cells,
    *,
    scale: list[list[object]] = GREY,
    low: float | None = None,
    high: float | None = None,
    frames: Sequence[Frame] = (),
    points: Int[np.ndarray, "points 2"] | None = None,
    decimals: int = 2,
    is_numbered: bool | None = None,
    bar: str = "",
) -> go.Figure:
    """``cells`` with the first row on top; rows and columns count from 1.

    ``low`` and ``high`` are where colours end: 0 and the largest number, or of a signed scale its largest size at either end.
    ``points`` are (row, column) from 1, marked. ``bar`` is the title of a colour bar; none where it is empty.
    """
    count, width = cells.shape
    lowest, highest = _ends(cells, scale, low, high)
    figure = go.Figure(layout=layout("", "", margin={"l": 26, "r": 6, "t": 6, "b": 22}))
    has_numbers = max(cells.shape) <= NUMBERED if is_numbered is None else is_numbered
    shown = np.where(np.isfinite(cells), cells, np.nan)
    figure.add_trace(
        go.Heatmap(
            x=np.arange(1, width + 1),
            y=np.arange(1, count + 1),
            z=shown.astype(np.float32),
            zmin=lowest,
            zmax=highest,
            colorscale=scale,
            showscale=bool(bar),
            colorbar={"title": {"text": plain(bar), "side": "right"}, "thickness": 12},
            xgap=1 if has_numbers else 0,
            ygap=1 if has_numbers else 0,
            hovertemplate="row %{y}, column %{x}: %{z:.4g}<extra></extra>",
            name="cells",
        )
    )
    if has_numbers:
        figure.add_trace(_numbers(cells, decimals, _readable(shown, scale, lowest, highest)))
    for frame in frames:
        figure.add_trace(_frame(frame))
    if points is not None:
        _points(figure, points, CORNER if has_numbers else 0.0)
    _axes(figure, count, width, frames)
    return figure


def _ends(cells: Cells, scale: list[list[object]], low: float | None, high: float | None) -> tuple[float, float]:
    finite = cells[np.isfinite(cells)]
    size = max(float(np.abs(finite).max(initial=0.0)), 1e-12)
    if scale is SIGNED:
        return (-size if low is None else low), (size if high is None else high)
    return (0.0 if low is None else low), (size if high is None else high)


def written(value: float, decimals: int = 2) -> str:
    """A number in a cell: whole ones without a point, and what padding stands for as it is."""
    if np.isneginf(value):
        return "−∞"
    if not np.isfinite(value):
        return ""
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:.0f}"
    return "0" if text in ("-0", "") else text.replace("-", "−")


def _numbers(cells: Cells, decimals: int, colours: list[str]) -> go.Scatter:
    """A number in the middle of each cell. (Plotly writes those of a heat map in the page's colour, light or dark.)"""
    rows, columns = np.indices(cells.shape) + 1
    size = 11 if max(cells.shape) <= FEW else 9 if max(cells.shape) <= NUMBERED else 8
    return go.Scatter(
        x=columns.ravel(),
        y=rows.ravel(),
        mode="text",
        text=[written(float(value), decimals) for value in cells.ravel()],
        textfont={"size": size, "color": colours},
        hoverinfo="skip",
        name="numbers",
    )


def _readable(cells: Cells, scale: list[list[object]], low: float, high: float) -> list[str]:
    """For each cell, row by row, black or white: which can be read on its colour; grey where it has none."""
    stops = np.array([float(str(at)) for at, _ in scale])
    table = np.array([theme.rgb(str(colour)) for _, colour in scale])
    place = np.clip((cells.ravel() - low) / max(high - low, 1e-12), 0.0, 1.0)
    channels = [np.interp(place, stops, table[:, channel]) for channel in range(3)]
    brightness = np.tensordot(LUMA, channels, axes=1)
    known = np.isfinite(cells.ravel())
    ink = np.where(brightness > BRIGHT, theme.DARK, theme.LIGHT)
    return [str(colour) if is_known else theme.NEUTRAL for colour, is_known in zip(ink, known, strict=True)]


def _frame(frame: Frame) -> go.Scatter:
    top, bottom, left, right = frame.top - 0.5, frame.bottom + 0.5, frame.left - 0.5, frame.right + 0.5
    return go.Scatter(
        x=[left, right, right, left, left],
        y=[top, top, bottom, bottom, top],
        mode="lines",
        line={"color": frame.colour, "width": 3, "dash": frame.dash},
        name=frame.name,
        hoverinfo="skip",
    )


def _points(figure: go.Figure, points: Int[np.ndarray, "points 2"], away: float) -> None:
    """In the middle of their cells, or so far towards the upper right corner that a number can be read beside them."""
    marker = {"color": AT, "size": 8, "symbol": "circle", "line": {"color": "#FFFFFF", "width": 1.5}}
    figure.add_trace(
        go.Scatter(
            x=points[:, 1] + away, y=points[:, 0] - away, mode="markers", marker=marker, hoverinfo="skip", name="points"
        )
    )


def _axes(figure: go.Figure, count: int, width: int, frames: Sequence[Frame]) -> None:
    """Square cells; room for frames that reach beyond the picture."""
    top = min([1.0, *(frame.top for frame in frames)]) - 0.5
    bottom = max([float(count), *(frame.bottom for frame in frames)]) + 0.5
    left = min([1.0, *(frame.left for frame in frames)]) - 0.5
    right = max([float(width), *(frame.right for frame in frames)]) + 0.5
    margin = 0.02 * max(bottom - top, right - left) if frames else 0.0
    plainly = {
        "showgrid": False,
        "fixedrange": True,
        "showline": False,
        "constrain": "domain",
        "ticks": "",
        "tickfont": {"size": 10},
    }
    figure.update_xaxes(**plainly, range=[left - margin, right + margin], **_ticks(width))
    figure.update_yaxes(
        **plainly, range=[bottom + margin, top - margin], scaleanchor="x", constraintoward="top", **_ticks(count)
    )


def _ticks(count: int) -> dict[str, object]:
    """Every row or column, or every second, fourth, ... where there are many."""
    step = 1
    while count / step > NUMBERED:
        step *= 2
    return {"tickvals": list(range(step, count + 1, step))}
