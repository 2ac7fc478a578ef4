"""The diamond and the circle against the loss's contours."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.regularization.results import Budgets, Touch

GREY = "#888888"


def budget_figure(found: Budgets, shape: str) -> go.Figure:
    """``shape`` is ``diamond`` or ``circle``: what the budget allows, the optimum, and the best point allowed."""
    touch: Touch = getattr(found, shape)
    reach = float(found.axis[-1])
    figure = go.Figure(
        layout=layout(
            "w1",
            "w2",
            showlegend=True,
            margin={"t": 40},
            xaxis={"range": [-reach, reach]},
            yaxis={"range": [-reach, reach], "scaleanchor": "x", "scaleratio": 1},
        )
    )
    figure.update_xaxes(constrain="domain")
    contours = {"coloring": "none", "showlabels": False}
    figure.add_trace(
        go.Contour(
            x=found.axis,
            y=found.axis,
            z=np.sqrt(found.loss),
            ncontours=14,
            contours=contours,
            line={"color": GREY, "width": 1},
            showscale=False,
            hoverinfo="skip",
            name="loss",
        )
    )
    if touch.loss > 0:
        level = float(np.sqrt(touch.loss))
        figure.add_trace(
            go.Contour(
                x=found.axis,
                y=found.axis,
                z=np.sqrt(found.loss),
                contours={"coloring": "none", "start": level, "end": level, "size": 1},
                line={"color": theme.CLASSES[5], "width": 2.5},
                showscale=False,
                hoverinfo="skip",
                name="contour that touches",
                showlegend=False,
            )
        )
    x, y = _outline(shape, found.budget)
    colour = theme.CLASSES[0]
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            fill="toself",
            opacity=0.5,
            line={"color": colour, "width": 2},
            name="allowed",
            hoverinfo="skip",
        )
    )
    for name, place, symbol, tint in (
        ("optimum w*", found.optimum, "x", theme.CLASSES[1]),
        ("best allowed", touch.w, "circle", theme.CLASSES[5]),
    ):
        marker = {"color": tint, "size": 12, "symbol": symbol}
        figure.add_trace(go.Scatter(x=[place[0]], y=[place[1]], mode="markers", marker=marker, name=name))
    return figure


def _outline(shape: str, budget: float) -> tuple[np.ndarray, np.ndarray]:
    if shape == "diamond":
        return budget * np.array([1, 0, -1, 0, 1]), budget * np.array([0, 1, 0, -1, 0])
    turn = np.linspace(0, 2 * np.pi, 121)
    return budget * np.cos(turn), budget * np.sin(turn)
