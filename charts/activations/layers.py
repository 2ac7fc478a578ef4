"""What is left of inputs after many layers."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.activations.results import LayerSeen, Passage

Shows = Literal["activations", "pre-activations"]
Scale = Literal["shared", "own"]
Range = tuple[float, float]
BINS = 60
EDGE = 0.1
"""Per cent of all values that lie beyond each end of the drawn range."""
OWN = " / its standard deviation"
SYMBOL = {"activations": "activation a", "pre-activations": "pre-activation z"}


def values_of(layer: LayerSeen, shows: Shows, scale: Scale = "shared") -> np.ndarray:
    """The kept values of a layer that are finite; ``own``: divided by their standard deviation."""
    values = layer.a if shows == "activations" else layer.z
    finite = values[np.isfinite(values)].astype(float)
    spread = float(finite.std()) if len(finite) else 0.0
    return finite / spread if scale == "own" and spread > 0 else finite


def span(passages: Sequence[Passage], shows: Shows, scale: Scale = "shared") -> Range:
    """A range of values for all layers of some stacks."""
    every = [values_of(layer, shows, scale) for passage in passages for layer in passage.layers]
    values = np.concatenate(every) if every else np.zeros(0)
    if not len(values):
        return -1.0, 1.0
    low, high = (float(value) for value in np.percentile(values, (EDGE, 100 - EDGE)))
    room = 0.05 * (high - low) or 0.5
    return low - room, high + room


def layers_figure(passage: Passage, shows: Shows, scale: Scale, heights: Range, look: int) -> go.Figure:
    """A histogram of every layer, as a column of shades: the fullest value of each layer is the brightest."""
    edges = np.linspace(*heights, BINS + 1)
    columns = [np.histogram(values_of(layer, shows, scale), edges)[0] for layer in passage.layers]
    shares = [column / max(len(layer.a), 1) for column, layer in zip(columns, passage.layers, strict=True)]
    drawn = go.Figure(layout=layout("layer", SYMBOL[shows] + OWN * (scale == "own"), xaxis={"showgrid": False}))
    drawn.add_trace(
        go.Heatmap(
            x=list(range(1, len(shares) + 1)),
            y=(edges[:-1] + edges[1:]) / 2,
            z=np.stack([share / max(float(share.max()), 1e-12) for share in shares], axis=1),
            customdata=np.stack(shares, axis=1),
            colorscale=theme.value_scale(),
            showscale=False,
            name=passage.label,
            hovertemplate="layer %{x}<br>about %{y:.3g}: %{customdata:.1%} of the values<extra></extra>",
        )
    )
    marked = min(look, len(shares))
    box = {"type": "rect", "xref": "x", "yref": "paper", "x0": marked - 0.5, "x1": marked + 0.5, "y0": 0, "y1": 1}
    drawn.update_layout(shapes=[{**box, "line": {"color": theme.POSITIVE, "width": 1.5}}])
    return drawn


def spread_figure(passages: Sequence[Passage]) -> go.Figure:
    """How much a unit's activation still differs between examples, layer by layer."""
    drawn = go.Figure(
        layout=layout(
            "layer",
            "spread over the examples",
            showlegend=True,
            margin={"t": 40, "l": 64},
            yaxis={"type": "log", "exponentformat": "power"},
        )
    )
    for passage, colour in zip(passages, theme.CLASSES, strict=False):
        spread = [layer.signal if 0 < layer.signal < np.inf else None for layer in passage.layers]
        drawn.add_trace(_line(passage, spread, passage.label, colour))
    return drawn


def shares_figure(passages: Sequence[Passage]) -> go.Figure:
    """Saturated activations, and dotted the dead units, of every layer."""
    drawn = go.Figure(
        layout=layout(
            "layer", "share", showlegend=True, margin={"t": 40}, yaxis={"range": [-0.03, 1.03], "tickformat": ".0%"}
        )
    )
    for passage, colour in zip(passages, theme.CLASSES, strict=False):
        flat = [layer.saturated for layer in passage.layers]
        dead = [layer.dead for layer in passage.layers]
        drawn.add_trace(_line(passage, flat, f"{passage.label}, saturated", colour))
        drawn.add_trace(_line(passage, dead, f"{passage.label}, dead units", colour, dash="dot"))
    return drawn


def layer_figure(layer: LayerSeen) -> go.Figure:
    """One layer: what its units received, and what they gave."""
    drawn = go.Figure(layout=layout("value", "share", showlegend=True, margin={"t": 40}, barmode="overlay", bargap=0))
    z, a = values_of(layer, "pre-activations"), values_of(layer, "activations")
    if not len(z) or not len(a):
        return drawn
    low, high = float(min(z.min(), a.min())), float(max(z.max(), a.max()))
    room = 0.0 if high > low else 0.5  # all values equal: one bar in the middle
    edges = np.linspace(low - room, high + room, BINS + 1)
    for values, name, colour in ((z, "pre-activations z", theme.CLASSES[4]), (a, "activations a", theme.CLASSES[0])):
        shares = np.histogram(values, edges)[0] / len(values)
        bars = {"color": colour, "opacity": 0.65}
        drawn.add_trace(go.Bar(x=(edges[:-1] + edges[1:]) / 2, y=shares, name=name, marker=bars))
    return drawn


def _line(passage: Passage, y: Sequence[float | None], name: str, colour: str, dash: str = "solid") -> go.Scatter:
    return go.Scatter(
        x=np.arange(1, len(passage.layers) + 1),
        y=y,
        name=name,
        mode="lines+markers",
        marker={"size": 4},
        line={"color": colour, "width": 2, "dash": dash},
    )
