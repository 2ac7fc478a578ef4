"""The decision boundary: data points over the plane (the shades lie beneath), or the fitted curve of one column."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, layout, legend_above
from engine.scene import Points, Scene

POINTS = "Each point is an example; filled ones train the network, ringed ones are the test part it never learns from."
FINE_CELLS = 100
CUT = "This is one flat cut through more than two columns, so points may lie off their colour."


def boundary(scene: Scene) -> LiveFigure:
    """Points of the training and test parts over ``scene.extent``; the shades come from the frame."""
    figure = go.Figure(layout=layout(*scene.axis_titles, legend=legend_above(), showlegend=True))
    low_x, high_x, low_y, high_y = scene.extent
    figure.update_xaxes(range=[low_x, high_x], showgrid=False, constrain="domain")
    figure.update_yaxes(range=[low_y, high_y], showgrid=False)
    figure.update_layout(margin={"l": 52, "r": 8, "t": 26, "b": 40})
    for part, points in (("train", scene.train), ("test", scene.test)):
        for trace in _traces(scene, part, points):
            figure.add_trace(trace)
    bindings: tuple[Binding, ...] = ()
    if scene.dimensions == 1:
        figure.add_trace(_curve(scene))
        bindings = (Binding("frame", len(figure.data) - 1, "boundary"),)
    title = "Fitted curve" if scene.dimensions == 1 else "Decision boundary" if scene.classes else "Predicted surface"
    return LiveFigure("boundary", title, "boundary", figure, bindings, _help(scene))


def _help(scene: Scene) -> str:
    """What is a point, what lies beneath, and where the cut runs."""
    if scene.dimensions == 1:
        beneath = f"The line is what the network answers, at {scene.cells} places along the axis."
    else:
        beneath = f"The colour beneath is what the network answers there, on a grid of {scene.cells} by {scene.cells}"
        beneath += "." if scene.cells == FINE_CELLS else f" while it trains, {FINE_CELLS} by {FINE_CELLS} at rest."
    return " ".join(part for part in (POINTS, beneath, CUT if scene.held else "", scene.held) if part)


def _traces(scene: Scene, part: str, points: Points) -> list[go.Scatter]:
    if not scene.classes:
        return [_value_points(scene, part, points)]
    return [_class_points(scene, part, points, index) for index in range(len(scene.classes))]


def _class_points(scene: Scene, part: str, points: Points, index: int) -> go.Scatter:
    chosen = points.label == index
    return go.Scatter(
        x=_small(points.x[chosen]),
        y=_small(points.y[chosen]),
        mode="markers",
        name=scene.classes[index],
        legendgroup=str(index),
        showlegend=part == "train",
        meta=part,
        customdata=_small(points.rows[chosen].astype(float)),
        marker=_marker(part, theme.CLASSES[index % len(theme.CLASSES)]),
        hovertemplate=f"{part}: {_escaped(scene.classes[index])}<br>(%{{x:.3g}}, %{{y:.3g}})<extra></extra>",
    )


def _value_points(scene: Scene, part: str, points: Points) -> go.Scatter:
    flat = scene.dimensions == 1
    marker = _marker(part, theme.PARTS[part] if flat else _small(points.label))
    if not flat:
        marker |= {"colorscale": theme.value_scale(), "cmin": scene.shades.low, "cmax": scene.shades.high}
    return go.Scatter(
        x=_small(points.x),
        y=_small(points.y),
        customdata=_small(np.stack([points.label, points.rows.astype(float)], axis=1)),
        mode="markers",
        name="Training" if part == "train" else "Test",
        meta=part,
        marker=marker,
        hovertemplate=f"{part}: {_escaped(scene.target)} %{{customdata[0]:.4g}} {_escaped(scene.target_unit)}<extra></extra>",
    )


def _curve(scene: Scene) -> go.Scatter:
    low, high = scene.extent[:2]
    x = np.linspace(low, high, 200, dtype=np.float32)
    line = {"color": theme.POSITIVE, "width": 3}
    return go.Scatter(x=x, y=np.zeros_like(x), mode="lines", name="Network", line=line, hoverinfo="x+y")


def _marker(part: str, colour: object) -> dict[str, object]:
    if part == "train":
        return {"color": colour, "size": 7, "line": {"color": "#ffffff", "width": 1}}
    return {"color": colour, "size": 8, "symbol": "circle-open", "line": {"width": 2}}


def _small(values: np.ndarray) -> np.ndarray | list[Any]:
    """In single precision. Plotly packs arrays as bytes, but none without entries."""
    if not len(values):
        return []
    return values.astype(np.float32) if values.dtype.kind == "f" else values


def _escaped(text: str) -> str:
    """Plotly reads a few tags and %{...} in hover texts: names from data must not be read so."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")
