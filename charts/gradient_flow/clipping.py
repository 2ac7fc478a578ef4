"""Gradient norms without and with clipping, and how far clipping turns."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from engine.labs.gradient_flow.results import Course
from engine.words import number

BINS = 40


def norm_histogram(course: Course, limit: float | None) -> go.Figure:
    """How often which gradient norm came, on a logarithmic scale, with the limit as a line."""
    heading = layout("norm of the whole gradient before clipping", "updates", showlegend=False, margin={"t": 24})
    figure = go.Figure(layout=heading)
    values = course.norm[np.isfinite(course.norm) & (course.norm > 0)]
    if len(values):
        low, high = np.log10(values.min()), np.log10(values.max())
        if limit:
            low, high = min(low, np.log10(limit)), max(high, np.log10(limit))
        edges = np.linspace(low - 0.05, high + 0.05, BINS + 1)
        counts, _ = np.histogram(np.log10(values), edges)
        middle = (edges[:-1] + edges[1:]) / 2
        over = middle > np.log10(limit) if limit else np.zeros(BINS, bool)
        colours = np.where(over, theme.CLASSES[5], theme.CLASSES[0])
        names = [f"{number(10**a)} to {number(10**b)}" for a, b in pairwise(edges)]
        figure.add_trace(
            go.Bar(
                x=middle,
                y=counts,
                width=edges[1] - edges[0],
                marker={"color": colours.tolist()},
                customdata=names,
                hovertemplate="norm %{customdata}: %{y} updates<extra></extra>",
            )
        )
        whole = np.arange(np.floor(edges[0]), np.ceil(edges[-1]) + 1)
        ticks = whole[:: max(1, len(whole) // 8)]
        figure.update_xaxes(tickvals=ticks, ticktext=[f"10<sup>{int(tick)}</sup>" for tick in ticks])
    if limit:
        figure.add_vline(
            x=float(np.log10(limit)),
            line={"dash": "dash", "width": 2, "color": theme.CLASSES[5]},
            annotation={"text": f"c = {number(limit)}", "yref": "paper", "y": 1.0, "yanchor": "bottom"},
        )
    return figure


def angle_lines(courses: Sequence[Course]) -> go.Figure:
    """Degrees by which clipping turned the gradient, update by update."""
    heading = layout("update", "degrees turned by clipping", showlegend=True, legend=legend_above())
    figure = go.Figure(layout=heading)
    figure.update_layout(margin={"t": 40})
    for course, colour in zip(courses, theme.CLASSES[1:], strict=False):
        figure.add_trace(go.Scatter(x=course.step, y=course.angle, name=course.label, line={"color": colour}))
    figure.update_yaxes(rangemode="tozero")
    return figure
