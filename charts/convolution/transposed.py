"""Transposed convolution: its stamps, their overlap, its matrix, and what it gives back."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.convolution.grid import COUNTED, FEW, SIGNED, Cells, Frame, grid_figure
from charts.live import layout, legend_above
from engine.labs.convolution.results.transposed import Overlap, Stamped, Undone

TRANSPOSED, RESIZED = theme.CLASSES[5], theme.CLASSES[2]


def input_figure(found: Stamped, row: int, column: int) -> go.Figure:
    """The input, the cell (row, column), from 0, in a frame."""
    frame = Frame("cell", row + 1, row + 1, column + 1, column + 1)
    return grid_figure(found.x, scale=SIGNED, frames=[frame])


def kernel_figure(found: Stamped) -> go.Figure:
    """The kernel."""
    return grid_figure(found.kernel, scale=SIGNED)


def stamp_figure(found: Stamped, row: int, column: int, stride: int, padding: int) -> go.Figure:
    """What one input cell, from 0, adds to the output, and where its stamp lands; it may reach into what is cut off."""
    top, left, size = row * stride - padding + 1, column * stride - padding + 1, len(found.kernel)
    frame = Frame("stamp", top, top + size - 1, left, left + size - 1)
    return grid_figure(found.stamps[row, column], scale=SIGNED, frames=[frame])


def sum_figure(found: Stamped, row: int, column: int) -> go.Figure:
    """The sum of the stamps up to one input cell, from 0; coloured as the whole sum will be."""
    most = max(float(np.abs(found.output).max()), 1e-12)
    return grid_figure(found.upto(row, column), scale=SIGNED, low=-most, high=most)


def counts_figure(counts: Cells) -> go.Figure:
    """How often each output cell is reached."""
    return grid_figure(counts, scale=COUNTED, decimals=0, is_numbered=len(counts) <= 22)


def grey_figure(grey: Cells) -> go.Figure:
    """What is made of an even picture."""
    return grid_figure(grey, scale=SIGNED, is_numbered=False)


def uneven_figure(found: Overlap) -> go.Figure:
    """Unevenness inside, for many drawn kernels: a dot each."""
    figure = go.Figure(layout=layout("kernel drawn", "standard deviation / mean size", showlegend=True))
    figure.update_layout(legend=legend_above(), margin={"t": 40})
    places = np.arange(1, len(found.uneven) + 1)
    for values, name, colour in (
        (found.uneven, "transposed convolution", TRANSPOSED),
        (found.resized_uneven, "nearest-neighbour, then convolution", RESIZED),
    ):
        marker = {"color": colour, "size": 9}
        figure.add_trace(go.Scatter(x=places, y=values, mode="markers", marker=marker, name=name))
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(dtick=1 if len(places) <= 12 else 5)
    return figure


def matrix_figure(matrix: Cells, down: str, across: str) -> go.Figure:
    """A large matrix: its pattern, without numbers."""
    figure = grid_figure(matrix, scale=SIGNED, is_numbered=False)
    figure.update_xaxes(title={"text": across, "standoff": 4}, tickvals=None, constrain=None)
    figure.update_yaxes(title={"text": down, "standoff": 4}, tickvals=None, scaleanchor=None)
    figure.update_layout(margin={"l": 46, "b": 40})
    return figure


def undone_figures(found: Undone) -> Sequence[tuple[str, go.Figure]]:
    """The picture, the convolution of it, and what comes back by the transpose and by the pseudo-inverse."""
    is_small = len(found.x) <= FEW
    most = float(np.abs(found.x).max())
    size = max(float(np.abs(found.back).max()), 1e-12)
    small = max(float(np.abs(found.small).max()), 1e-12)
    return (
        ("The picture $x$", grid_figure(found.x, scale=SIGNED, low=-most, high=most, decimals=1, is_numbered=is_small)),
        ("Convolved: $C x$", grid_figure(found.small, scale=SIGNED, low=-small, high=small, decimals=1)),
        (
            "By the transpose: $C^\\top C x$",
            grid_figure(found.back, scale=SIGNED, low=-size, high=size, decimals=1, is_numbered=is_small),
        ),
        (
            "The best guess: $C^+ C x$",
            grid_figure(found.nearest, scale=SIGNED, low=-most, high=most, decimals=1, is_numbered=is_small),
        ),
    )
