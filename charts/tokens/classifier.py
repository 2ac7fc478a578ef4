"""What vectors are worth to a classifier."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.labs.tokens.results.ways import Ways

COLOURS = (theme.CLASSES[0], theme.CLASSES[1], theme.CLASSES[2])


def ways_figure(found: Ways) -> go.Figure:
    """Of each way the median over the seeds, and the band from the lowest to the highest."""
    figure = go.Figure(layout=layout("epoch", "held-out reviews right (%)", showlegend=True, margin={"t": 40}))
    for way, colour in zip(found.ways, COLOURS, strict=True):
        runs = [run for run in found.runs if run.way == way]
        if not runs:
            figure.add_trace(go.Scatter(x=[], y=[], name=way, line={"color": colour}))
            continue
        table = 100 * np.stack([run.held_out for run in runs])
        x = runs[0].epochs
        red, green, blue = theme.rgb(colour).astype(int)
        figure.add_trace(
            go.Scatter(
                x=[*x, *x[::-1]],
                y=[*table.max(axis=0), *table.min(axis=0)[::-1]],
                fill="toself",
                fillcolor=f"rgba({red},{green},{blue},0.13)",
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
                name=f"{way}, all seeds",
            )
        )
        figure.add_trace(go.Scatter(x=x, y=np.median(table, axis=0), name=way, line={"color": colour, "width": 2.5}))
    figure.add_hline(y=50, line={"dash": "dot", "width": 1, "color": theme.NEUTRAL})
    figure.update_yaxes(range=[35, 101])
    return figure


def ends_figure(found: Ways) -> go.Figure:
    """The end of every run: a column for each way, a line for each seed."""
    figure = go.Figure(layout=layout("", "held-out reviews right at the end (%)", xaxis={"type": "category"}))
    for seed in sorted({run.seed for run in found.runs}):
        runs = {run.way: 100 * float(run.held_out[-1]) for run in found.runs if run.seed == seed}
        figure.add_trace(
            go.Scatter(
                x=list(found.ways),
                y=[runs.get(way) for way in found.ways],
                mode="lines+markers",
                line={"color": theme.NEUTRAL, "width": 1},
                marker={"size": 9, "color": list(COLOURS)},
                name=f"seed {seed}",
            )
        )
    return figure
