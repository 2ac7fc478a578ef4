"""What pads do."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above, plain
from engine.labs.recurrent.results.padding import Padded

COLOURS = (theme.CLASSES[2], theme.CLASSES[5], theme.CLASSES[0])
ABOVE = 62
LABELS_FIT = 24
"""Words that stand beside each other, slanted, under a picture on a phone."""


def accuracy_lines(found: Padded) -> go.Figure:
    """The share of examples judged right, over the number of further pads."""
    return _lines(found, "accuracy", f"{found.noun}s judged right", (-0.02, 1.02))


def moved_lines(found: Padded) -> go.Figure:
    """How far the probability has moved from that without pads, on average."""
    top = max((float(line.moved.max()) for line in found.lines if len(line.moved)), default=0.0)
    return _lines(found, "moved", "mean |p with pads − p without|", (-0.02, max(0.1, top * 1.1)))


def _lines(found: Padded, field: str, title: str, reach: tuple[float, float]) -> go.Figure:
    drawn = go.Figure(layout=layout(f"further pads {found.place}", title, showlegend=True, legend=legend_above()))
    drawn.update_layout(margin={"t": ABOVE})
    for line, colour in zip(found.lines, COLOURS, strict=True):
        drawn.add_trace(
            go.Scatter(
                x=line.pads,
                y=getattr(line, field),
                mode="lines+markers",
                name=line.label,
                line={"color": colour, "width": 2},
            )
        )
    drawn.update_yaxes(range=reach)
    return drawn


def state_through_pads(found: Padded, number: int) -> go.Figure:
    """h of one example, pads included; 0 is masked, 1 unmasked."""
    values = found.states[number]
    names = ["·" if pad else plain(token, 12) for token, pad in zip(found.tokens, found.pads, strict=True)]
    is_flat = max(map(len, names)) < 3
    drawn = go.Figure(layout=layout("", "unit", margin={"l": 52, "r": 60, "t": 8, "b": 24 if is_flat else 66}))
    places = np.arange(1, len(found.tokens) + 1)
    drawn.add_trace(
        go.Heatmap(
            z=values,
            x=places,
            y=np.arange(1, len(values) + 1),
            zmin=-1,
            zmax=1,
            colorscale=theme.diverging_scale(),
            colorbar={"thickness": 10},
            hovertemplate="step %{x}, unit %{y}: %{z:.3f}<extra></extra>",
        )
    )
    angle, every = (0, 1) if is_flat else (-60, -(-len(names) // LABELS_FIT))
    ticks = {"tickvals": places[::every], "ticktext": names[::every], "tickangle": angle, "tickfont": {"size": 10}}
    drawn.update_xaxes(showgrid=False, **ticks)
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    return drawn
