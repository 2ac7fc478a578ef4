"""Recorded runs with a warning sign."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout
from engine.labs.gradient_flow.results import Record

TENFOLDS = 100.0
"""Growth from which on the axis counts powers of ten: on an even one all that begins at 1 would seem to lie at 0."""


def shares(record: Record) -> Float[np.ndarray, "layers details"]:
    """Norm of each layer's weights as a share of where it began; NaN where that was 0."""
    first = record.weight_norm[:, :1]
    return np.divide(record.weight_norm, first, out=np.full_like(record.weight_norm, np.nan), where=first > 0)


def span(records: Sequence[Record]) -> tuple[float, float]:
    """(lowest, highest) of the ``shares`` of all records, with some room: the one scale of several pictures."""
    values = np.concatenate([shares(record).ravel() for record in records])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (1.0, 1.0)
    if high > TENFOLDS:
        return max(low, 1e-3) / 1.5, 1.5 * high
    room = max(0.05 * (high - low), 0.01)
    return low - room, high + room


def weight_norms(record: Record, limits: tuple[float, float], updates: int) -> go.Figure:
    """Norm of each layer's weights over the run, as a share of where it began, between ``limits``."""
    figure = go.Figure(layout=layout("update", "norm of the weights / at the start"))
    lines = shares(record)
    colours = theme.ramp(theme.CIVIDIS[1:], max(len(lines), 2))  # the darkest would not show on a dark page
    for place, (values, colour) in enumerate(zip(lines, colours, strict=False), start=1):
        name = f"layer {place}" if place < len(lines) else "output layer"
        rgb = f"rgb({colour[0]:.0f},{colour[1]:.0f},{colour[2]:.0f})"
        line = {"color": rgb, "width": 1.5}
        figure.add_trace(go.Scatter(x=record.weight_step, y=values, name=name, line=line, mode="lines"))
    if limits[1] > TENFOLDS:
        figure.update_yaxes(type="log", range=np.log10(limits).tolist(), exponentformat="power", dtick=1)
    else:
        figure.update_yaxes(range=limits)
    figure.update_xaxes(range=[0, updates + 1])
    return figure
