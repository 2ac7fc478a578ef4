"""The largest eigenvalue of the Hessian, beside the limit of the optimizer."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.descent.results import SharpnessResult


def sharpness_figure(found: SharpnessResult) -> go.Figure:
    """Sharpness over the steps, and the limit as a line; for a preconditioned optimizer both sharpnesses."""
    figure = go.Figure(
        layout=layout("step", "largest eigenvalue", showlegend=True, margin={"t": 56}, yaxis={"rangemode": "tozero"})
    )
    blue, orange = theme.CLASSES[0], theme.CLASSES[1]
    if found.is_preconditioned:
        figure.update_yaxes(type="log", rangemode="normal", dtick=1, exponentformat="power")
        line = {"color": theme.CLASSES[4], "width": 2}
        figure.add_trace(go.Scatter(x=found.steps, y=_positive(found.sharpness), name="of H alone", line=line))
        name, values = "of the preconditioned H", _positive(found.effective)
    else:
        name, values = "sharpness", found.sharpness
    figure.add_trace(
        go.Scatter(x=found.steps, y=values, name=name, mode="lines+markers", line={"color": blue, "width": 2.5})
    )
    if np.isfinite(found.limit):
        ends = [0, max(float(found.loss_steps[-1]), 1.0)]
        figure.add_trace(
            go.Scatter(
                x=ends,
                y=[found.limit] * 2,
                mode="lines",
                name=f"limit {found.limit:.4g}",
                line={"color": orange, "dash": "dash", "width": 2.5},
            )
        )
    return figure


def loss_figure(found: SharpnessResult, unit: str) -> go.Figure:
    """The full-batch loss at every update."""
    figure = go.Figure(layout=layout("step", f"training loss ({unit})", margin={"t": 56}, yaxis={"type": "log"}))
    blue = {"color": theme.PARTS["train"], "width": 1.5}
    figure.add_trace(go.Scatter(x=found.loss_steps, y=_positive(found.losses), name="training loss", line=blue))
    return figure


def power_figure(found: SharpnessResult) -> go.Figure:
    """The estimate after each iteration of power iteration, plain and shifted, and what Lanczos found."""
    figure = go.Figure(layout=layout("iteration", "estimate v · Hv", showlegend=True, margin={"t": 56}))
    rows = (("power iteration", found.power, theme.CLASSES[5]), ("with the shift c", found.shifted, theme.CLASSES[0]))
    longest = 1
    for name, values, colour in rows:
        if values is not None:
            longest = max(longest, len(values))
            x = np.arange(1, len(values) + 1)
            figure.add_trace(go.Scatter(x=x, y=values, name=name, mode="lines+markers", line={"color": colour}))
    line = {"color": theme.CLASSES[1], "dash": "dash"}
    last = float(found.sharpness[-1])
    figure.add_trace(go.Scatter(x=[1, longest], y=[last, last], mode="lines", name="Lanczos", line=line))
    return figure


def _positive(values: np.ndarray) -> np.ndarray:
    """What a logarithmic axis can show."""
    return np.where((values > 0) & np.isfinite(values), values, np.nan)
