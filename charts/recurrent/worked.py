"""Every number of the worked example."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float

from charts import theme
from charts.live import layout
from engine.labs.recurrent.results.reading import Worked

FRAME = theme.CLASSES[5]
WHITE, BLACK = "#FFFFFF", "#000000"
BRIGHT = 0.5
"""Share of the largest from which on a cell below 0 is dark enough for white letters."""


def matrix(
    values: Float[np.ndarray, "rows columns"],
    rows: Sequence[str],
    columns: Sequence[str],
    framed: int | None = None,
    largest: float = 0.0,
) -> go.Figure:
    """A matrix with its numbers; ``framed`` is the column (from 0) that is used."""
    top = largest or float(np.abs(values).max()) or 1.0
    drawn = go.Figure(layout=layout("", "", margin={"l": 58, "r": 8, "t": 6, "b": 52}))
    drawn.add_trace(
        go.Heatmap(
            z=values,
            x=list(range(len(columns))),
            y=list(range(len(rows))),
            zmin=-top,
            zmax=top,
            colorscale=theme.diverging_scale(),
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="%{z:.4f}<extra></extra>",
        )
    )
    drawn.add_trace(_numbers(values, np.abs(values) > BRIGHT * top))
    drawn.update_xaxes(tickvals=list(range(len(columns))), ticktext=list(columns), showgrid=False)
    drawn.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=list(rows), range=[len(rows) - 0.5, -0.5], showgrid=False
    )
    if framed is not None:
        edges = {"x0": framed - 0.5, "x1": framed + 0.5, "y0": -0.5, "y1": len(rows) - 0.5}
        drawn.add_shape(type="rect", line={"color": FRAME, "width": 3}, **edges)
    return drawn


def states(found: Worked, step: int) -> go.Figure:
    """h_0 and the state after each step; the one of ``step`` (from 1) is framed."""
    names = ["h₀", *(f"{place}<br>{word}" for place, word in enumerate(found.words, start=1))]
    units = [f"unit {place}" for place in range(1, found.h.shape[1] + 1)]
    return matrix(found.h.T, units, names, step, largest=1.0)


def answers(found: Worked, words: Sequence[str], step: int) -> go.Figure:
    """What comes next, after each step."""
    names = [f"{place}<br>{word}" for place, word in enumerate(found.words, start=1)]
    drawn = matrix(found.y.T, list(words), names, step - 1)
    top = float(found.y.max())
    drawn.update_traces(selector={"type": "heatmap"}, colorscale=theme.value_scale(), zmin=0, zmax=top)
    colours = [WHITE if value < 0.5 * top else BLACK for value in found.y.T.ravel()]
    drawn.update_traces(selector={"type": "scatter"}, textfont={"color": colours, "size": 10})
    return drawn


def _numbers(values: Float[np.ndarray, "rows columns"], strong: Bool[np.ndarray, "rows columns"]) -> go.Scatter:
    """The numbers, in letters that can be read on their cells whatever the page's colour."""
    rows, columns = np.indices(values.shape)
    colours = [WHITE if on and value < 0 else BLACK for on, value in zip(strong.ravel(), values.ravel(), strict=True)]
    return go.Scatter(
        x=columns.ravel().tolist(),
        y=rows.ravel().tolist(),
        mode="text",
        text=[f"{value:.2f}" for value in values.ravel()],
        textfont={"color": colours, "size": 10},
        hoverinfo="skip",
    )
