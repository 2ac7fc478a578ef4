"""Mini-batch gradients around the full-batch gradient."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.descent.results import NoiseResult

RUN_COLOURS = (theme.CLASSES[5], theme.CLASSES[1], theme.CLASSES[0])

ROUNDING = 1e-9
"""Parts of a gradient, as a share of its length, that are the rounding of sums: batches of all lie at the arrow's tip."""


def cloud_figure(found: NoiseResult) -> go.Figure:
    """Each batch's gradient as a point, the full-batch gradient as an arrow from 0."""
    x, y = "along the full-batch gradient g", "across it, where examples differ most"
    figure = go.Figure(layout=layout(x, y, showlegend=True, margin={"t": 40}))
    dots = {"size": 6, "opacity": 0.55, "color": theme.CLASSES[4]}
    length = float(np.sqrt(found.squared))
    cloud = np.where(abs(found.cloud) < ROUNDING * length, 0.0, found.cloud)
    figure.add_trace(
        go.Scatter(x=cloud[:, 0], y=cloud[:, 1], mode="markers", name=f"batches of {found.size}", marker=dots)
    )
    arrow = {"symbol": "arrow", "size": 14, "angleref": "previous", "color": theme.GRADIENT}
    figure.add_trace(
        go.Scatter(
            x=[0, length],
            y=[0, 0],
            mode="lines+markers",
            name="g, all examples",
            marker=arrow,
            line={"color": theme.GRADIENT, "width": 3},
        )
    )
    return figure


def error_figure(found: NoiseResult) -> go.Figure:
    """The mean squared error of a batch's gradient over the batch size: measured, and the closed form."""
    axes = {"type": "log"}
    figure = go.Figure(
        layout=layout(
            "batch size B", "mean |g_B - g|²", showlegend=True, margin={"t": 56}, xaxis=axes, yaxis=axes | {"dtick": 1}
        )
    )
    sizes = [item.size for item in found.sizes]
    part = [item for item in found.sizes if item.size < found.rows]
    inside = [item.size for item in part]
    blue, orange = theme.CLASSES[0], theme.CLASSES[1]
    lines = (
        ("tr Σ / B", sizes, [item.theory_replaced for item in found.sizes], orange),
        ("times (N - B) / (N - 1)", inside, [item.theory for item in part], blue),
    )
    for name, x, y, colour in lines:
        figure.add_trace(go.Scatter(x=x, y=y, mode="lines", name=name, line={"color": colour, "dash": "dash"}))
    dots = (
        ("drawn with replacement", sizes, [item.error_replaced for item in found.sizes], orange),
        ("without, as runs do", inside, [item.error for item in part], blue),
    )
    for name, x, y, colour in dots:
        figure.add_trace(go.Scatter(x=x, y=y, mode="markers", name=name, marker={"color": colour, "size": 9}))
    grey = {"color": theme.GRADIENT, "dash": "dot"}
    figure.add_trace(go.Scatter(x=[1, found.rows], y=[found.squared] * 2, mode="lines", name="|g|²", line=grey))
    return figure


def runs_figure(found: NoiseResult, unit: str, *, over_epochs: bool) -> go.Figure:
    """The training loss with three batch sizes, over updates or over passes through the data."""
    x = "epochs (passes over the data)" if over_epochs else "updates"
    y = f"training loss ({unit})"
    figure = go.Figure(layout=layout(x, y, showlegend=True, margin={"t": 40}, yaxis={"type": "log"}))
    # Only as far as four times the shortest: small batches make few passes in as many updates.
    last = 4 * min((float(run.epochs[-1]) for run in found.runs if len(run.epochs) > 1), default=1.0)
    for run, colour in zip(found.runs, RUN_COLOURS, strict=False):
        along, losses = (run.epochs if over_epochs else run.updates), run.losses
        if over_epochs:
            along, losses = along[along <= last], run.losses[along <= last]
        figure.add_trace(go.Scatter(x=along, y=losses, name=found.named(run.size), line={"color": colour, "width": 2}))
    return figure
