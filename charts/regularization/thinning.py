"""Pictures of dropout."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.regularization.results.thinning import Thinned

ROOM = 270
"""Pixels from the first unit of a layer to its last."""


def mask_figure(found: Thinned, masks: Sequence[np.ndarray]) -> go.Figure:
    """The network of one training step: dropped units are hollow, and none of their edges is there."""
    figure = go.Figure(layout=layout("", "", showlegend=True, margin={"t": 40, "l": 12}))
    sizes = [found.weights[0].shape[1], *(len(weight) for weight in found.weights)]
    kept = [np.ones(sizes[0]), *masks, np.ones(sizes[-1])]
    heights = [np.linspace(0.5, -0.5, size + 2)[1:-1] for size in sizes]
    largest = max(float(np.abs(weight).max()) for weight in found.weights) or 1.0
    for sign, colour, name in ((1, theme.POSITIVE, "weight above 0"), (-1, theme.NEGATIVE, "weight below 0")):
        for strong in (False, True):
            x: list[float | None] = []
            y: list[float | None] = []
            for layer, weight in enumerate(found.weights):
                there = np.outer(kept[layer + 1], kept[layer]) * (np.sign(weight) == sign)
                there *= (np.abs(weight) > 0.3 * largest) == strong
                for target, source in np.argwhere(there > 0):
                    x += [layer, layer + 1, None]
                    y += [float(heights[layer][source]), float(heights[layer + 1][target]), None]
            line = {"color": colour, "width": 2.0 if strong else 0.6}
            figure.add_trace(
                go.Scatter(x=x, y=y, mode="lines", line=line, name=name, showlegend=strong, hoverinfo="skip")
            )
    for on, name in ((True, "kept"), (False, "dropped")):
        places = [
            (layer, h)
            for layer, mask in enumerate(kept)
            for h, m in zip(heights[layer], mask, strict=True)
            if (m > 0) == on
        ]
        marker = {
            "size": min(15, ROOM / max(sizes)),
            "color": theme.GRADIENT if on else theme.NEUTRAL,
            "symbol": "circle" if on else "circle-open",
        }
        figure.add_trace(
            go.Scatter(
                x=[p[0] for p in places],
                y=[p[1] for p in places],
                mode="markers",
                marker=marker,
                name=name,
                hoverinfo="name",
            )
        )
    names = ["inputs", "hidden 1", "hidden 2", "output"]
    figure.update_xaxes(tickvals=list(range(4)), ticktext=names, showgrid=False, range=[-0.3, 3.3])
    figure.update_yaxes(visible=False)
    return figure


def scaling_figure(values: np.ndarray, rest: float, axis: str) -> go.Figure:
    """What one unit gives under many masks, its average, and what it gives without dropout."""
    figure = go.Figure(layout=layout(axis, "masks", showlegend=True, margin={"t": 40}))
    counts, edges = np.histogram(values, bins=40)
    figure.add_trace(
        go.Bar(x=(edges[:-1] + edges[1:]) / 2, y=counts, marker={"color": theme.CLASSES[4]}, name="under masks")
    )
    top = float(counts.max()) * 1.05
    for at, name, colour, dash in (
        (float(values.mean()), "average over masks", theme.CLASSES[5], "solid"),
        (rest, "inference", theme.GRADIENT, "dash"),
    ):
        line = {"color": colour, "width": 3, "dash": dash}
        figure.add_trace(go.Scatter(x=[at, at], y=[0, top], mode="lines", line=line, name=name))
    figure.update_layout(bargap=0)
    return figure


def ensemble_figure(found: Thinned) -> go.Figure:
    """How far the average of many thinned networks is from the one scaled network."""
    figure = go.Figure(layout=layout("networks in the ensemble", "root mean square difference of probabilities"))
    line = {"color": theme.CLASSES[0], "width": 2.5}
    figure.add_trace(go.Scatter(x=found.counts, y=found.distance, mode="lines+markers", line=line, name="difference"))
    figure.update_xaxes(type="log")
    figure.update_yaxes(rangemode="tozero")
    return figure
