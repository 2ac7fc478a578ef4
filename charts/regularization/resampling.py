"""Pictures of bias and variance."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.regularization.results.resampling import Resampled, Sweep

BIAS, VARIANCE, NOISE, TOTAL = theme.CLASSES[5], theme.CLASSES[4], theme.CLASSES[3], theme.CLASSES[2]
FAINT = 25
"""So many single fits are drawn."""


def fits_figure(shown: Resampled) -> go.Figure:
    """Fits to different training sets, their mean and spread, and the truth."""
    low, high = float(shown.truth.min()), float(shown.truth.max())
    room = max(0.8, (high - low) * 0.6)
    figure = go.Figure(
        layout=layout(
            "input x", "target y", showlegend=True, margin={"t": 56}, yaxis={"range": [low - room, high + room]}
        )
    )
    for number, fit in enumerate(shown.fits[:FAINT]):
        line = {"color": theme.CLASSES[4], "width": 1}
        figure.add_trace(
            go.Scatter(
                x=shown.x, y=fit, line=line, opacity=0.35, name="single fits", showlegend=number == 0, hoverinfo="skip"
            )
        )
    around = np.concatenate([shown.mean - shown.deviation, (shown.mean + shown.deviation)[::-1]])
    figure.add_trace(
        go.Scatter(
            x=np.concatenate([shown.x, shown.x[::-1]]),
            y=around,
            fill="toself",
            line={"width": 0, "color": VARIANCE},
            opacity=0.5,
            name="mean ± 1 deviation",
            hoverinfo="skip",
        )
    )
    dots = {"color": theme.PARTS["train"], "size": 6}
    figure.add_trace(
        go.Scatter(x=shown.points_x, y=shown.points_y, mode="markers", marker=dots, name="first training set")
    )
    dashed = {"color": theme.GRADIENT, "width": 2.5, "dash": "dash"}
    figure.add_trace(go.Scatter(x=shown.x, y=shown.truth, line=dashed, name="truth"))
    figure.add_trace(go.Scatter(x=shown.x, y=shown.mean, line={"color": BIAS, "width": 3}, name="mean of the fits"))
    return figure


def sweep_figure(sweep: Sweep, chosen: int) -> go.Figure:
    """The parts of the error over the model's size: dots as measured, lines by the closed form where there is one."""
    figure = go.Figure(layout=layout(sweep.title, "squared error", showlegend=True, margin={"t": 56}))
    sizes = [row.size for row in sweep.rows]
    parts = (("bias²", "bias2", BIAS), ("variance", "variance", VARIANCE), ("noise σ²", "noise", NOISE))
    for name, field, colour in (*parts, ("their sum", "total", TOTAL)):
        dots = [getattr(row.measured, field) for row in sweep.rows]
        has_line = bool(sweep.rows) and all(row.exact for row in sweep.rows)
        mode, marker = "markers" if has_line else "lines+markers", {"color": colour, "size": 8}
        figure.add_trace(go.Scatter(x=sizes, y=dots, mode=mode, marker=marker, line={"color": colour}, name=name))
        if has_line:
            line = [getattr(row.exact, field) for row in sweep.rows]
            figure.add_trace(
                go.Scatter(x=sizes, y=line, mode="lines", line={"color": colour, "width": 2}, showlegend=False)
            )
    _size_axis(figure, sweep, chosen)
    tops = {row.size: row.measured.total for row in sweep.rows}
    if tops:
        figure.update_yaxes(range=[-0.02 * _reach(tops, chosen), _reach(tops, chosen)])
    return figure


def _reach(tops: dict[int, float], chosen: int) -> float:
    """Where the axis ends: at the largest of a size, unless that would flatten all the others; the chosen one is in sight."""
    values = list(tops.values())
    return max(float(min(max(values), 5 * np.median(values))), tops.get(chosen, 0.0), 1e-3) * 1.08


def errors_figure(sweep: Sweep, chosen: int) -> go.Figure:
    """Training and validation error over the model's size."""
    figure = go.Figure(layout=layout(sweep.title, "mean squared error", showlegend=True, margin={"t": 40}))
    sizes = [row.size for row in sweep.rows]
    for part, values in (
        ("train", [row.train for row in sweep.rows]),
        ("validation", [row.validation for row in sweep.rows]),
    ):
        name = "training" if part == "train" else part
        figure.add_trace(
            go.Scatter(x=sizes, y=values, mode="lines+markers", line={"color": theme.PARTS[part]}, name=name)
        )
    _size_axis(figure, sweep, chosen)
    tops = {row.size: max(row.train, row.validation) for row in sweep.rows}
    if tops:
        figure.update_yaxes(range=[0, _reach(tops, chosen)])
    return figure


def _size_axis(figure: go.Figure, sweep: Sweep, chosen: int) -> None:
    figure.add_vline(x=chosen, line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"})
    if sweep.title == "hidden units":
        stops = [row.size for row in sweep.rows]
        figure.update_xaxes(type="log", tickvals=stops, ticktext=[str(stop) for stop in stops])
