"""The matrix of a convolution, with the picture as a row above it and the output as a column beside it."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.convolution.maps import GREY
from charts.live import layout
from engine.labs.convolution.results.unrolled import Unrolled

FRAME = theme.CLASSES[5]
MOST = 560
"""Pixels of the matrix's height at most."""
ROW = 11
"""Pixels of one of its rows where there are few."""
AROUND = 76
"""Pixels above and below it."""
ABOVE, BESIDE = 0.9, 0.94
"""Shares of height and width that the matrix takes."""
Line = Float[np.ndarray, " cells"]


def matrix_height(found: Unrolled) -> int:
    """Pixels of the figure."""
    return int(min(MOST, max(180, ROW * len(found.y))) / ABOVE) + AROUND


def matrix_figure(found: Unrolled, row: int) -> go.Figure:
    """M x = y with ``row`` (from 0) framed: where the window stands there, and the number that comes of it."""
    places, cells = found.matrix.shape
    figure = go.Figure(layout=layout("", "", margin={"l": 46, "r": 8, "t": 22, "b": 44}))
    figure.add_trace(_matrix(found))
    figure.add_trace(_cells(found.x[None, :], _names(found, found.x), "x2", "y2", "x", is_signed=False))
    figure.add_trace(_cells(found.y[:, None], _outputs(found), "x3", "y", "y", is_signed=True))
    bare = {"showgrid": False, "ticks": "", "zeroline": False}
    figure.update_layout(
        xaxis={
            **bare,
            "domain": [0, BESIDE - 0.01],
            "range": [0.5, cells + 0.5],
            "title": {"text": "cell of the picture"},
        },
        yaxis={
            **bare,
            "domain": [0, ABOVE - 0.02],
            "range": [places + 0.5, 0.5],
            "title": {"text": "place of the window"},
        },
        xaxis2={"visible": False, "matches": "x", "domain": [0, BESIDE - 0.01], "anchor": "y2"},
        yaxis2={"visible": False, "domain": [ABOVE + 0.03, 1], "anchor": "x2"},
        xaxis3={"visible": False, "domain": [BESIDE, 1], "anchor": "y"},
    )
    _frame(figure, row, cells)
    _blocks(figure, found)
    for x, y, text in ((-0.02, ABOVE + 0.07, "x"), ((BESIDE + 1) / 2, ABOVE + 0.02, "y")):
        figure.add_annotation(x=x, y=y, xref="paper", yref="paper", showarrow=False, text=f"<b>{text}</b>")
    return figure


def place_at(found: Unrolled, y: float) -> tuple[int, int]:
    """(row, column) of the output, from 0, at a height of the figure."""
    place = min(max(round(y), 1), len(found.y)) - 1
    return divmod(place, found.slid.across.places)


def _matrix(found: Unrolled) -> go.Heatmap:
    top = float(np.abs(found.matrix).max()) or 1.0
    return go.Heatmap(
        z=found.matrix.astype(np.float32),
        x0=1,
        y0=1,
        zmin=-top,
        zmax=top,
        colorscale=theme.diverging_scale(),
        showscale=False,
        name="M",
        hovertemplate="place %{y}, cell %{x}: %{z:.4g}<extra></extra>",
    )


def _cells(
    values: Float[np.ndarray, "rows columns"], names: list[list[str]], x: str, y: str, name: str, *, is_signed: bool
) -> go.Heatmap:
    top = float(np.abs(values).max()) or 1.0
    return go.Heatmap(
        z=values.astype(np.float32),
        x0=1,
        y0=1,
        zmin=-top if is_signed else 0.0,
        zmax=top if is_signed else 1.0,
        colorscale=theme.diverging_scale() if is_signed else GREY,
        showscale=False,
        xaxis=x,
        yaxis=y,
        name=name,
        customdata=names,
        hovertemplate="%{customdata}: %{z:.4g}<extra></extra>",
    )


def _names(found: Unrolled, x: Line) -> list[list[str]]:
    """Where each cell stands in the picture."""
    height, width = found.slid.picture.shape[1:]
    channels, rows, columns = np.unravel_index(np.arange(len(x)), (len(x) // (height * width), height, width))
    many = len(x) > height * width
    said = [f"row {row + 1}, column {column + 1}" for row, column in zip(rows, columns, strict=True)]
    return [
        [f"channel {channel + 1}, {place}" if many else place for channel, place in zip(channels, said, strict=True)]
    ]


def _outputs(found: Unrolled) -> list[list[str]]:
    width = found.slid.across.places
    return [[f"row {place // width + 1}, column {place % width + 1}"] for place in range(len(found.y))]


def _frame(figure: go.Figure, row: int, cells: int) -> None:
    line, edges = {"color": FRAME, "width": 2}, {"y0": row + 0.5, "y1": row + 1.5}
    figure.add_shape(type="rect", x0=0.5, x1=cells + 0.5, line=line, **edges)
    figure.add_shape(type="rect", x0=0.5, x1=1.5, xref="x3", yref="y", line=line, **edges)


def _blocks(figure: go.Figure, found: Unrolled) -> None:
    """Lines between the rows of the picture and those of the output."""
    line = {"color": theme.NEUTRAL, "width": 1, "dash": "dot"}
    places, cells = found.matrix.shape
    width, across = found.slid.picture.shape[2], found.slid.across.places
    for x in range(width, cells, width):
        figure.add_shape(type="line", x0=x + 0.5, x1=x + 0.5, y0=0.5, y1=places + 0.5, line=line)
    for y in range(across, places, across):
        figure.add_shape(type="line", x0=0.5, x1=cells + 0.5, y0=y + 0.5, y1=y + 0.5, line=line)
