"""A query among keys on a circle, and what it brings back."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.handles import Grip
from charts.live import layout, legend_above
from engine.labs.attention.results.measured import Lookup

QUERY = theme.CLASSES[5]
LIMIT = 1.45
THICKEST = 14.0
"""Pixels of a line of weight 1."""


def names(count: int) -> list[str]:
    """``k1``, ``k2`` and so on."""
    return [f"k{place + 1}" for place in range(count)]


def colours(count: int) -> list[str]:
    """A colour for each key; the query has one of its own."""
    return [colour for colour in theme.CLASSES if colour != QUERY][:count]


def circle_figure(found: Lookup) -> go.Figure:
    """Keys on the circle, the query as an arrow, a line to each key as thick as its weight."""
    count = len(found.keys)
    figure = go.Figure(layout=layout("", "", margin={"l": 4, "r": 4, "t": 4, "b": 4}))
    turn = np.linspace(0, 2 * np.pi, 121)
    figure.add_trace(
        go.Scatter(
            x=np.cos(turn),
            y=np.sin(turn),
            mode="lines",
            line={"color": theme.NEUTRAL, "width": 1},
            hoverinfo="skip",
            name="circle",
            opacity=0.5,
        )
    )
    x, y = found.query
    for place, (key, weight) in enumerate(zip(found.keys, found.weights, strict=True)):
        line = {"color": colours(count)[place], "width": max(THICKEST * float(weight), 0.5)}
        figure.add_trace(
            go.Scatter(
                x=[x, key[0]], y=[y, key[1]], mode="lines", line=line, hoverinfo="skip", name=f"weight {place + 1}"
            )
        )
    for place, (key, value, weight) in enumerate(zip(found.keys, found.values, found.weights, strict=True)):
        figure.add_trace(
            go.Scatter(
                x=[key[0]],
                y=[key[1]],
                mode="markers",
                marker={"size": 16, "color": colours(count)[place]},
                hovertext=[f"key {place + 1}, value {value:g}<br>score {found.scores[place]:.3f}, weight {weight:.3f}"],
                hoverinfo="text",
                name=f"key {place + 1}",
            )
        )
        figure.add_annotation(
            x=1.24 * key[0],
            y=1.24 * key[1],
            text=f"<b>k{place + 1}</b><br>{value:g}",
            showarrow=False,
            font={"size": 12},
        )
    figure.add_trace(
        go.Scatter(x=[0, x], y=[0, y], mode="lines", line={"color": QUERY, "width": 3}, hoverinfo="skip", name="arrow")
    )
    figure.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="markers",
            marker={"size": 14, "color": QUERY, "symbol": "diamond"},
            hovertext=["query"],
            hoverinfo="text",
            name="query",
        )
    )
    blank = {"visible": False, "fixedrange": True, "range": [-LIMIT, LIMIT]}
    figure.update_xaxes(**blank, constrain="domain")
    figure.update_yaxes(**blank, scaleanchor="x")
    return figure


def circle_handles(found: Lookup) -> list[Grip]:
    """The query and every key can be dragged around the circle."""
    ends = {"low": (-LIMIT, -LIMIT), "high": (LIMIT, LIMIT)}
    grips = [
        Grip(f"key {place + 1}", f"key {place + 1}", float(x), float(y), (f"key {place + 1}",), 0.05, **ends)
        for place, (x, y) in enumerate(found.keys)
    ]
    x, y = found.query
    return [*grips, Grip("query", "query", float(x), float(y), ("query",), 0.05, **ends)]


def weights_figure(found: Lookup) -> go.Figure:
    """The weight of every key."""
    count = len(found.weights)
    figure = go.Figure(layout=layout("key", "weight", yaxis={"range": [0, 1.12]}))
    figure.add_trace(
        go.Bar(
            x=names(count),
            y=found.weights,
            text=[f"{weight:.3f}" for weight in found.weights],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colours(count)},
            name="weights",
        )
    )
    return figure


def sharpness_figure(found: Lookup, chosen: float) -> go.Figure:
    """What comes back over the sharpness, and how far it can be from the nearest key's value at most."""
    figure = go.Figure(
        layout=layout("sharpness b", "value brought back", showlegend=True, legend=legend_above(), margin={"t": 40})
    )
    exact = float(found.values[found.best])
    low, high = float(found.values.min()), float(found.values.max())
    spread = max(high - low, 1.0)
    near = np.minimum(found.bound, 4 * spread)
    figure.add_trace(
        go.Scatter(
            x=np.concatenate([found.sharpness, found.sharpness[::-1]]),
            y=np.concatenate([exact + near, (exact - near)[::-1]]),
            fill="toself",
            mode="lines",
            line={"width": 0},
            fillcolor="rgba(128,128,128,0.14)",
            name="bound",
            hoverinfo="skip",
        )
    )
    line = {"color": QUERY, "width": 2.5}
    figure.add_trace(go.Scatter(x=found.sharpness, y=found.outputs, mode="lines", line=line, name="soft look-up"))
    dotted = {"color": theme.NEUTRAL, "width": 1.5, "dash": "dash"}
    ends = [found.sharpness[0], found.sharpness[-1]]
    figure.add_trace(
        go.Scatter(x=ends, y=[exact, exact], mode="lines", line=dotted, name=f"value of k{found.best + 1}")
    )
    figure.add_vline(x=chosen, line={"dash": "dot", "width": 1.5, "color": theme.NEUTRAL})
    figure.update_xaxes(type="log", dtick=1, exponentformat="none")
    figure.update_yaxes(range=[low - 0.15 * spread, high + 0.15 * spread])
    return figure


def around_figure(found: Lookup, query: float) -> go.Figure:
    """What comes back from every direction, softly and from the nearest key alone."""
    figure = go.Figure(
        layout=layout("direction of the query (degrees)", "value brought back", showlegend=True, legend=legend_above())
    )
    figure.update_layout(margin={"t": 40})
    hard = {"color": theme.NEUTRAL, "width": 2, "shape": "hvh"}
    figure.add_trace(go.Scatter(x=found.angles, y=found.nearest, mode="lines", line=hard, name="nearest key's value"))
    line = {"color": QUERY, "width": 2.5}
    figure.add_trace(go.Scatter(x=found.angles, y=found.around, mode="lines", line=line, name="soft look-up"))
    angles = np.rad2deg(np.arctan2(found.keys[:, 1], found.keys[:, 0])) % 360
    marker = {"size": 11, "color": colours(len(angles))}
    figure.add_trace(go.Scatter(x=angles, y=found.values, mode="markers", marker=marker, name="keys"))
    figure.add_vline(x=query, line={"dash": "dot", "width": 1.5, "color": theme.NEUTRAL})
    figure.update_xaxes(range=[0, 360], dtick=90)
    return figure
