"""Recorded runs with a warning sign."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.gradient_flow.results import Record


def weight_norms(record: Record) -> go.Figure:
    """Norm of each layer's weights over the run, as a share of where it began."""
    figure = go.Figure(layout=layout("update", "norm of the weights / at the start"))
    first = record.weight_norm[:, :1]
    shares = np.divide(record.weight_norm, first, out=np.full_like(record.weight_norm, np.nan), where=first > 0)
    colours = theme.ramp(theme.CIVIDIS, max(len(shares), 2))
    for place, (values, colour) in enumerate(zip(shares, colours, strict=False), start=1):
        name = f"layer {place}" if place < len(shares) else "output layer"
        rgb = f"rgb({colour[0]:.0f},{colour[1]:.0f},{colour[2]:.0f})"
        line = {"color": rgb, "width": 1.5}
        figure.add_trace(go.Scatter(x=record.weight_step, y=values, name=name, line=line, mode="lines"))
    return figure
