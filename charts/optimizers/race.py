"""Paths of a race, played over time, and f over the steps."""

from collections.abc import Sequence
from typing import Any

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
    """Every path on the surface, from above or ``solid``, with a button to play ``race_frames`` and a slider over them."""
    figure = landscape(ground) if solid else from_above(ground, margin={"t": 56, "b": 96})
    for trace in _racers(ground, paths, steps, solid, most=400):
        figure.add_trace(trace)
    _add_player(figure, steps, solid)
    return figure


def race_frames(
    figure: go.Figure, ground: Ground, paths: Sequence[Path], steps: int, solid: bool = False
) -> list[dict[str, Any]]:
    """What ``figure`` shows of the race at each moment: plain, as Plotly would look at every number of it for 0.1 s."""
    count = len(figure.data)
    numbered = list(range(count - 2 * len(paths), count))
    frames = []
    for moment in _moments(steps):
        traces = _racers(ground, paths, moment, solid, most=IN_A_FRAME if moment < steps else 400)
        moving = [{key: trace[key] for key in MOVING if key in trace} for trace in traces]
        frames.append({"name": str(moment), "data": moving, "traces": numbered})
    return frames


def _racers(ground: Ground, paths: Sequence[Path], upto: int, solid: bool, most: int) -> list[dict[str, Any]]:
    """The line of each racer, then the ball of each, after ``upto`` steps."""
    lines = [path_trace(ground, path, colour_of(i), upto, solid, most) for i, path in enumerate(paths)]
    return lines + [head_trace(ground, path, colour_of(i), upto, solid) for i, path in enumerate(paths)]


def _moments(steps: int) -> list[int]:
    return [int(moment) for moment in np.unique(np.linspace(0, steps, min(FRAMES, steps) + 1).astype(int))]


def _add_player(figure: go.Figure, steps: int, solid: bool) -> None:
    """The button and the slider."""
    moments = _moments(steps)
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
                "x": 0.4,  # on a phone the buttons take a third
                "len": 0.6,
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
