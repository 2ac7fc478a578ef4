"""A deep linear network, the affine map it is, and what an activation changes."""

from typing import Literal

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.activations.softmax import FAINT
from charts.live import layout
from engine.labs.activations.results import Collapsed, Gaps


def plane_figure(shown: Collapsed, which: Literal["deep", "flat", "bent"]) -> go.Figure:
    """An output over the two inputs; the line is where it is 0: the boundary between two classes."""
    values: np.ndarray = {"deep": shown.deep, "flat": shown.flat, "bent": shown.bent}[which]
    most = max(float(np.abs(values).max()), 1e-300)
    drawn = go.Figure(layout=layout("input x1", "input x2", xaxis={"showgrid": False}, yaxis={"showgrid": False}))
    drawn.add_trace(
        go.Heatmap(
            x=shown.x,
            y=shown.x,
            z=values / most,
            zmin=-1,
            zmax=1,
            customdata=values,
            colorscale=theme.diverging_scale(FAINT),
            showscale=False,
            hovertemplate="output %{customdata:.4g}<extra></extra>",
        )
    )
    drawn.add_trace(
        go.Contour(
            x=shown.x,
            y=shown.x,
            z=values / most,
            contours={"start": 0, "end": 0, "size": 1, "coloring": "lines"},
            colorscale=[[0, theme.GRADIENT], [1, theme.GRADIENT]],
            line={"width": 3},
            showscale=False,
            hoverinfo="skip",
        )
    )
    return drawn


def gap_figure(shown: Gaps) -> go.Figure:
    """How far the two outputs are apart at other depths, beside the precision of the numbers themselves."""
    precision = float(np.finfo(float).eps)
    drawn = go.Figure(
        layout=layout(
            "hidden layers",
            "largest difference / largest output",
            showlegend=True,
            margin={"t": 40, "l": 70},
            yaxis={"type": "log", "range": [-18, 0], "dtick": 3, "exponentformat": "power"},
        )
    )
    seen = np.where(shown.apart > 0, shown.apart, precision / 4)
    dots = {"size": 8, "color": theme.CLASSES[0]}
    drawn.add_trace(
        go.Scatter(
            x=shown.depths, y=seen, mode="lines+markers", marker=dots, name="measured", line={"color": theme.CLASSES[0]}
        )
    )
    ends = [1, 50]
    dashed = {"dash": "dash", "color": theme.POSITIVE}
    drawn.add_trace(
        go.Scatter(x=ends, y=[precision] * 2, mode="lines", line=dashed, name="one rounding in double precision")
    )
    return drawn
