"""The loss on a plane through trained weights."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.descent.results import LandscapeResult

STEPPED = theme.CLASSES[5]
ENDS = (("first weights", 0, "circle", "circle"), ("trained weights", -1, "star", "diamond"))
"""Name, place on the path, mark on the map and in space, where Plotly has no star."""


def contour_figure(found: LandscapeResult, x: str, y: str) -> go.Figure:
    """Lines of equal loss, its logarithm in colour, with the path and its two ends."""
    figure = go.Figure(layout=layout(x, y, showlegend=True, margin={"t": 40}))
    figure.add_trace(
        go.Contour(
            x=found.a,
            y=found.b,
            z=_logged(found.loss),
            customdata=found.loss,
            colorscale=theme.value_scale(),
            ncontours=24,
            contours={"coloring": "heatmap"},
            line={"width": 0.6},
            colorbar={"title": {"text": "log10 loss"}, "thickness": 12},
            hovertemplate="loss %{customdata:.4g}<extra></extra>",
            name="loss",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=found.path[:, 0],
            y=found.path[:, 1],
            mode="lines+markers",
            name="the optimizer's path",
            line={"color": STEPPED, "width": 2},
            marker={"size": 4},
            customdata=np.stack([found.path_steps, found.path_loss], axis=1),
            hovertemplate="step %{customdata[0]}, its own loss %{customdata[1]:.4g}<extra></extra>",
        )
    )
    for name, place, symbol, _ in ENDS:
        figure.add_trace(
            go.Scatter(
                x=[found.path[place, 0]],
                y=[found.path[place, 1]],
                mode="markers",
                name=name,
                marker={"symbol": symbol, "size": 13, "color": theme.LIGHT, "line": {"width": 2, "color": STEPPED}},
                hoverinfo="name",
            )
        )
    if found.a[-1] > found.a[0]:
        figure.update_layout(xaxis={"range": [found.a[0], found.a[-1]]}, yaxis={"range": [found.b[0], found.b[-1]]})
    return figure


def surface_figure(found: LandscapeResult) -> go.Figure:
    """The same as a height, the path at the height that its own weights have. Axis titles in full do not fit: a and b."""
    figure = go.Figure(layout=layout("", "", showlegend=True, margin={"t": 40, "l": 0, "r": 0, "b": 0}))
    figure.add_trace(
        go.Surface(
            x=found.a,
            y=found.b,
            z=_logged(found.loss),
            colorscale=theme.value_scale(),
            opacity=0.9,
            showscale=False,  # the height says the same, and a phone has no room for both
            hovertemplate="log10 loss %{z:.3f}<extra></extra>",
            name="loss",
        )
    )
    low, high = np.array([found.a[0], found.b[0]]), np.array([found.a[-1], found.b[-1]])
    inside = np.all((found.path >= low) & (found.path <= high), axis=1)
    path = found.path[inside]
    figure.add_trace(
        go.Scatter3d(
            x=path[:, 0],
            y=path[:, 1],
            z=_logged(found.path_loss[inside]),
            mode="lines+markers",
            name="the optimizer's path",
            line={"color": STEPPED, "width": 5},
            marker={"size": 2.5, "color": STEPPED},
        )
    )
    for name, place, _, symbol in ENDS:
        if inside[place]:
            figure.add_trace(
                go.Scatter3d(
                    x=found.path[[place], 0],
                    y=found.path[[place], 1],
                    z=_logged(found.path_loss[[place]]),
                    mode="markers",
                    name=name,
                    marker={"symbol": symbol, "size": 6, "color": theme.LIGHT, "line": {"width": 3, "color": STEPPED}},
                    hoverinfo="name",
                )
            )
    axes = {name: {"title": {"text": text}} for name, text in (("xaxis", "a"), ("yaxis", "b"), ("zaxis", "log10 loss"))}
    figure.update_layout(
        scene={**axes, "aspectmode": "cube", "camera": {"eye": {"x": 1.6, "y": -1.6, "z": 1.5}}}, uirevision="kept"
    )
    return figure


def _logged(loss: np.ndarray) -> np.ndarray:
    """log10, with what is not finite left out."""
    return np.log10(np.where(np.isfinite(loss), np.maximum(loss, 1e-12), np.nan))
