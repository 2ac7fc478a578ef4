"""The decision boundary: data points over the plane (the shades lie beneath), or the fitted curve of one column."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, layout, legend_above, plain
from engine.scene import Points, Scene

POINTS = "Each point is an example; filled ones train the network, ringed ones are the test part it never learns from."
FINE_CELLS = 100
LEGEND_NAME, TICK_NAME = 24, 14
"""Characters of a class in the legend, of a category on an axis."""
CUT = "This is one flat cut through more than two columns, so points may lie off their colour."


def boundary(scene: Scene) -> LiveFigure:
    """Points of the training and test parts over ``scene.extent``; the shades come from the frame."""
    figure = go.Figure(layout=layout(*scene.axis_titles, legend=legend_above(), showlegend=True))
    low_x, high_x, low_y, high_y = scene.extent
    figure.update_xaxes(range=[low_x, high_x], showgrid=False, constrain="domain")
    figure.update_yaxes(range=[low_y, high_y], showgrid=False)
    figure.update_layout(margin={"l": 52, "r": 8, "t": 26, "b": 40})
    figure.update_xaxes(_bands(scene.ticks[0]))
    figure.update_yaxes(_bands(scene.ticks[1]))
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
    return " ".join(part for part in (POINTS, beneath, CUT if scene.held else "", scene.held, scene.plane_note) if part)


def _bands(categories: tuple[str, ...]) -> dict[str, object]:
    """The ticks of an axis of categories; nothing for numbers."""
    names = [plain(name, TICK_NAME) for name in categories]
    return {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": names} if names else {}


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
        name=plain(scene.classes[index], LEGEND_NAME),
        legendgroup=str(index),
        showlegend=part == "train",
        meta=part,
        customdata=_small(points.rows[chosen].astype(float)),
        marker=_marker(part, theme.CLASSES[index % len(theme.CLASSES)]),
        hovertemplate=f"{part}: {plain(scene.classes[index])}<br>(%{{x:.3g}}, %{{y:.3g}})<extra></extra>",
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
        hovertemplate=f"{part}: {plain(scene.target)} %{{customdata[0]:.4g}} {plain(scene.target_unit)}<extra></extra>",
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
