"""Pooling: the picture with its windows, what comes out, and how much of a shift comes through."""

import plotly.graph_objects as go

from charts import theme
from charts.convolution.grid import COUNTED, Frame, grid_figure
from charts.live import layout, legend_above
from engine.labs.convolution.results.pooling import Pooled, Tolerance

COLOURS = (theme.NEUTRAL, theme.CLASSES[5], theme.CLASSES[0], theme.CLASSES[1], theme.CLASSES[2])
"""Of the ways to make a picture smaller, in their order."""


def window_frame(found: Pooled, row: int, column: int) -> Frame:
    """Around the window of an output cell, from 0, in the picture."""
    top, left = row * found.down.stride - found.down.before + 1, column * found.across.stride - found.across.before + 1
    return Frame("window", top, top + found.down.size - 1, left, left + found.across.size - 1)


def picture_figure(found: Pooled, row: int, column: int) -> go.Figure:
    """The picture, the window of the output cell (row, column), from 0, and where each maximum was taken from."""
    points = None if found.places is None else found.places.reshape(-1, 2) + 1
    return grid_figure(found.picture, high=1.0, frames=[window_frame(found, row, column)], points=points)


def output_figure(found: Pooled, row: int, column: int) -> go.Figure:
    """What comes out, the output cell (row, column), from 0, in a frame."""
    frame = Frame("cell", row + 1, row + 1, column + 1, column + 1)
    return grid_figure(found.output, high=1.0, frames=[frame])


def patch_figure(found: Pooled, row: int, column: int) -> go.Figure:
    """The numbers under the window of one output cell, from 0."""
    return grid_figure(found.patch(row, column), high=1.0)


def shares_figure(found: Pooled) -> go.Figure:
    """What each cell of the picture counts for."""
    return grid_figure(found.shares, scale=COUNTED, bar="gradient")


def tolerance_figure(found: Tolerance) -> go.Figure:
    """The change of what comes out over the shift, of every way; dotted, multiples of the stride."""
    figure = go.Figure(
        layout=layout("shift (pixels)", "relative change", showlegend=True, legend=legend_above(), margin={"t": 62})
    )
    for way, colour in zip(found.ways, COLOURS, strict=True):
        line = {"color": colour, "width": 2.5, "dash": "dot" if way is found.ways[0] else "solid"}
        figure.add_trace(
            go.Scatter(
                x=found.shifts, y=way.change, mode="lines+markers", line=line, marker={"size": 6}, name=way.label
            )
        )
    for at in range(found.stride, int(found.shifts[-1]) + 1, found.stride):
        if found.stride > 1:
            figure.add_vline(x=at, line={"dash": "dot", "width": 1, "color": theme.NEUTRAL})
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(dtick=1 if len(found.shifts) <= 13 else 2)
    return figure
