"""One picture on its way through a network: what every block makes of it, one block in full, kernels, receptive fields."""

import math

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, plain
from charts.png import data_url, picture_png
from charts.vision.montage import SIGNED, TOP, VALUES, below, beside, codes, enlarged, in_rows
from engine.labs.vision.results.features import Box, Field, Given, Kernels, Passed

MAPS_IN_A_ROW = 12
LEAST_TILE, MOST_TILE = 16, 32
ROW_HEIGHT = 46
"""Pixels of one block in the overview."""
LINE = theme.CLASSES[5]


def overview(found: Passed, chosen: int = 0) -> go.Figure:
    """A row a block: its first maps, from the lowest to the highest number among all of that block; units as one strip.

    The row of the ``chosen`` block, counted from 1, is framed.
    """
    tile = min(MOST_TILE, max(LEAST_TILE, *found.picture.shape[1:]))
    rows = [_row(block, tile) for block in found.blocks]
    figure = go.Figure(layout=layout("map", "", margin={"l": 132, "r": 8, "t": 8, "b": 34}))
    figure.add_trace(_heat(below(rows, 2), VALUES, "brightness: from the block's lowest number to its highest"))
    at = [place * (tile + 2) + (tile - 1) / 2 for place in range(len(rows))]
    names = [plain(block.named, 24) for block in found.blocks]
    figure.update_yaxes(tickvals=at, ticktext=names, autorange="reversed", showgrid=False, zeroline=False)
    ticks = [number * (tile + 1) + (tile - 1) / 2 for number in range(MAPS_IN_A_ROW)]
    figure.update_xaxes(
        tickvals=ticks, ticktext=[str(n + 1) for n in range(MAPS_IN_A_ROW)], showgrid=False, zeroline=False
    )
    if 0 < chosen <= len(rows):
        top = (chosen - 1) * (tile + 2) - 1
        wide = MAPS_IN_A_ROW * (tile + 1) - 1
        frame = {"color": LINE, "width": 2}
        figure.add_shape(type="rect", x0=-1, x1=wide, y0=top, y1=top + tile + 1, line=frame)
    return figure


def overview_height(found: Passed) -> int:
    """Pixels of the overview."""
    return 60 + ROW_HEIGHT * len(found.blocks)


def row_at(found: Passed, y: float) -> int:
    """The block, counted from 1, whose row a click hit."""
    tile = min(MOST_TILE, max(LEAST_TILE, *found.picture.shape[1:]))
    return min(max(int((y + 1) // (tile + 2)), 0), len(found.blocks) - 1) + 1


def _row(block: Given, tile: int) -> np.ndarray:
    low, high = float(block.maps.min()), float(block.maps.max())
    shown = codes(block.maps, low, high)
    if block.has_places:
        return beside([enlarged(each, tile, tile) for each in shown[:MAPS_IN_A_ROW]])
    strip = enlarged(shown[:, :, 0].T, tile // 2, MAPS_IN_A_ROW * (tile + 1) - 1)
    return np.pad(strip, ((tile // 4, tile - tile // 2 - tile // 4), (0, 0)), constant_values=255)


def block_figure(block: Given) -> go.Figure:
    """Every map of one block, all on one scale; units as one row."""
    low, high = float(block.maps.min()), float(block.maps.max())
    shown = codes(block.maps, low, high)
    across = math.ceil(math.sqrt(2 * len(shown))) if block.has_places else len(shown)
    figure = go.Figure(layout=layout("", "", margin={"l": 8, "r": 8, "t": 8, "b": 8}))
    figure.add_trace(_heat(in_rows(list(shown), across), VALUES, f"{plain(block.named)}", (low, high)))
    _bare(figure, square=block.has_places)
    return figure


def kernels_figure(found: Kernels) -> go.Figure:
    """Kernels of one input channel in rows; of several, a row a kernel and a column a channel. 0 is grey."""
    size = float(np.abs(found.weights).max())
    shown = codes(found.weights, -size, size)
    if found.of[1] == 1:
        across = min(len(shown), 8)
        whole = in_rows([each[0] for each in shown], across)
    else:
        whole = below([beside(list(each)) for each in shown[:16]])
    figure = go.Figure(layout=layout("", "", margin={"l": 8, "r": 8, "t": 8, "b": 8}))
    figure.add_trace(_heat(whole, SIGNED, "weight", (-size, size)))
    _bare(figure, square=True)
    return figure


def answer_figure(found: Passed) -> go.Figure:
    """The probability of every class."""
    names = [plain(name, 16) for name in found.classes]
    right = [LINE if name == found.label else theme.GRADIENT for name in found.classes]
    figure = go.Figure(layout=layout("probability", "", margin={"l": 60, "r": 12, "t": 4, "b": 36}))
    hover = "%{y}: %{x:.1%}<extra></extra>"
    figure.add_trace(go.Bar(x=found.answer, y=names, orientation="h", marker={"color": right}, hovertemplate=hover))
    figure.update_xaxes(range=[0, 1], tickformat=".0%", nticks=3)
    figure.update_yaxes(type="category", autorange="reversed")
    return figure


def picture_figure(picture: np.ndarray, box: Box | None = None) -> go.Figure:
    """A picture as it is; ``box`` is framed."""
    _, height, width = picture.shape
    figure = go.Figure(layout=layout("", "", margin={"l": 4, "r": 4, "t": 4, "b": 4}))
    figure.add_trace(go.Image(source=data_url(picture_png(picture)), hoverinfo="skip"))
    figure.update_xaxes(visible=False, range=[-0.5, width - 0.5])
    figure.update_yaxes(visible=False, range=[height - 0.5, -0.5])
    _frame(figure, box)
    return figure


def field_figure(found: Field) -> go.Figure:
    """How much each pixel moves the block's maps at a place; the frame is what the formula says."""
    figure = go.Figure(layout=layout("column", "row", margin={"l": 40, "r": 8, "t": 8, "b": 36}))
    figure.add_trace(
        go.Heatmap(
            z=found.strength.astype(np.float32),
            zmin=0,
            zmax=1,
            colorscale=theme.value_scale(),
            colorbar={"thickness": 10, "title": {"text": "share of the most", "side": "right"}},
            hovertemplate="row %{y}, column %{x}: %{z:.3f}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", scaleanchor="x", constrain="domain", showgrid=False, zeroline=False)
    figure.update_xaxes(constrain="domain", showgrid=False, zeroline=False)
    _frame(figure, found.box)
    return figure


def _frame(figure: go.Figure, box: Box | None) -> None:
    if box is not None:
        top, bottom, left, right = box
        ends = {"x0": left - 0.5, "x1": right + 0.5, "y0": top - 0.5, "y1": bottom + 0.5}
        figure.add_shape(type="rect", line={"color": LINE, "width": 2}, **ends)


def _heat(
    shown: np.ndarray, colours: list[list[object]], hover: str, ends: tuple[float, float] | None = None
) -> go.Heatmap:
    """A montage; with ``ends``, a bar of colours that says what the bytes stand for."""
    bar = {}
    if ends is not None:
        low, high = ends
        texts = [f"{low:.3g}", f"{(low + high) / 2:.3g}", f"{high:.3g}"]
        bar = {"colorbar": {"thickness": 10, "tickvals": [0, TOP / 2, TOP], "ticktext": texts}}
    return go.Heatmap(
        z=shown,
        zmin=0,
        zmax=255,
        colorscale=colours,
        showscale=ends is not None,
        hovertemplate=f"{hover}<extra></extra>",
        **bar,
    )


def _bare(figure: go.Figure, *, square: bool) -> None:
    figure.update_xaxes(visible=False, constrain="domain")
    anchor = {"scaleanchor": "x", "constrain": "domain"} if square else {}
    figure.update_yaxes(visible=False, autorange="reversed", **anchor)
