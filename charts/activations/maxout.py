"""Maxout: affine pieces and the largest of them."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.activations.results import Envelope, Folds


def envelope_figure(shown: Envelope) -> go.Figure:
    """Every piece as a thin line; the largest thick, in the colour of the piece that it is."""
    low, high = float(shown.a.min()), float(shown.a.max())
    room = 0.25 * (high - low) + 0.5
    drawn = go.Figure(
        layout=layout("input x", "a", showlegend=True, margin={"t": 40}, yaxis={"range": [low - 2 * room, high + room]})
    )
    for place, colour in _pieces(shown.pieces.shape[1]):
        thin = {"color": colour, "width": 1.2, "dash": "dash"}
        drawn.add_trace(
            go.Scatter(x=shown.x, y=shown.pieces[:, place], name=f"piece {place + 1}", mode="lines", line=thin)
        )
    for place, colour in _pieces(shown.pieces.shape[1]):
        top = np.where(shown.winner == place, shown.a, np.nan)
        thick = {"color": colour, "width": 4}
        drawn.add_trace(go.Scatter(x=shown.x, y=top, name="largest", mode="lines", line=thick, showlegend=False))
    return drawn


def slope_figure(shown: Envelope) -> go.Figure:
    """The derivative of the unit: the slope of the piece on top, and a jump where another takes over."""
    drawn = go.Figure(layout=layout("input x", "da/dx"))
    step = {"color": theme.GRADIENT, "width": 2.5, "shape": "hv"}
    drawn.add_trace(go.Scatter(x=shown.x, y=shown.slope, name="da/dx", mode="lines", line=step))
    return drawn


def folds_figure(shown: Folds, pieces: int) -> go.Figure:
    """Which of the planes is on top over two inputs; lines join places of one height."""
    colours = [colour for _, colour in _pieces(pieces)]
    scale = [[end, colour] for k, colour in enumerate(colours) for end in (k / pieces, (k + 1) / pieces)]
    drawn = go.Figure(layout=layout("input x1", "input x2", xaxis={"showgrid": False}, yaxis={"showgrid": False}))
    drawn.add_trace(
        go.Heatmap(
            x=shown.x,
            y=shown.x,
            z=shown.winner,
            zmin=-0.5,
            zmax=pieces - 0.5,
            colorscale=scale,
            opacity=0.55,
            showscale=False,
            customdata=shown.winner + 1,
            hovertemplate="piece %{customdata} is the largest<extra></extra>",
        )
    )
    drawn.add_trace(
        go.Contour(
            x=shown.x,
            y=shown.x,
            z=shown.a,
            contours={"coloring": "none", "showlabels": True},
            line={"width": 1, "color": theme.NEUTRAL},
            hoverinfo="skip",
            showscale=False,
        )
    )
    return drawn


def _pieces(count: int) -> list[tuple[int, str]]:
    return list(enumerate(theme.CLASSES[:count]))
