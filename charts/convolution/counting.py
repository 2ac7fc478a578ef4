"""How what a layer takes grows with the picture."""

from collections.abc import Callable

import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from engine.labs.convolution.results.counting import Count, Growth

COLOURS = {"convolution": theme.CLASSES[1], "dense layer": theme.CLASSES[0]}


def parameters_figure(found: Growth, side: int) -> go.Figure:
    """Learned numbers over the side of the picture."""
    return _figure(found, side, "parameters", lambda each: each.parameters)


def work_figure(found: Growth, side: int) -> go.Figure:
    """Multiply-adds of one picture over its side."""
    return _figure(found, side, "multiply-adds of one picture", lambda each: each.multiply_adds)


def _figure(found: Growth, side: int, what: str, number: Callable[[Count], int]) -> go.Figure:
    powers = {"type": "log", "exponentformat": "power"}
    drawn = go.Figure(
        layout=layout(
            "side of the picture n, cells", what, xaxis=powers, yaxis=powers, showlegend=True, legend=legend_above(),
            margin={"t": 30, "l": 62},
        )
    )  # fmt: skip
    for counted in (found.convolution, found.dense):
        label = counted[0].label
        drawn.add_trace(
            go.Scatter(
                x=list(found.sides),
                y=[number(each) for each in counted],
                mode="lines+markers",
                name=label,
                line={"color": COLOURS[label], "width": 2},
                hovertemplate="n = %{x}: %{y:,}<extra>" + label + "</extra>",
            )
        )
    drawn.add_vline(x=side, line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"})
    return drawn
