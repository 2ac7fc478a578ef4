"""Paths of a race, played over time, and f over the steps."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from charts.optimizers.ground import colour_of, from_above, head_trace, landscape, path_trace
from engine.labs.optimizers.results import Ground, Path

FRAMES = 40
"""Moments of a race that are played."""
MOVING = ("type", "x", "y", "z", "hovertext")
"""What a frame says of a trace: all else stays."""
IN_A_FRAME = 150
"""Places of a path that a frame draws at most."""


def race_figure(ground: Ground, paths: Sequence[Path], steps: int, solid: bool = False) -> go.Figure:
    """Every path on the surface, from above or ``solid``, with a button to play it and a slider over the steps."""
    figure = landscape(ground) if solid else from_above(ground, margin={"t": 56, "b": 96})
    first = len(figure.data)
    for index, path in enumerate(paths):
        figure.add_trace(path_trace(ground, path, colour_of(index), steps, solid))
    for index, path in enumerate(paths):
        figure.add_trace(head_trace(ground, path, colour_of(index), steps, solid))
    _play(figure, ground, paths, steps, first, solid)
    return figure


def _play(figure: go.Figure, ground: Ground, paths: Sequence[Path], steps: int, first: int, solid: bool) -> None:
    moments = [int(moment) for moment in np.unique(np.linspace(0, steps, min(FRAMES, steps) + 1).astype(int))]
    numbered = list(range(first, first + 2 * len(paths)))
    frames = []
    for moment in moments:
        most = IN_A_FRAME if moment < steps else 400
        lines = [path_trace(ground, path, colour_of(i), moment, solid, most) for i, path in enumerate(paths)]
        heads = [head_trace(ground, path, colour_of(i), moment, solid) for i, path in enumerate(paths)]
        moving = [{key: trace[key] for key in MOVING if key in trace} for trace in lines + heads]
        frames.append(go.Frame(name=str(moment), data=moving, traces=numbered))
    figure.frames = frames
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    playing = {"frame": {"duration": 70, "redraw": solid}, "transition": {"duration": 0}, "fromcurrent": True}
    buttons = [
        {"label": "Play", "method": "animate", "args": [None, {**playing, "mode": "immediate"}]},
        {"label": "Pause", "method": "animate", "args": [[None], at_once]},
    ]
    base = 0.0 if solid else -0.13
    menu = {
        "type": "buttons",
        "direction": "left",
        "x": 0,
        "y": base,
        "xanchor": "left",
        "yanchor": "top",
        "pad": {"t": 8},
    }
    figure.update_layout(
        updatemenus=[{**menu, "buttons": buttons, "showactive": False}],
        sliders=[
            {
                "active": len(moments) - 1,
                "x": 0.26,
                "len": 0.74,
                "y": base,
                "pad": {"t": 0},
                "currentvalue": {"prefix": "step ", "xanchor": "right"},
                "steps": [
                    {"label": str(moment), "method": "animate", "args": [[str(moment)], at_once]} for moment in moments
                ],
                "ticklen": 0,
                "minorticklen": 0,
                "font": {"size": 11},
            }
        ],
    )


def values_figure(paths: Sequence[Path], lowest: float, tolerance: float, above: str) -> go.Figure:
    """How far f is above the lowest value after every step, on a logarithmic scale, and the tolerance as a line."""
    figure = go.Figure(
        layout=layout(
            "step", above, showlegend=True, margin={"t": 40}, yaxis={"type": "log", "exponentformat": "power"}
        )
    )
    figure.update_layout(legend=legend_above())
    for index, path in enumerate(paths):
        gap = path.values - lowest
        with np.errstate(invalid="ignore"):
            shown = np.where((gap > 1e-16) & (gap < 1e12), gap, np.nan)
        figure.add_trace(
            go.Scatter(
                x=np.arange(len(gap)),
                y=shown,
                mode="lines",
                name=path.label,
                line={"color": colour_of(index), "width": 2},
            )
        )
    figure.add_hline(y=tolerance, line={"dash": "dot", "width": 1, "color": theme.RATIO})
    return figure
