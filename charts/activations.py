"""Pictures of activations."""

from collections.abc import Sequence

import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.activations.results import Curve


def curve_figure(curves: Sequence[Curve]) -> go.Figure:
    """Each activation, and dashed its derivative, over the pre-activation."""
    figure = go.Figure(layout=layout("pre-activation z", "a, and da/dz dashed", showlegend=True, margin={"t": 40}))
    for curve, colour in zip(curves, theme.CLASSES, strict=False):
        figure.add_trace(go.Scatter(x=curve.z, y=curve.a, name=curve.label, line={"color": colour, "width": 2.5}))
        dashed = {"color": colour, "width": 1.5, "dash": "dash"}
        figure.add_trace(go.Scatter(x=curve.z, y=curve.slope, name=f"{curve.label}, derivative", line=dashed))
    return figure
