"""Classifiers from few labels, and with a rare class."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above, plain
from engine.labs.transformer.results import Balanced, FewLabelled

LINES = (
    {"color": theme.CLASSES[0], "dash": "solid"},
    {"color": theme.CLASSES[0], "dash": "dot"},
    {"color": theme.CLASSES[1], "dash": "solid"},
    {"color": theme.CLASSES[1], "dash": "dot"},
    {"color": theme.NEUTRAL, "dash": "dash"},
)


def few_figure(found: FewLabelled) -> go.Figure:
    """Accuracy over the number of labels: a line for each method at the mean, a dot for each seed."""
    figure = go.Figure(
        layout=layout(
            "labelled texts", "accuracy on held-out texts", showlegend=True, legend=legend_above(), margin={"t": 70}
        )
    )
    x = np.array(found.counts, float)
    for row, name in enumerate(found.methods):
        known = np.isfinite(found.accuracy[row]).any(1)
        means = [float(np.nanmean(values)) for values in found.accuracy[row][known]]
        columns, seeds = np.nonzero(np.isfinite(found.accuracy[row]))
        line = {**LINES[row % len(LINES)], "width": 2}
        figure.add_trace(
            go.Scatter(
                x=x[columns] * (1 + 0.02 * (row - 2)),
                y=found.accuracy[row, columns, seeds],
                mode="markers",
                marker={
                    "color": line["color"],
                    "size": 6,
                    "opacity": 0.4,
                    "symbol": "circle" if row % 2 == 0 else "diamond",
                },
                hovertemplate=f"{name}<br>%{{x:.0f}} labels: %{{y:.1%}}<extra></extra>",
                showlegend=False,
                name=f"{name}, each seed",
            )
        )
        figure.add_trace(go.Scatter(x=x[known], y=means, mode="lines", line=line, name=name, hoverinfo="skip"))
    figure.add_hline(y=0.5, line={"dash": "dot", "color": theme.NEUTRAL, "width": 1})
    figure.update_xaxes(type="log", tickvals=list(found.counts), ticktext=[f"{count:,}" for count in found.counts])
    figure.update_yaxes(tickformat=".0%", range=[0.38, 1.02])
    return figure


def balance_figure(found: Balanced) -> go.Figure:
    """The share of each class that is recognised, method by method: bars at the mean, a dot for each seed."""
    figure = go.Figure(
        layout=layout("", "recognised", showlegend=True, legend=legend_above(), margin={"t": 40, "b": 88})
    )
    places = np.arange(len(found.methods))
    for side, (name, count) in enumerate(zip(found.classes, found.labels, strict=True)):
        values = found.recall[:, side]
        known = np.isfinite(values).any(1)
        means = [float(np.nanmean(row)) if is_known else None for row, is_known in zip(values, known, strict=True)]
        colour = theme.CLASSES[side]
        at = places + (side - 0.5) * 0.36
        said = f"{plain(name)} ({count} labels)"
        figure.add_trace(
            go.Bar(
                x=at,
                y=means,
                width=0.34,
                marker={"color": colour},
                name=said,
                hovertemplate=f"{said}: %{{y:.1%}}<extra></extra>",
            )
        )
        rows, seeds = np.nonzero(np.isfinite(values))
        figure.add_trace(
            go.Scatter(
                x=at[rows],
                y=values[rows, seeds],
                mode="markers",
                marker={"color": theme.NEUTRAL, "size": 6},
                showlegend=False,
                hoverinfo="skip",
                name=f"{name}, each seed",
            )
        )
    figure.update_xaxes(
        tickvals=places,
        ticktext=[name.replace(" and ", "<br>and ") for name in found.methods],
        tickangle=-35,
        ticklabeloverflow="allow",
        showgrid=False,
    )
    figure.update_yaxes(tickformat=".0%", range=[0, 1.04])
    return figure
