"""Networks whose input is moved: maps that go along or do not, and what is left of the shift at the end."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.bands import band
from charts.convolution.grid import SIGNED, Frame, grid_figure
from charts.live import layout, legend_above
from engine.labs.convolution.results.translation import Seen, Translated

COLOURS = {
    "every_second": theme.CLASSES[5],
    "max": theme.CLASSES[0],
    "average": theme.CLASSES[1],
    "blurred_max": theme.CLASSES[2],
}
"""Each way to halve a map keeps its colour."""


def apart_figure(found: Translated, layer: int) -> go.Figure:
    """How far the maps of a layer are from going along, over the shift; dotted, shifts by whole cells."""
    figure = _figure("shift (pixels)", "distance from moving along")
    for kind in found.kinds:
        band(figure, found.shifts, kind.apart[:, layer], kind.label, COLOURS[kind.kind])
    jump = found.jumps[layer]
    for at in range(jump, int(found.shifts[-1]) + 1, jump):
        if jump > 1:
            figure.add_vline(x=at, line={"dash": "dot", "width": 1, "color": theme.NEUTRAL})
    figure.update_yaxes(rangemode="tozero")
    return figure


def change_figure(found: Translated, shift: int) -> go.Figure:
    """How much every layer changes at one shift, from the input to the scores."""
    figure = _figure("", "relative change")
    stages = np.arange(len(found.stages))
    for kind in found.kinds:
        band(figure, stages, kind.change[:, :, shift], kind.label, COLOURS[kind.kind])
    figure.update_xaxes(tickvals=stages, ticktext=list(found.stages), tickangle=-30)
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(margin={"b": 92})
    return figure


def answers_figure(found: Translated, name: str) -> go.Figure:
    """``accuracy`` or ``same`` over the shift."""
    figure = _figure("shift (pixels)", "named right" if name == "accuracy" else "same answer as unmoved")
    for kind in found.kinds:
        band(figure, found.shifts, getattr(kind, name), kind.label, COLOURS[kind.kind])
    figure.update_yaxes(range=[-0.02, 1.04], tickformat=".0%")
    return figure


def seen_figures(found: Seen) -> tuple[go.Figure, go.Figure, go.Figure]:
    """The map moved along, the moved digit's map, and their difference, in one range of colours; inside framed."""
    first, last = found.inside
    frames = [Frame("inside", first + 1, last, first + 1, last, theme.NEUTRAL, "dot")] if last > first else []
    most = max(float(np.abs(found.along).max()), float(np.abs(found.moved).max()), 1e-12)
    drawn = (found.along, found.moved, found.moved - found.along)
    along, moved, difference = (
        grid_figure(each, scale=SIGNED, low=-most, high=most, frames=frames, is_numbered=False) for each in drawn
    )
    return along, moved, difference


def _figure(x: str, y: str) -> go.Figure:
    return go.Figure(layout=layout(x, y, showlegend=True, legend=legend_above(), margin={"t": 62}))
