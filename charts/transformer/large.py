"""One attention map, large, with its tokens."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float

from charts import theme
from charts.live import layout, plain

ROW = 22
TIGHT = 26
"""Tokens from which labels are written smaller, and rows lower."""
MARK = theme.CLASSES[5]


def large_height(rows: int, columns: int) -> int:
    """Pixels: rows as high as their labels need, and never more than a screen."""
    return 84 + (ROW * max(rows, 8) if max(rows, columns) < TIGHT else min(11 * rows + 40, 620))


def large_figure(
    weights: Float[np.ndarray, "queries keys"],
    rows: Sequence[str],
    columns: Sequence[str],
    query: int = 0,
    right: Bool[np.ndarray, "queries keys"] | None = None,
    scale: str = "weight",
) -> go.Figure:
    """Row: the token that looks; column: what it looks at. ``query`` (from 1) has a line; ``right`` places have a ring."""
    is_tight = max(len(rows), len(columns)) >= TIGHT
    size = 9 if is_tight else 12
    down, across = ([plain(token, 24) for token in side] for side in (rows, columns))
    wide = 14 + 7 * max((len(token) for token in rows), default=1)
    figure = go.Figure(layout=layout("", "", margin={"l": min(wide, 130), "r": 8, "t": 56, "b": 6}))
    told = [[f"{row} looks at {column}" for column in across] for row in down]
    figure.add_trace(
        go.Heatmap(
            z=np.asarray(weights, np.float32),
            zmin=0,
            zmax=1,
            colorscale=theme.value_scale(),
            xgap=0 if is_tight else 1,
            ygap=0 if is_tight else 1,
            colorbar={"thickness": 10, "title": {"text": scale, "side": "right"}, "tickformat": ".0%"},
            customdata=told,
            hovertemplate="%{customdata}: %{z:.1%}<extra></extra>",
            name="weights",
        )
    )
    if right is not None:
        y, x = np.nonzero(right)
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                mode="markers",
                marker={"symbol": "circle-open", "size": 11, "color": MARK, "line": {"width": 2}},
                hoverinfo="skip",
                name="right source token",
            )
        )
    if query:
        figure.add_shape(
            type="rect",
            x0=-0.5,
            x1=len(columns) - 0.5,
            y0=query - 1.5,
            y1=query - 0.5,
            line={"color": MARK, "width": 2},
        )
    ticks = {"showgrid": False, "tickfont": {"size": size}, "fixedrange": True}
    figure.update_xaxes(
        tickvals=list(range(len(across))),
        ticktext=across,
        side="top",
        tickangle=0 if max((len(token) for token in columns), default=1) < 3 else -60,
        range=[-0.5, len(columns) - 0.5],
        **ticks,
    )
    figure.update_yaxes(tickvals=list(range(len(down))), ticktext=down, range=[len(rows) - 0.5, -0.5], **ticks)
    return figure


def query_at(y: float, rows: int) -> int:
    """The row (from 1) at a height of the picture; 0 beside it."""
    place = round(y)
    return place + 1 if 0 <= place < rows else 0
