"""Who looks at whom: the tokens twice, a line from each that looks to each that is looked at."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, legend_above, plain

STEPS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75)
"""Weights from which a line is drawn stronger; below the first one none is drawn."""
TIGHT = 26


def lines_height(tokens: int) -> int:
    """Pixels."""
    return 70 + (22 if tokens < TIGHT else 10) * max(tokens, 6)


def lines_figure(
    heads: Sequence[tuple[str, int, Float[np.ndarray, "queries keys"]]],
    rows: Sequence[str],
    columns: Sequence[str],
    query: int = 0,
) -> go.Figure:
    """``heads``: (name, number of its colour from 1, weights). Of ``query`` (from 1) alone, of all tokens where it is 0."""
    most = max(len(rows), len(columns))
    figure = go.Figure(
        layout=layout("", "", margin={"l": 4, "r": 4, "t": 44, "b": 4}, showlegend=True, legend=legend_above())
    )
    heights = [np.linspace(0, most - 1, len(side)) if len(side) > 1 else np.zeros(1) for side in (rows, columns)]
    for name, number, weights in heads:
        shown = weights if not query else np.where(np.arange(len(rows))[:, None] == query - 1, weights, 0.0)
        colour = theme.CLASSES[(number - 1) % len(theme.CLASSES)]
        for place, least in enumerate(STEPS):
            below = STEPS[place + 1] if place + 1 < len(STEPS) else 2.0
            figure.add_trace(_lines(shown, heights, least, below, colour, name, is_named=place == len(STEPS) - 1))
    size = 12 if most < TIGHT else 8
    for x, side, at in ((0, rows, "middle left"), (1, columns, "middle right")):
        texts = [plain(token, 16) for token in side]
        if x == 0 and query:
            texts[query - 1] = f"<b>{texts[query - 1]}</b>"
        figure.add_trace(
            go.Scatter(
                x=[x] * len(side),
                y=heights[x],
                mode="text+markers",
                text=texts,
                textposition=at,
                textfont={"size": size},
                marker={"size": 5, "color": theme.NEUTRAL},
                hoverinfo="skip",
                showlegend=False,
                name="looks" if x == 0 else "is looked at",
            )
        )
    figure.update_xaxes(range=[-0.45, 1.45], visible=False, fixedrange=True)
    figure.update_yaxes(range=[most - 0.3, -1.4], visible=False, fixedrange=True)
    for x, anchor, text in ((0, "right", "looks"), (1, "left", "is looked at")):
        figure.add_annotation(
            x=x, y=-0.9, text=text, showarrow=False, xanchor=anchor, font={"size": 11, "color": theme.NEUTRAL}
        )
    return figure


def _lines(
    weights: Float[np.ndarray, "queries keys"],
    heights: Sequence[Float[np.ndarray, " tokens"]],
    least: float,
    below: float,
    colour: str,
    name: str,
    is_named: bool,
) -> go.Scatter:
    queries, keys = np.nonzero((weights >= least) & (weights < below))
    count = len(queries)
    x, y = np.full(3 * count, np.nan), np.full(3 * count, np.nan)
    x[0::3], x[1::3] = 0.0, 1.0
    y[0::3], y[1::3] = heights[0][queries], heights[1][keys]
    strength = (least + min(below, 1.0)) / 2
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": colour, "width": 1 + 4 * strength},
        opacity=min(1.0, 0.12 + 1.1 * strength),
        hoverinfo="skip",
        name=name,
        legendgroup=name,
        showlegend=is_named,
    )
