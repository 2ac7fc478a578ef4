"""How training went: losses and scores over the updates, and when heads took up their roles."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from engine.labs.transformer.formed import Formed
from engine.labs.transformer.results import Course, RoleScores

NAMES = {"exact": "examples without a mistake", "accuracy": "answers right", "r2": "R²", "rmse": "RMSE"}
SHARES = ("exact", "accuracy", "r2")


def loss_figure(course: Course, marks: tuple[Formed, ...] = ()) -> go.Figure:
    """Training and validation loss; ``marks`` are steps at which heads formed."""
    figure = go.Figure(
        layout=layout("update", f"loss ({course.unit})", showlegend=True, legend=legend_above(), margin={"t": 34})
    )
    for name, values in (("train", course.train_loss), ("validation", course.loss)):
        line = {"color": theme.PARTS[name], "width": 2}
        figure.add_trace(go.Scatter(x=course.step, y=values, name=name, mode="lines", line=line))
    _mark(figure, marks)
    figure.update_xaxes(range=[0, course.planned])
    figure.update_yaxes(rangemode="tozero")
    return figure


LOWEST_R2 = -1.0
"""R² below this, from the first updates, is not drawn: the rest would be flat."""


def score_figure(course: Course) -> go.Figure:
    """Every metric that is a share, over the updates."""
    figure = go.Figure(
        layout=layout("update", "share of validation", showlegend=True, legend=legend_above(), margin={"t": 34})
    )
    for place, name in enumerate(course.metrics):
        if name in SHARES:
            line = {"color": theme.CLASSES[2 - 2 * place], "width": 2}
            figure.add_trace(
                go.Scatter(x=course.step, y=course.scores[:, place], name=NAMES[name], mode="lines", line=line)
            )
    figure.update_xaxes(range=[0, course.planned])
    if "r2" in course.metrics:
        known = course.scores[:, course.metrics.index("r2")]
        lowest = float(known[np.isfinite(known)].min(initial=0.0))
        figure.update_yaxes(title="R²", range=[max(LOWEST_R2, lowest) * 1.02, 1.02])
    else:
        figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return figure


def role_figure(course: Course, role: RoleScores, label: str, marks: tuple[Formed, ...]) -> go.Figure:
    """The share of every head's weight on the places of one role; those that formed stand out."""
    figure = go.Figure(
        layout=layout("update", f"weight on {label}", showlegend=True, legend=legend_above(), margin={"t": 34})
    )
    strong = {mark.head: place for place, mark in enumerate(marks)}
    is_said = False
    for place, name in enumerate(course.attentions):
        for head in range(role.share.shape[2]):
            values = role.share[:, place, head]
            if np.isnan(values).all():
                continue
            at = strong.get((name, head + 1))
            line = (
                {"color": theme.NEUTRAL, "width": 1}
                if at is None
                else {"color": theme.CLASSES[at % len(theme.CLASSES)], "width": 3}
            )
            figure.add_trace(
                go.Scatter(
                    x=course.step,
                    y=values,
                    mode="lines",
                    line=line,
                    opacity=0.55 if at is None else 1.0,
                    name=f"{name}, head {head + 1}" if at is not None else "other heads",
                    legendgroup="other" if at is None else f"{name}.{head}",
                    showlegend=at is not None or not is_said,
                    hovertemplate=f"{name}, head {head + 1}<br>update %{{x}}: %{{y:.1%}}<extra></extra>",
                )
            )
            is_said = is_said or at is None
    even = float(np.nanmean(role.even))
    figure.add_hline(y=even, line={"dash": "dot", "color": theme.NEUTRAL, "width": 1})
    _mark(figure, marks)
    figure.update_xaxes(range=[0, course.planned])
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return figure


def _mark(figure: go.Figure, marks: tuple[Formed, ...]) -> None:
    for place, mark in enumerate(marks):
        colour = theme.CLASSES[place % len(theme.CLASSES)]
        figure.add_vline(x=mark.step, line={"dash": "dash", "width": 2, "color": colour})
