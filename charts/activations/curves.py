"""One activation: its curve, its derivative, where it is flat, and what it makes of inputs."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.activations.results import Curve, Response

BINS = 60
LOWEST, HIGHEST = -2.0, 2.5
"""Of the values that are drawn: beyond, the bend of a bounded activation could not be seen."""
INPUT, OUTPUT = theme.CLASSES[4], theme.CLASSES[0]
FLAT = theme.CLASSES[1]
Range = tuple[float, float]


def curve_figure(curve: Curve, heights: Range) -> go.Figure:
    """The activation and, dashed, its derivative over the pre-activation; shaded where it is saturated."""
    shaded = [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": low,
            "x1": high,
            "y0": 0,
            "y1": 1,
            "fillcolor": FLAT,
            "opacity": 0.15,
            "line": {"width": 0},
            "layer": "below",
        }
        for low, high in curve.flat
    ]
    drawn = go.Figure(
        layout=layout(
            "pre-activation z",
            "a and da/dz",
            showlegend=True,
            margin={"t": 40},
            shapes=shaded,
            yaxis={"range": list(heights), "zeroline": True},
        )
    )
    line = {"color": theme.CLASSES[0], "width": 2.5}
    drawn.add_trace(go.Scatter(x=curve.z, y=curve.a, name=curve.label, line=line))
    dashed = {"color": theme.GRADIENT, "width": 2, "dash": "dash"}
    drawn.add_trace(go.Scatter(x=curve.z, y=curve.slope, name=f"{curve.label}, derivative", line=dashed))
    if curve.flat:
        patch = {"symbol": "square", "size": 10, "color": FLAT, "opacity": 0.4}
        drawn.add_trace(go.Scatter(x=[None], y=[None], mode="markers", marker=patch, name="saturated"))
    return drawn


def heights(curves: tuple[Curve, ...]) -> Range:
    """One range for all of them, so that two pictures can be compared; what grows without bound leaves it."""
    values = np.concatenate([np.concatenate([curve.a, curve.slope]) for curve in curves])
    low, high = max(float(values.min()), LOWEST), min(float(values.max()), HIGHEST)
    room = 0.06 * (high - low)
    return low - room, high + room


def response_figure(response: Response) -> go.Figure:
    """How often each value comes in, and how often each comes out."""
    drawn = go.Figure(
        layout=layout("value", "share of the inputs", showlegend=True, margin={"t": 40}, barmode="overlay")
    )
    low, high = float(min(response.z.min(), response.a.min())), float(max(response.z.max(), response.a.max()))
    edges = np.linspace(low, high, BINS + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    for values, name, colour in ((response.z, "inputs z", INPUT), (response.a, "outputs a", OUTPUT)):
        shares = np.histogram(values, edges)[0] / len(values)
        drawn.add_trace(go.Bar(x=middles, y=shares, name=name, marker={"color": colour, "opacity": 0.65}))
    drawn.update_layout(bargap=0)
    return drawn
