"""What one optimizer computes at every step, and how far two ways of writing it come apart."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from charts import theme
from charts.live import layout
from charts.optimizers.ground import colour_of, from_above, head_trace, path_trace
from engine.labs.optimizers.results import Ground, Path, StepTable

TINY = 1e-16
"""What is smaller is left out of a logarithmic axis."""
MANY_DECADES = 1e3
"""Where values differ by more, the powers of ten are marked alone."""


def quantities_figure(table: StepTable, shown: int) -> go.Figure:
    """The size of every quantity over the steps, for x and for y; a line at the ``shown`` step."""
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.09)
    figure.update_layout(layout("step t", "size", showlegend=True, margin={"t": 40}))
    steps = np.arange(1, len(table.values) + 1)
    kept = [place for place, name in enumerate(table.columns) if name not in ("w", "w after")]
    for axis in (0, 1):
        for order, place in enumerate(kept):
            size = np.abs(table.values[:, place, axis])
            figure.add_trace(
                go.Scatter(
                    x=steps,
                    y=np.where((size > TINY) & np.isfinite(size), size, np.nan),
                    mode="lines",
                    name=table.columns[place],
                    line={"color": theme.CLASSES[order % len(theme.CLASSES)], "width": 1.8},
                    showlegend=axis == 0,
                    legendgroup=table.columns[place],
                ),
                row=1,
                col=axis + 1,
            )
    for axis, letter in enumerate("xy"):
        figure.update_xaxes(
            title={"text": f"step t, quantities along {letter}", "standoff": 6}, zeroline=False, col=axis + 1
        )
    figure.update_yaxes(type="log", exponentformat="power", zeroline=False)
    figure.update_layout(yaxis_title={"text": "size, log scale", "standoff": 6})
    figure.add_vline(x=shown, line={"width": 1, "dash": "dot", "color": theme.RATIO})
    return figure


def pair_figure(ground: Ground, pair: tuple[Path, Path]) -> go.Figure:
    """Both ways on the surface."""
    figure = from_above(ground)
    for index, path in enumerate(pair):
        trace = path_trace(ground, path, colour_of(index), path.steps, solid=False)
        if index:
            trace["line"] = {**trace["line"], "dash": "dot", "width": 3}
        figure.add_trace(trace)
        figure.add_trace(head_trace(ground, path, colour_of(index), path.steps, solid=False))
    return figure


def apart_figure(away: np.ndarray, scale: str) -> go.Figure:
    """The distance between two paths after every step, in units of the axes."""
    shown = np.where((away > TINY) & np.isfinite(away), away, np.nan)
    axis = {"type": "log", "exponentformat": "power"}
    if (there := shown[np.isfinite(shown)]).size and there.max() < MANY_DECADES * there.min():
        axis["dtick"] = "D2"  # else a digit for each line between two powers of ten, one over the other
    figure = go.Figure(layout=layout("step", scale, margin={"t": 16}, yaxis=axis))
    figure.add_trace(
        go.Scatter(x=np.arange(len(away)), y=shown, line={"color": theme.GRADIENT, "width": 2}, name="distance")
    )
    return figure
