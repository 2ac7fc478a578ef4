"""Pictures of universal approximation."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from charts import theme
from charts.live import layout
from engine.labs.regularization.results.universal import Approximation

POSSIBLE, FOUND = theme.CLASSES[2], theme.CLASSES[4]


def error_figure(found: Approximation, shown: int) -> go.Figure:
    """Error over the number of units: the construction, every seed, their median, and the lowest known so far."""
    figure = go.Figure(layout=layout("hidden units", "root mean square error", showlegend=True, margin={"t": 56}))
    floor = 1e-6
    for number, row in enumerate(found.trained):
        marker = {"color": FOUND, "size": 6, "opacity": 0.7}
        figure.add_trace(
            go.Scatter(
                x=found.units,
                y=np.maximum(row, floor),
                mode="markers",
                marker=marker,
                name="trained, each seed",
                showlegend=number == 0,
            )
        )
    for name, values, colour in (
        ("trained, median", np.median(found.trained, axis=0), theme.CLASSES[0]),
        ("known to exist", found.known, theme.CLASSES[5]),
        ("constructed", found.constructed, POSSIBLE),
    ):
        line = {"color": colour, "width": 2.5}
        figure.add_trace(go.Scatter(x=found.units, y=np.maximum(values, floor), name=name, line=line))
    figure.update_yaxes(type="log")
    figure.add_vline(x=shown, line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"})
    return figure


def curve_figure(found: Approximation, shown: int, points: Sequence[tuple[float, float]]) -> go.Figure:
    """The drawn curve, the construction, and every seed's network."""
    figure = go.Figure(
        layout=layout(
            "x",
            "y",
            showlegend=True,
            margin={"t": 56},
            xaxis={"range": [-6.3, 6.3]},
            yaxis={"range": [-1.7, 1.7]},
        )
    )
    x = found.x[:, 0]
    for number, fit in enumerate(found.trained_fits[:, shown - 1]):
        line = {"color": FOUND, "width": 1.2}
        figure.add_trace(go.Scatter(x=x, y=fit, line=line, name="trained, each seed", showlegend=number == 0))
    figure.add_trace(
        go.Scatter(x=x, y=found.constructed_fits[shown - 1], line={"color": POSSIBLE, "width": 2.5}, name="constructed")
    )
    figure.add_trace(
        go.Scatter(x=x, y=found.target, line={"color": theme.CLASSES[1], "width": 2, "dash": "dash"}, name="target")
    )
    marker = {"color": theme.CLASSES[5], "size": 10}
    figure.add_trace(
        go.Scatter(
            x=[p[0] for p in points], y=[p[1] for p in points], mode="markers", marker=marker, name="your points"
        )
    )
    return figure


def surfaces_figure(found: Approximation, shown: int) -> go.Figure:
    """Target, construction and the best and the worst seed's network over the plane, in one colour scale."""
    losses = found.trained[:, shown - 1]
    tables = {
        "target": found.target,
        "constructed": found.constructed_fits[shown - 1],
        "trained, best seed": found.trained_fits[int(losses.argmin()), shown - 1],
        "trained, worst seed": found.trained_fits[int(losses.argmax()), shown - 1],
    }
    figure = make_subplots(
        rows=2,
        cols=2,
        subplot_titles=list(tables),
        shared_xaxes=True,
        shared_yaxes=True,
        horizontal_spacing=0.06,
        vertical_spacing=0.1,
    )
    figure.update_annotations(font={"size": 12})
    axis = np.unique(found.x[:, 0])
    reach = max(float(np.abs(found.target).max()), 1e-6)
    for place, values in enumerate(tables.values()):
        figure.add_trace(
            go.Heatmap(
                x=axis,
                y=axis,
                z=values.reshape(len(axis), len(axis)),
                zmin=-reach,
                zmax=reach,
                colorscale=theme.value_scale(),
                showscale=place == 0,
                colorbar={"title": {"text": "y"}, "thickness": 10},
            ),
            row=place // 2 + 1,
            col=place % 2 + 1,
        )
    figure.update_layout(layout("", ""), margin={"l": 48, "r": 12, "t": 40, "b": 44})
    figure.update_xaxes(title={"text": "", "standoff": 6})
    figure.update_xaxes(title_text="x1", row=2)
    figure.update_yaxes(title_text="")
    figure.update_yaxes(title_text="x2", col=1)
    return figure
