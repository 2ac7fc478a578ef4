"""Losses and their gradients along a prediction."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.activations.results import LossCurve, VectorGradient

MOST_LOSS = 12.0
MOST_SLOPE = 3.0
"""Curves that grow without bound are drawn up to here."""


def loss_figure(curves: Sequence[LossCurve], x: str) -> go.Figure:
    """The loss of one example over what is moved; dots mark the prediction looked at."""
    top = min(MOST_LOSS, max(float(curve.loss.max()) for curve in curves) * 1.05)
    top = max(top, *(curve.here[1] * 1.1 for curve in curves), 0.1)
    drawn = go.Figure(layout=layout(x, "loss", showlegend=True, margin={"t": 64}, yaxis={"range": [-0.03 * top, top]}))
    for curve, colour in zip(curves, theme.CLASSES, strict=False):
        drawn.add_trace(go.Scatter(x=curve.x, y=curve.loss, name=curve.label, mode="lines", line=_line(curve, colour)))
        drawn.add_trace(_dot(curve.here[0], curve.here[1], colour))
    return drawn


def gradient_figure(curves: Sequence[LossCurve], x: str, y: str) -> go.Figure:
    """The derivative of each loss, by autograd; where it is large, a step changes the prediction much.

    A derivative too large for the picture is marked by a triangle at its border.
    """
    most = max(float(np.abs(curve.autograd).max()) for curve in curves) * 1.1
    most = max(min(MOST_SLOPE, most), 0.1)
    drawn = go.Figure(
        layout=layout(x, y, showlegend=True, margin={"t": 64}, yaxis={"range": [-most, most], "zeroline": True})
    )
    for curve, colour in zip(curves, theme.CLASSES, strict=False):
        drawn.add_trace(
            go.Scatter(x=curve.x, y=curve.autograd, name=curve.label, mode="lines", line=_line(curve, colour))
        )
        drawn.add_trace(_dot(curve.here[0], curve.here[2], colour, most))
    return drawn


def vector_figure(gradients: Sequence[VectorGradient]) -> go.Figure:
    """The gradient of each loss in every logit: a step of descent moves a logit against its bar."""
    drawn = go.Figure(
        layout=layout("logit", "dL/dz", showlegend=True, margin={"t": 40}, barmode="group", xaxis={"dtick": 1})
    )
    for gradient, colour in zip(gradients, theme.CLASSES, strict=False):
        names = np.arange(1, len(gradient.autograd) + 1)
        drawn.add_trace(go.Bar(x=names, y=gradient.autograd, name=gradient.label, marker={"color": colour}))
    return drawn


def _line(curve: LossCurve, colour: str) -> dict[str, object]:
    """Dashed where two losses may lie on each other: for two classes both cross-entropies are one function."""
    return {"color": colour, "width": 2.5, "dash": "dash" if curve.dashed else "solid"}


def _dot(x: float, y: float, colour: str, most: float = np.inf) -> go.Scatter:
    """A dot; beyond ``most`` a triangle at the border, which points to where it is."""
    symbol = "circle" if abs(y) <= most else "triangle-up" if y > 0 else "triangle-down"
    marker = {"size": 10, "symbol": symbol, "color": colour, "line": {"width": 1.5, "color": theme.LIGHT}}
    at = float(np.clip(y, -0.96 * most, 0.96 * most)) if symbol != "circle" else y
    return go.Scatter(
        x=[x], y=[at], mode="markers", marker=marker, showlegend=False, hoverinfo="skip", cliponaxis=False
    )
