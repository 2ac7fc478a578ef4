"""Pictures of early stopping and of noise added to the inputs."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.regularization.results.stopping import Jittered, JitterSweep, Stopped

NAMES = {"train": "training", "validation": "validation", "test": "test"}


def stopped_figure(found: Stopped, best: int, stopped: int | None) -> go.Figure:
    """The three losses, the ``best`` epoch, and the one at which patience ran out, where it did."""
    figure = go.Figure(layout=layout("epoch", "mean squared error (scaled targets)", showlegend=True, margin={"t": 40}))
    for part, name in NAMES.items():
        line = {"color": theme.PARTS[part], "width": 2}
        figure.add_trace(go.Scatter(x=found.epochs, y=getattr(found, part), name=name, line=line))
    marker = {"color": theme.GRADIENT, "size": 13, "symbol": "star"}
    lowest = found.validation[best - 1]
    figure.add_trace(go.Scatter(x=[best], y=[lowest], mode="markers", marker=marker, name="best weights"))
    if stopped is not None:
        figure.add_vline(x=stopped, line={"color": theme.CLASSES[5], "width": 2, "dash": "dash"})
        figure.add_annotation(x=stopped, y=1, yref="paper", text="stops here", xanchor="left", showarrow=False)
    top = float(np.nanmax([found.train[0], found.validation[0], 2 * np.nanmedian(found.test)]))
    figure.update_yaxes(range=[0, top * 1.1])
    return figure


def jitter_figure(found: JitterSweep) -> go.Figure:
    """Losses after training over the strength of the noise."""
    figure = go.Figure(
        layout=layout(
            "noise s added to inputs", "mean squared error (scaled targets)", showlegend=True, margin={"t": 40}
        )
    )
    strengths = [row.noise for row in found.rows]
    for part, name in NAMES.items():
        line = {"color": theme.PARTS[part], "width": 2}
        values = [getattr(row, part) for row in found.rows]
        figure.add_trace(go.Scatter(x=strengths, y=values, name=name, line=line, mode="lines+markers"))
    figure.update_yaxes(rangemode="tozero")
    return figure


def curves_figure(found: JitterSweep, chosen: Jittered) -> go.Figure:
    """The network's curve with the chosen noise and without any, the points and the truth."""
    figure = go.Figure(layout=layout("input x", "target y", showlegend=True, margin={"t": 40}))
    dots = {"color": theme.PARTS["train"], "size": 6}
    figure.add_trace(
        go.Scatter(x=found.points_x, y=found.points_y, mode="markers", marker=dots, name="training points")
    )
    dashed = {"color": theme.GRADIENT, "width": 2, "dash": "dash"}
    figure.add_trace(go.Scatter(x=chosen.x, y=found.truth, line=dashed, name="truth"))
    plain = next((row for row in found.rows if row.noise == 0), None)
    if plain is not None and plain is not chosen:
        line = {"color": theme.CLASSES[4], "width": 1.5}
        figure.add_trace(go.Scatter(x=plain.x, y=plain.curve, line=line, name="s = 0"))
    line = {"color": theme.CLASSES[5], "width": 2.5}
    figure.add_trace(go.Scatter(x=chosen.x, y=chosen.curve, line=line, name=f"s = {chosen.noise:g}"))
    return figure
