"""Softmax: probabilities, what the temperature does to them, and the Jacobian."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.activations.results import Softened

FAINT = "rgba(128,128,128,0.08)"
"""0: the page shows through, light or dark."""
FEW = 1e-3
"""What is smaller than so many times the largest number of a matrix has no colour in it, and no digits."""


def probability_bars(shown: Softened) -> go.Figure:
    """The probability of each class."""
    drawn = go.Figure(layout=layout("class", "probability p", yaxis={"range": [0, 1.08]}, xaxis={"dtick": 1}))
    drawn.add_trace(
        go.Bar(
            x=np.arange(1, len(shown.p) + 1),
            y=shown.p,
            name="p",
            marker={"color": _colours(len(shown.p))},
            text=[f"{value:.3f}" for value in shown.p],
            textposition="outside",
            cliponaxis=False,
        )
    )
    return drawn


def temperature_curves(shown: Softened) -> go.Figure:
    """All probabilities over the temperature; a line marks the present one."""
    drawn = go.Figure(
        layout=layout(
            "temperature T",
            "probability p",
            showlegend=True,
            margin={"t": 40},
            xaxis={"type": "log", "dtick": 1},
            yaxis={"range": [-0.03, 1.03]},
        )
    )
    for place, colour in enumerate(_colours(len(shown.p))):
        line = {"color": colour, "width": 2}
        drawn.add_trace(
            go.Scatter(
                x=shown.temperatures, y=shown.sweep[:, place], name=f"class {place + 1}", mode="lines", line=line
            )
        )
    drawn.add_vline(x=shown.temperature, line={"color": theme.POSITIVE, "width": 1.5, "dash": "dot"})
    return drawn


def jacobian_figure(values: np.ndarray) -> go.Figure:
    """How the probability of each class (rows) answers to each logit (columns); signed, with its numbers."""
    count = len(values)
    names = [str(place + 1) for place in range(count)]
    most = max(float(np.abs(values).max()), 1e-300)
    drawn = go.Figure(layout=layout("logit j", "probability i", yaxis={"autorange": "reversed", "type": "category"}))
    drawn.update_xaxes(type="category", showgrid=False)
    drawn.update_yaxes(showgrid=False)
    drawn.add_trace(
        go.Heatmap(
            x=names,
            y=names,
            z=values,
            zmin=-most,
            zmax=most,
            text=[[_short(value, most) for value in row] for row in values.tolist()],
            texttemplate="%{text}",
            colorscale=theme.diverging_scale(FAINT),
            showscale=False,
            hovertemplate="dp%{y}/dz%{x} = %{z:.3g}<extra></extra>",
        )
    )
    return drawn


def _short(value: float, most: float) -> str:
    """What fits into a cell on a phone: of a number that is small beside the largest only that it is not 0."""
    if 0 < abs(value) < FEW * most:
        return "≈ 0"
    return f"{value + 0.0:.3g}"  # -0.0 becomes 0.0


def _colours(count: int) -> list[str]:
    return list(theme.CLASSES[:count])
