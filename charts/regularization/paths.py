"""Pictures of weights along λ, and of a penalised network's weights."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.regularization.results.paths import LinearPath, Penalised


def path_figure(path: LinearPath, strength: float) -> go.Figure:
    """Each weight along λ; dotted, its true value."""
    figure = go.Figure(layout=layout("λ (strength)", "weight", showlegend=True, margin={"t": 56}))
    noise_named = False
    of_matter = iter(theme.CLASSES)
    for number, true in enumerate(path.true):
        matters = bool(true != 0)
        colour = next(of_matter) if matters else theme.NEUTRAL
        name = f"w{number + 1}, true {true:g}" if matters else "inputs that do not matter"
        line = {"color": colour, "width": 2.5 if matters else 1.2}
        show = matters or not noise_named
        noise_named = noise_named or not matters
        figure.add_trace(go.Scatter(x=path.strengths, y=path.weights[:, number], name=name, line=line, showlegend=show))
    figure.update_xaxes(type="log")
    figure.add_vline(x=strength, line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"})
    return figure


def zeros_figure(path: LinearPath, strength: float) -> go.Figure:
    """How many weights are exactly 0 along λ."""
    figure = go.Figure(layout=layout("λ (strength)", f"weights that are exactly 0, of {len(path.true)}"))
    figure.add_trace(
        go.Scatter(x=path.strengths, y=path.zeros, line={"color": theme.CLASSES[5], "shape": "hvh"}, name="exact zeros")
    )
    figure.update_xaxes(type="log")
    figure.update_yaxes(range=[-0.4, len(path.true) + 0.4])
    figure.add_vline(x=strength, line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"})
    return figure


def path_errors_figure(path: LinearPath, strength: float) -> go.Figure:
    """Error on the training examples and on new ones along λ."""
    figure = go.Figure(layout=layout("λ (strength)", "mean squared error", showlegend=True, margin={"t": 40}))
    for part, name, values in (
        ("train", "training", path.train),
        ("validation", "1,000 new examples", path.validation),
    ):
        figure.add_trace(go.Scatter(x=path.strengths, y=values, name=name, line={"color": theme.PARTS[part]}))
    figure.update_xaxes(type="log")
    figure.add_vline(x=strength, line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"})
    return figure


def histograms_figure(networks: Sequence[Penalised]) -> go.Figure:
    """The weights of each network in bins of their own size; exact zeros are counted beside the name."""
    figure = go.Figure(layout=layout("weight", "", margin={"l": 150}))
    reach = max(
        (float(np.abs(item.weights[np.isfinite(item.weights)]).max(initial=0.1)) for item in networks), default=1.0
    )
    edges = np.linspace(-reach, reach, 62)
    middles = (edges[:-1] + edges[1:]) / 2
    names = []
    for place, item in enumerate(networks):
        counts, _ = np.histogram(item.weights, bins=edges)
        height = 0.9 * np.sqrt(counts / max(counts.max(), 1))
        base = -place
        colour = theme.CLASSES[place % len(theme.CLASSES)]
        figure.add_trace(
            go.Scatter(
                x=[*middles[[0]], *middles[[-1]]], y=[base, base], mode="lines", line={"width": 0}, hoverinfo="skip"
            )
        )
        figure.add_trace(
            go.Scatter(
                x=middles,
                y=base + height,
                line={"color": colour, "shape": "hvh", "width": 1.5},
                fill="tonexty",
                customdata=counts,
                hovertemplate="%{customdata} weights near %{x:.2f}",
                name=item.label,
            )
        )
        names.append(f"{item.label}<br>{item.zeros} exact zeros")
    figure.update_yaxes(tickvals=[0.3 - place for place in range(len(names))], ticktext=names, showgrid=False)
    return figure
