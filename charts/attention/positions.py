"""Positions: their numbers, how alike two are, and heads that learn to look by them."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Int

from charts import theme
from charts.attention.matrices import FAINT, SHARE, SIGNED
from charts.bands import band, spread
from charts.live import layout, legend_above
from engine.labs.attention.results.heads import Matrix
from engine.labs.attention.results.positions import Alikeness, Course, Lessons

COLOURS = {
    "none": theme.NEUTRAL,
    "sinusoidal": theme.CLASSES[0],
    "learned": theme.CLASSES[1],
    "rotary": theme.CLASSES[2],
}
"""Each kind keeps its colour."""


def table_figure(table: Matrix) -> go.Figure:
    """A row for each position, a column for each dimension."""
    most = float(np.abs(table).max(initial=1e-12))
    figure = go.Figure(layout=layout("dimension", "position"))
    figure.add_trace(
        go.Heatmap(
            x=np.arange(1, table.shape[1] + 1),
            y=np.arange(len(table)),
            z=np.round(table, 3),
            zmin=-most,
            zmax=most,
            colorscale=SIGNED,
            colorbar={"title": {"text": "value", "side": "right"}},
            hovertemplate="position %{y}, dimension %{x}: %{z:.3f}<extra></extra>",
        )
    )
    figure.update_yaxes(range=[len(table) - 0.5, -0.5], showgrid=False)
    figure.update_xaxes(showgrid=False)
    return figure


def alike_figure(found: Alikeness) -> go.Figure:
    """How alike every two positions are."""
    most = float(np.abs(found.similarity).max(initial=1e-12))
    figure = go.Figure(layout=layout("position", "position"))
    figure.add_trace(
        go.Heatmap(
            z=np.round(found.similarity, 3),
            zmin=-most,
            zmax=most,
            colorscale=SIGNED,
            colorbar={"title": {"text": "similarity", "side": "right"}},
            hovertemplate="positions %{y} and %{x}: %{z:.2f}<extra></extra>",
        )
    )
    figure.update_yaxes(range=[len(found.similarity) - 0.5, -0.5], showgrid=False)
    figure.update_xaxes(showgrid=False)
    return figure


def distance_figure(found: Alikeness, kind: str, over: str) -> go.Figure:
    """Similarity over distance; the band is over what ``over`` says, the dots are the closed form."""
    colour = COLOURS[kind]
    distance = np.arange(len(found.mean))
    figure = go.Figure(layout=layout("distance of two positions", "similarity", showlegend=True, legend=legend_above()))
    figure.update_layout(margin={"t": 40})
    spread(figure, distance, found.low, found.high, over, colour)
    line = {"color": colour, "width": 2.5}
    figure.add_trace(go.Scatter(x=distance, y=found.mean, mode="lines", line=line, name=f"mean over {over}"))
    if found.closed is not None:
        marker = {"size": 5, "color": theme.CLASSES[5]}
        figure.add_trace(
            go.Scatter(x=distance, y=found.closed, mode="markers", marker=marker, name="closed form, sum of cosines")
        )
    figure.update_yaxes(zeroline=True)
    return figure


def lesson_figure(found: Lessons, updates: int) -> go.Figure:
    """Accuracy of every kind over the updates, and what the most frequent token would give."""
    figure = go.Figure(layout=layout("update", "places answered right", showlegend=True, legend=legend_above()))
    figure.update_layout(margin={"t": 40})
    for course in found.courses:
        band(figure, course.step, course.accuracy, course.label, COLOURS[course.kind])
    if np.isfinite(found.bag):
        figure.add_hline(y=found.bag, line={"dash": "dot", "width": 1.5, "color": theme.NEUTRAL})
    figure.update_yaxes(range=[-0.02, 1.04], tickformat=".0%")
    figure.update_xaxes(range=[0, updates + 1])
    return figure


def looks_map(course: Course, sources: Int[np.ndarray, " length"]) -> go.Figure:
    """Where a trained head looks on average from every place, and where the answer stands."""
    figure = go.Figure(layout=layout("place looked at", "place that looks"))
    places = np.arange(1, len(course.looks) + 1)
    figure.add_trace(
        go.Heatmap(
            x=places,
            y=places,
            z=np.round(course.looks, 3),
            zmin=0,
            zmax=1,
            colorscale=SHARE,
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="from place %{y} to %{x}: %{z:.2f}<extra></extra>",
        )
    )
    asked = np.flatnonzero(sources >= 0)
    marker = {"symbol": "circle-open", "size": 9, "color": theme.CLASSES[5], "line": {"width": 2}}
    figure.add_trace(
        go.Scatter(
            x=sources[asked] + 1, y=asked + 1, mode="markers", marker=marker, hoverinfo="skip", name="holds the answer"
        )
    )
    figure.update_yaxes(range=[len(places) + 0.5, 0.5], showgrid=False, dtick=2, tick0=1)
    figure.update_xaxes(range=[0.5, len(places) + 0.5], showgrid=False, dtick=2, tick0=1)
    figure.update_layout(plot_bgcolor=FAINT)
    return figure
