"""Rate, momentum and loss over the steps, under every schedule."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.descent.results import ScheduleResult, ScheduleRun

COLOURS = {
    "Constant": theme.CLASSES[7],
    "Step": theme.CLASSES[1],
    "Exponential": theme.CLASSES[2],
    "Cosine": theme.CLASSES[3],
    "Linear warm-up": theme.CLASSES[4],
    "One-cycle": theme.CLASSES[0],
}
"""A schedule keeps its colour, whichever is chosen."""


def _line(run: ScheduleRun) -> dict[str, object]:
    colour = COLOURS.get(run.label, theme.CLASSES[8])
    return {"color": colour, "width": 4 if run.is_chosen else 1.5}


def rate_figure(found: ScheduleResult) -> go.Figure:
    """The rate in force at each update, and below it the momentum where there is one."""
    has_momentum = any(np.isfinite(run.momenta).any() for run in found.runs)
    figure = go.Figure(layout=layout("", "learning rate η", showlegend=True, margin={"t": 56}))
    for run in found.runs:
        x = np.arange(len(run.rates))
        figure.add_trace(go.Scatter(x=x, y=run.rates, name=run.label, mode="lines", line=_line(run)))
    if has_momentum:
        for run in found.runs:
            x = np.arange(len(run.momenta))
            trace = go.Scatter(
                x=x, y=run.momenta, name=f"{run.label}, momentum", mode="lines", line=_line(run), showlegend=False
            )
            figure.add_trace(trace.update(yaxis="y2"))
        figure.update_layout(
            yaxis={"domain": [0.42, 1.0]},
            yaxis2={"domain": [0.0, 0.3], "title": {"text": "momentum β", "standoff": 6}, "zeroline": False},
            xaxis={"anchor": "y2"},
        )
    figure.update_layout(xaxis={"title": {"text": "step"}, "range": [0, found.horizon]})
    return figure


def loss_figure(found: ScheduleResult, unit: str) -> go.Figure:
    """The loss of the whole training part over the steps."""
    figure = go.Figure(
        layout=layout(
            "step",
            f"training loss ({unit})",
            showlegend=True,
            margin={"t": 56},
            yaxis={"type": "log"},
            xaxis={"range": [0, found.horizon]},
        )
    )
    for run in found.runs:
        figure.add_trace(go.Scatter(x=run.steps, y=run.losses, name=run.label, mode="lines", line=_line(run)))
    return figure
