"""At which length each cell stops learning."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from charts.recurrent.gradients import COLOURS
from engine.labs.recurrent.results.lengths import Search, Trial

SYMBOLS = {"learned": "circle", "not learned": "circle-open", "diverged": "x"}
SPREAD = 0.16
"""How far apart the cells' marks of one length stand, as a share of the way to the next."""


def scores_figure(found: Search) -> go.Figure:
    """The score of every run, and for each cell the median over the seeds that were tried."""
    title = "accuracy" if found.score == "accuracy" else "R²"
    heading = layout("length", f"{title} on examples held back", showlegend=True, legend=legend_above())
    drawn = go.Figure(layout=heading)
    drawn.update_layout(margin={"t": 48})
    for place, (cell, colour) in enumerate(zip(found.cells, COLOURS, strict=False)):
        aside = SPREAD * (place - (len(found.cells) - 1) / 2)
        tried = [trial for trial in found.trials if trial.cell == cell and trial.outcome != "not tried"]
        middle = [
            (at, float(np.median(scores)))
            for at, length in enumerate(found.lengths)
            if (scores := [_score(trial) for trial in tried if trial.length == length])
        ]
        line = {"color": colour, "width": 2}
        x, y = [at + aside for at, _ in middle], [score for _, score in middle]
        drawn.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, name=cell, legendgroup=cell, hoverinfo="skip"))
        drawn.add_trace(
            go.Scatter(
                x=[found.lengths.index(trial.length) + aside for trial in tried],
                y=[_score(trial) for trial in tried],
                mode="markers",
                marker={"color": colour, "size": 9, "symbol": [SYMBOLS[trial.outcome] for trial in tried]},
                showlegend=False,
                legendgroup=cell,
                customdata=[_said(trial) for trial in tried],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    drawn.add_hline(y=found.threshold, line={"dash": "dash", "width": 1, "color": theme.NEUTRAL})
    drawn.update_xaxes(
        tickvals=list(range(len(found.lengths))),
        ticktext=[str(length) for length in found.lengths],
        range=[-0.5, len(found.lengths) - 0.5],
    )
    drawn.update_yaxes(range=[-0.08, 1.06])
    return drawn


def _score(trial: Trial) -> float:
    """R² may lie far below 0: drawn at the axis."""
    return max(trial.score, -0.05) if np.isfinite(trial.score) else -0.05


def _said(trial: Trial) -> str:
    score = f"{trial.score:.3f}" if np.isfinite(trial.score) else "no number"
    return (
        f"{trial.cell}, length {trial.length}, seed {trial.seed + 1}: {trial.outcome}, {score}<br>"
        f"{trial.updates} updates, {trial.seconds:.1f} s"
    )


def longest_figure(found: Search) -> go.Figure:
    """The longest length up to which each seed of each cell learned every one."""
    drawn = go.Figure(layout=layout("longest length learned", "", margin={"l": 132, "b": 44, "r": 24}))
    stops = (0, *found.lengths)
    for cell, colour in zip(found.cells, COLOURS, strict=False):
        reached = [found.longest(cell, seed) for seed in range(found.seeds)]
        places = [stops.index(length) for length in reached]
        span = {"color": colour, "width": 6}
        drawn.add_trace(
            go.Scatter(
                x=[min(places), max(places)], y=[cell, cell], mode="lines", line=span, opacity=0.35, hoverinfo="skip"
            )
        )
        drawn.add_trace(
            go.Scatter(
                x=places,
                y=[cell] * len(places),
                mode="markers",
                marker={"color": colour, "size": 11, "opacity": 0.75},
                customdata=[f"{cell}, seed {seed + 1}: {length}" for seed, length in enumerate(reached)],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
        middle = [float(np.median(places))]
        bar = {"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": colour}}
        drawn.add_trace(go.Scatter(x=middle, y=[cell], mode="markers", marker=bar, hoverinfo="skip"))
    names = ["none", *map(str, found.lengths)]
    drawn.update_xaxes(tickvals=list(range(len(stops))), ticktext=names, range=[-0.3, len(stops) - 0.7])
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    return drawn


def longest_height(found: Search) -> int:
    """Pixels of that picture."""
    return 60 + 40 * len(found.cells)
