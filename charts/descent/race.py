"""A race of optimizers over several seeds."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.descent.results import RaceResult


def race_figure(found: RaceResult, unit: str, part: str) -> go.Figure:
    """Of each optimizer the median over the seeds, and the band from the lowest to the highest."""
    figure = go.Figure(
        layout=layout("step", f"{part} loss ({unit})", showlegend=True, margin={"t": 56}, yaxis={"type": "log"})
    )
    for place, name in enumerate(found.optimizers):
        colour = theme.CLASSES[place]
        runs = [run for run in found.runs if run.optimizer == name]
        if not runs:
            figure.add_trace(go.Scatter(x=[], y=[], name=name, line={"color": colour}))
            continue
        table = np.stack([run.train if part == "training" else run.validation for run in runs])
        there = np.isfinite(table).any(axis=0)  # at the others every seed had diverged
        x, table = runs[0].steps[there], table[:, there]
        low, median, high = np.nanmin(table, axis=0), np.nanmedian(table, axis=0), np.nanmax(table, axis=0)
        red, green, blue = theme.rgb(colour).astype(int)
        figure.add_trace(
            go.Scatter(
                x=[*x, *x[::-1]],
                y=[*high, *low[::-1]],
                fill="toself",
                fillcolor=f"rgba({red},{green},{blue},0.13)",
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
                name=f"{name}, all seeds",
            )
        )
        figure.add_trace(go.Scatter(x=x, y=median, name=name, line={"color": colour, "width": 2.5}))
    return figure


ACROSS = 4
"""So many names stand beside each other on a phone; more are turned, and need height."""


def finish_figure(found: RaceResult, losses: np.ndarray, unit: str, part: str) -> go.Figure:
    """The last loss of every run: a column for each optimizer, a line for each seed."""
    names = list(found.optimizers)
    figure = go.Figure(
        layout=layout(
            "",
            f"last {part} loss ({unit})",
            margin={"t": 16, "b": 76 if len(names) > ACROSS else 40},
            yaxis={"type": "log"},
            xaxis={"type": "category"},
        )
    )
    for place in range(losses.shape[1]):
        line = {"color": theme.CIVIDIS[2], "width": 1}
        y = [None if not np.isfinite(value) else float(value) for value in losses[:, place]]
        dots = {"size": 9, "color": [theme.CLASSES[k] for k in range(len(names))]}
        figure.add_trace(
            go.Scatter(x=names, y=y, mode="lines+markers", line=line, marker=dots, name=f"seed number {place + 1}")
        )
    return figure
