"""Gradient descent on a parabola, and the lines it stands for."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.optimizers.results import Parabola


def cost_figure(found: Parabola) -> go.Figure:
    """J over θ, and the steps on it; those that leave the picture are drawn to its border."""
    left, right, top = float(found.theta[0]), float(found.theta[-1]), float(found.cost.max())
    floor = float(found.cost.min())
    room = 0.06 * (top - floor)
    figure = go.Figure(
        layout=layout(
            "parameter θ",
            "cost J(θ)",
            showlegend=True,
            margin={"t": 40},
            xaxis={"range": [left, right]},
            yaxis={"range": [floor - room, top + room]},
        )
    )
    figure.add_trace(go.Scatter(x=found.theta, y=found.cost, name="J(θ)", line={"color": theme.NEGATIVE, "width": 2}))
    width = right - left
    steps = np.arange(len(found.path))
    figure.add_trace(
        go.Scatter(
            x=np.clip(found.path, left - width, right + width),
            y=np.clip(found.path_cost, floor, top + 5 * (top - floor)),
            customdata=found.path,
            text=steps,
            mode="lines+markers",
            name="steps",
            line={"color": theme.CLASSES[5], "width": 1.5},
            marker={"size": 8},
            hovertemplate="step %{text}<br>θ = %{customdata:.5g}<extra></extra>",
        )
    )
    return figure


def lines_figure(found: Parabola) -> go.Figure:
    """The examples, and the line y = θx after every step: the later, the stronger."""
    low, high = float(found.y.min()), float(found.y.max())
    room = 0.3 * max(high - low, 1.0)
    figure = go.Figure(
        layout=layout(
            "input x",
            "target y",
            showlegend=True,
            margin={"t": 40},
            xaxis={"range": [-2.1, 2.1]},
            yaxis={"range": [low - room, high + room]},
        )
    )
    ends = np.array([-2.1, 2.1])
    shown = np.unique(np.linspace(0, len(found.path) - 1, min(len(found.path), 12)).astype(int))
    for place in shown:
        share = (place + 1) / len(found.path)
        is_last = place == shown[-1]
        line = {"color": theme.CLASSES[5], "width": 3 if is_last else 1.2}
        name = f"after {place} step{'s' if place != 1 else ''}" if is_last else "before"
        figure.add_trace(
            go.Scatter(
                x=ends,
                y=np.clip(found.path[place] * ends, -1e6, 1e6),
                mode="lines",
                line=line,
                opacity=1.0 if is_last else 0.15 + 0.5 * share,
                name=name,
                showlegend=bool(is_last),
                hoverinfo="skip",
            )
        )
    best = {"color": theme.GRADIENT, "width": 2, "dash": "dash"}
    figure.add_trace(go.Scatter(x=ends, y=found.best * ends, mode="lines", line=best, name="least squares"))
    dots = {"color": theme.NEGATIVE, "size": 7}
    figure.add_trace(go.Scatter(x=found.x, y=found.y, mode="markers", marker=dots, name="examples"))
    return figure
