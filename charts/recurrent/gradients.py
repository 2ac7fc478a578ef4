"""Gradients on their way back through time."""

from itertools import accumulate

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, legend_above, plain
from charts.sequences.pictures import visible
from engine.labs.recurrent.results.gradients import Bars, Cut, Reach, Reaches

FAINTEST = 1e-30
"""Lowest norm that is drawn."""
LEGEND_ROOM = 62
UPRIGHT = 84
"""Pixels under a picture whose steps are named, for names that stand upright and the axis's own."""
FEW_STEPS = 10
"""Up to so many, each has its tick."""
COLOURS = (
    theme.CLASSES[5],
    theme.CLASSES[2],
    theme.CLASSES[0],
    theme.CLASSES[4],
    theme.CLASSES[1],
    theme.CLASSES[3],
)


def reach_lines(found: Reaches, of: str = "h") -> go.Figure:
    """|dL_T / dh_t| over t on a logarithmic axis: the median of the seeds, and the band from lowest to highest.

    Dashed: after clipping, where the gradient of the weights was longer than allowed. Dotted: the same of an LSTM's c.
    """
    heading = layout("step t", f"‖∂L<sub>T</sub> / ∂{of}<sub>t</sub>‖", showlegend=True, legend=legend_above())
    drawn = go.Figure(layout=heading)
    drawn.update_layout(margin={"t": LEGEND_ROOM})
    drawn.update_layout(yaxis={"title": {"text": f"‖∂L<sub>T</sub> / ∂{of}<sub>t</sub>‖"}})
    for line, colour in zip(found.lines, COLOURS, strict=False):
        _line(drawn, line, colour)
    drawn.update_yaxes(type="log", exponentformat="power", dtick=_decades(found))
    if max((line.norms.shape[1] for line in found.lines), default=0) <= FEW_STEPS:
        drawn.update_xaxes(dtick=1)  # there is no step 1.5
    return drawn


def _line(drawn: go.Figure, line: Reach, colour: str) -> None:
    steps = np.arange(1, line.norms.shape[1] + 1)
    if len(line.norms) > 1:
        low, high = _seen(line.norms.min(0)), _seen(line.norms.max(0))
        drawn.add_trace(
            go.Scatter(
                x=np.concatenate([steps, steps[::-1]]),
                y=np.concatenate([high, low[::-1]]),
                fill="toself",
                line={"width": 0, "color": colour},
                opacity=0.18,
                hoverinfo="skip",
                showlegend=False,
                legendgroup=line.label,
            )
        )
    common = {"mode": "lines", "legendgroup": line.label}
    label = plain(line.label)
    middle = _seen(np.median(line.norms, axis=0))
    hover = f"{label}, step %{{x}}: %{{y:.2g}}<extra></extra>"
    drawn.add_trace(
        go.Scatter(x=steps, y=middle, name=label, line={"color": colour, "width": 2.5}, hovertemplate=hover, **common)
    )
    if line.cell.shape[1]:
        dotted = {"color": colour, "width": 1.5, "dash": "dot"}
        cells = _seen(np.median(line.cell, axis=0))
        drawn.add_trace(go.Scatter(x=steps, y=cells, name=f"{label}: c", line=dotted, showlegend=False, **common))
    if float(np.median(line.factor)) < 1:
        dashed = {"color": colour, "width": 1.5, "dash": "dash"}
        clipped = _seen(np.median(line.norms * line.factor[:, None], axis=0))
        drawn.add_trace(
            go.Scatter(x=steps, y=clipped, name=f"{label}: clipped", line=dashed, showlegend=False, **common)
        )


def _seen(values: Float[np.ndarray, " steps"]) -> Float[np.ndarray, " steps"]:
    """What a logarithmic axis can show; nothing where it is 0."""
    return np.where(values > 0, np.maximum(values, FAINTEST), np.nan)


def _decades(found: Reaches) -> int:
    """Powers of ten between two ticks, so that there are about eight."""
    values = [line.norms[line.norms > FAINTEST] for line in found.lines]
    known = np.concatenate(values) if values else np.zeros(0)
    if not len(known):
        return 1
    return max(1, int(np.ceil((np.log10(known.max()) - np.log10(known.min())) / 8)))


def term_norms(found: Bars) -> go.Figure:
    """How long the term of each step is."""
    drawn = go.Figure(layout=layout("step t", f"norm of the term of {found.matrix}", bargap=0.15))
    drawn.add_trace(_bars(found.norms, found.tokens, theme.GRADIENT, "norm"))
    drawn.update_xaxes(range=[0.4, len(found.tokens) + 0.6], tickformat="d")
    return drawn


def entry_bars(found: Bars, row: int, column: int) -> go.Figure:
    """What each step adds to one entry of the gradient, the sum up to there, and what autograd says of the whole."""
    terms = found.terms[:, row, column]
    heading = layout("step t", f"∂L/∂{found.matrix}[{row + 1}, {column + 1}]", showlegend=True, legend=legend_above())
    drawn = go.Figure(layout=heading)
    drawn.update_layout(margin={"t": LEGEND_ROOM}, bargap=0.15)
    drawn.add_trace(_bars(terms, found.tokens, theme.CLASSES[0], "term of the step"))
    places = list(range(1, len(terms) + 1))
    running = list(accumulate(map(float, terms)))
    drawn.add_trace(
        go.Scatter(
            x=places,
            y=running,
            mode="lines+markers",
            line={"color": theme.CLASSES[1], "width": 2, "shape": "hv"},
            marker={"size": 4},
            name="sum so far",
            hovertemplate="up to step %{x}: %{y:.3g}<extra></extra>",
        )
    )
    whole = float(found.autograd[row, column])
    line = {"color": theme.NEUTRAL, "width": 1.5, "dash": "dash"}
    ends = [0.5, len(terms) + 0.5]
    drawn.add_trace(go.Scatter(x=ends, y=[whole, whole], mode="lines", line=line, name="autograd"))
    _ticks(drawn, found.tokens)
    return drawn


def cut_bars(found: Cut) -> go.Figure:
    """What each step adds to the gradient of W_hh, whole and truncated; lines where chunks begin."""
    heading = layout("step t", "share of the whole gradient", showlegend=True, legend=legend_above())
    drawn = go.Figure(layout=heading)
    drawn.update_layout(margin={"t": LEGEND_ROOM}, bargap=0.15, barmode="group")
    drawn.add_trace(_bars(found.whole, found.tokens, theme.NEUTRAL, "whole"))
    drawn.add_trace(_bars(found.cut, found.tokens, theme.CLASSES[5], f"truncated, chunks of {found.chunk}"))
    for begins in range(found.chunk, len(found.tokens), found.chunk):
        drawn.add_vline(x=begins + 0.5, line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"})
    _ticks(drawn, found.tokens)
    return drawn


def chunk_curves(found: Cut) -> go.Figure:
    """Direction and length of the truncated gradient beside the whole one, over the chunk length."""
    drawn = go.Figure(
        layout=layout("chunk length", "beside the whole gradient", showlegend=True, legend=legend_above())
    )
    drawn.update_layout(margin={"t": LEGEND_ROOM})
    for name, values, colour in (
        ("cosine of the angle", found.cosine, theme.CLASSES[0]),
        ("length as a share", found.length, theme.CLASSES[1]),
    ):
        line = {"color": colour, "width": 2}
        drawn.add_trace(go.Scatter(x=found.chunks, y=values, mode="lines+markers", name=name, line=line))
    drawn.add_hline(y=1, line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"})
    drawn.add_vline(x=found.chunk, line={"color": theme.NEUTRAL, "width": 1, "dash": "dot"})
    drawn.update_xaxes(type="log", tickvals=found.chunks, ticktext=[str(chunk) for chunk in found.chunks])
    return drawn


def _bars(values: Float[np.ndarray, " steps"], tokens: tuple[str, ...], colour: str, name: str) -> go.Bar:
    return go.Bar(
        x=list(range(1, len(values) + 1)),
        y=values,
        marker={"color": colour},
        name=name,
        customdata=[plain(visible(token)) for token in tokens],
        hovertemplate=f"step %{{x}} (%{{customdata}}): %{{y:.3g}}<extra>{name}</extra>",
    )


def _ticks(drawn: go.Figure, tokens: tuple[str, ...]) -> None:
    every = -(-len(tokens) // 16)
    places = list(range(1, len(tokens) + 1))[::every]
    names = [f"{place} {plain(visible(tokens[place - 1]), 8)}" for place in places]
    drawn.update_xaxes(tickvals=places, ticktext=names, tickfont={"size": 10}, range=[0.4, len(tokens) + 0.6])
    drawn.update_xaxes(tickangle=-60)
    drawn.update_layout(margin={"b": UPRIGHT})
