"""The diamond and the circle against the loss's contours, and what of it can be dragged."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.handles import Grip, Handle, Rim
from charts.live import layout
from engine.labs.regularization.results.budget import Budgets, Touch

CONTOURS, ALLOWED, OPTIMUM = "loss", "allowed", "optimum w*"
"""Names of the traces that a handle moves."""
Line = Float[np.ndarray, "points 2"]


def budget_figure(found: Budgets, shape: str) -> go.Figure:
    """``shape`` is ``diamond`` or ``circle``: what the budget allows, the optimum, and the best point allowed."""
    touch: Touch = getattr(found, shape)
    span = [-found.reach, found.reach]
    figure = go.Figure(
        layout=layout(
            "w1",
            "w2",
            showlegend=True,
            margin={"t": 40},
            xaxis={"range": span, "constrain": "domain"},
            yaxis={"range": span, "scaleanchor": "x", "scaleratio": 1},
        )
    )
    gap = np.full((1, 2), np.nan)
    contours = np.concatenate([part for level in found.levels for part in (found.contour(float(level)), gap)])
    _add_line(figure, contours, CONTOURS, {"color": theme.NEUTRAL, "width": 1})
    if touch.loss > 0:
        line = {"color": theme.CLASSES[5], "width": 2.5}
        _add_line(figure, found.contour(touch.loss), "contour that touches", line, showlegend=False)
    line = {"color": theme.CLASSES[0], "width": 2}
    _add_line(figure, _outline(shape, found.budget), ALLOWED, line, fill="toself", opacity=0.5)
    for name, place, symbol, tint in (
        (OPTIMUM, found.optimum, "x", theme.CLASSES[1]),
        ("best allowed", touch.w, "circle", theme.CLASSES[5]),
    ):
        marker = {"color": tint, "size": 12, "symbol": symbol}
        figure.add_trace(go.Scatter(x=[place[0]], y=[place[1]], mode="markers", marker=marker, name=name))
    return figure


def budget_handles(found: Budgets, shape: str, low: float, high: float) -> tuple[Handle, ...]:
    """The optimum, with its contours; the rim, whose budget goes from ``low`` to ``high``."""
    x, y = (float(value) for value in found.optimum)
    corner = found.budget * (0.5 if shape == "diamond" else 0.5**0.5)
    optimum = Grip(
        "optimum", "Optimum of the loss", x, y, (CONTOURS, OPTIMUM), 0.1, (-found.reach,) * 2, (found.reach,) * 2
    )
    rim = Rim(
        "rim", f"Budget, the rim of the {shape}", -corner, -corner, (ALLOWED,), 0.1, ALLOWED, found.budget, low, high
    )
    return optimum, rim


def _add_line(figure: go.Figure, points: Line, name: str, line: dict, **more: object) -> None:
    x, y = points.T.astype(np.float32)
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, name=name, hoverinfo="skip", **more))


def _outline(shape: str, budget: float) -> Line:
    if shape == "diamond":
        return budget * np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 0.0]])
    turn = np.linspace(0, 2 * np.pi, 121)
    return budget * np.stack([np.cos(turn), np.sin(turn)], axis=1)
