"""Pictures and feature maps beside each other, one square for each channel."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, plain
from engine.labs.convolution.results.sliding import Slid

Cells = Float[np.ndarray, "rows columns"]
GREY = [[0, "#000000"], [1, "#FFFFFF"]]
ACROSS = 4
"""Pictures beside each other."""
SIDE, TITLE, GAP = 190, 24, 10
"""Pixels of a picture's height, of what stands above it, and between two."""


@dataclass(frozen=True)
class Shown:
    """One picture of many."""

    title: str
    cells: Cells
    is_signed: bool = False
    """Whether it is coloured by sign, blue below 0 and orange above; else from black to white."""
    most: float = 0.0
    """The size at which the colours by sign end; the largest of this picture where none is given."""


def channels_figure(found: Slid, names: Sequence[str]) -> go.Figure:
    """The picture's channels, by their names, then the output's."""
    ins = [Shown(name, cells) for name, cells in zip(names, found.picture, strict=True)]
    return tiles([*ins, *(Shown(f"output {place}", cells, True) for place, cells in enumerate(found.output, start=1))])


def compared_figure(slid: Cells, convolved: Cells) -> go.Figure:
    """One output channel as it slid, by another way, and the difference."""
    names = ("as it slid", "scipy.signal.convolve2d", "difference")
    most = float(max(np.abs(slid).max(), np.abs(convolved).max()))
    shown = (slid, convolved, slid - convolved)
    return tiles([Shown(name, cells, True, most) for name, cells in zip(names, shown, strict=True)])


def tiles_height(count: int) -> int:
    """Pixels of so many pictures in rows."""
    return math.ceil(count / ACROSS) * (SIDE + TITLE + GAP)


def tiles(shown: Sequence[Shown]) -> go.Figure:
    """Pictures in rows, each with its title above, square pixels, its numbers under the pointer."""
    figure = go.Figure(layout=layout("", "", margin={"l": 4, "r": 4, "t": 4, "b": 4}))
    rows, across = math.ceil(len(shown) / ACROSS), min(ACROSS, max(len(shown), 2))
    for place, picture in enumerate(shown):
        row, column = divmod(place, ACROSS)
        _add(figure, picture, place, (row / rows, column / across), (1 / rows, 1 / across))
    return figure


def _add(figure: go.Figure, shown: Shown, place: int, corner: tuple[float, float], size: tuple[float, float]) -> None:
    """One picture with axes of its own; ``corner`` and ``size`` are shares of the figure, from its upper left."""
    name = "" if place == 0 else str(place + 1)
    (down, right), (high, wide) = corner, size
    top, left = 1 - down - high * TITLE / (SIDE + TITLE), right
    count, width = shown.cells.shape
    figure.add_trace(_heat(shown, name))
    bare = {"visible": False, "constrain": "domain"}
    figure.update_layout({
        f"xaxis{name}": {
            **bare, "domain": [left, left + wide * 0.96], "anchor": f"y{name}", "range": [0.5, width + 0.5],
        },
        f"yaxis{name}": {
            **bare, "domain": [1 - down - high * 0.98, top], "anchor": f"x{name}", "range": [count + 0.5, 0.5],
            "scaleanchor": f"x{name}", "constraintoward": "top",
        },
    })  # fmt: skip
    figure.add_annotation(
        x=left + wide * 0.48, y=top, xref="paper", yref="paper", xanchor="center", yanchor="bottom", showarrow=False,
        text=plain(shown.title),
    )  # fmt: skip


def _heat(shown: Shown, name: str) -> go.Heatmap:
    cells = shown.cells
    count, width = cells.shape
    top = (shown.most or float(np.abs(cells).max()) or 1.0) if shown.is_signed else 1.0
    return go.Heatmap(
        x=np.arange(1, width + 1),
        y=np.arange(1, count + 1),
        z=cells.astype(np.float32),
        zmin=-top if shown.is_signed else 0.0,
        zmax=top,
        colorscale=theme.diverging_scale() if shown.is_signed else GREY,
        showscale=False,
        xaxis=f"x{name}",
        yaxis=f"y{name}",
        name=plain(shown.title),
        hovertemplate="row %{y}, column %{x}: %{z:.4g}<extra></extra>",
    )
