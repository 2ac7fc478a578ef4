"""Receptive fields: on the picture, as paths, as gradients, and over depth."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.convolution.grid import COUNTED, Cells, Frame, grid_figure
from charts.live import layout, legend_above, plain
from engine.labs.convolution.results.receptive import Effective, Reach, Support

THEORY, MEASURED, CLOSED = theme.CLASSES[5], theme.CLASSES[2], theme.CLASSES[0]


def field_figure(picture: Cells, down: Sequence[Reach], across: Sequence[Reach], cell: tuple[int, int]) -> go.Figure:
    """The picture, with the field of an output cell (row, column), from 0, and the fields within it of each layer before.

    The fields of the layers before are those of the cell nearest to the middle of the last one's.
    """
    frames = []
    rows, columns = down[-1].field(cell[0]), across[-1].field(cell[1])
    middles = [(first + last) / 2 for first, last in (rows, columns)]
    for high, wide in zip(down[1:], across[1:], strict=True):
        is_last = high is down[-1]
        own = cell if is_last else (high.nearest(middles[0]), wide.nearest(middles[1]))
        (top, bottom), (left, right) = high.field(own[0]), wide.field(own[1])
        frames.append(
            Frame(
                plain(high.name),
                top + 1,
                bottom + 1,
                left + 1,
                right + 1,
                THEORY if is_last else theme.CLASSES[4],
                "solid" if is_last else "dot",
            )
        )
    return grid_figure(picture, high=1.0, frames=frames, is_numbered=False)


def paths_figure(found: Support) -> go.Figure:
    """How many ways lead from each pixel to the cell; pixels without one are empty."""
    top, bottom, left, right = (edge + 1 for edge in found.box)
    shown = np.where(found.seen, found.paths / max(found.paths.max(), 1.0), np.nan)
    frames = [Frame("by formula", top, bottom, left, right, THEORY)]
    return grid_figure(shown, scale=COUNTED, high=1.0, frames=frames, is_numbered=False, bar="paths, of the most")


def gradient_figure(found: Effective) -> go.Figure:
    """How much each pixel moves the cell, and the field by formula around it."""
    top, bottom, left, right = (edge + 1 for edge in found.box)
    frames = [Frame("by formula", top, bottom, left, right, THEORY)]
    return grid_figure(found.gradient, scale=COUNTED, frames=frames, is_numbered=False, bar="size of the gradient")


def profile_figure(found: Effective) -> go.Figure:
    """The gradient along the row through the middle, measured and by the number of paths; the field's ends."""
    figure = go.Figure(layout=layout("column (pixels)", "size of the gradient", showlegend=True, legend=legend_above()))
    figure.update_layout(margin={"t": 62})
    top, bottom, left, right = found.box
    row = (top + bottom) // 2
    columns = np.arange(1, found.gradient.shape[1] + 1)
    for values, name, colour, dash in (
        (found.gradient, "measured gradient", MEASURED, "solid"),
        (found.paths, "root of the number of paths", CLOSED, "dash"),
    ):
        line = {"color": colour, "width": 2.5, "dash": dash}
        figure.add_trace(go.Scatter(x=columns, y=values[row], mode="lines", line=line, name=name))
    for edge in (left + 0.5, right + 1.5):
        figure.add_vline(x=edge, line={"dash": "dot", "width": 2, "color": THEORY})
    figure.add_hline(
        y=found.least * float(found.gradient.max()), line={"dash": "dot", "width": 1.5, "color": theme.NEUTRAL}
    )
    figure.update_yaxes(rangemode="tozero")
    return figure


def depth_figure(found: Effective) -> go.Figure:
    """The side of the field by formula and of the effective one, after each layer."""
    figure = go.Figure(layout=layout("layer", "side (pixels)", showlegend=True, legend=legend_above()))
    figure.update_layout(margin={"t": 40})
    layers = np.arange(1, len(found.theory) + 1)
    for values, name, colour, dash in (
        (found.theory, "by formula, within the input", THEORY, "dot"),
        (found.measured, "effective", MEASURED, "solid"),
    ):
        line = {"color": colour, "width": 2.5, "dash": dash}
        figure.add_trace(go.Scatter(x=layers, y=values, mode="lines+markers", line=line, name=name))
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(dtick=1)
    return figure
