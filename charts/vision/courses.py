"""Scores of networks over their epochs, side by side."""

import numpy as np
import plotly.graph_objects as go

from charts.live import layout, legend_above, plain
from charts.vision.gallery import ANSWERS
from engine.labs.vision.heads.results import Known

MOST = 1.02


def courses_figure(known: Known, name: str, title: str, *, is_share: bool = True) -> go.Figure:
    """A score on the validation pictures over the epochs: a line for each seed, a colour for each network."""
    figure = go.Figure(layout=layout("epoch", title, showlegend=len(known.labels) > 1, margin={"t": 34}))
    figure.update_layout(legend=legend_above())
    for place, label in enumerate(known.labels):
        for number, course in enumerate(known.of(label)):
            values = course.scores[:, course.names.index(name)]
            figure.add_trace(
                go.Scatter(
                    x=course.epoch,
                    y=np.where(np.isfinite(values), values, np.nan),
                    mode="lines+markers",
                    line={"color": ANSWERS[place % len(ANSWERS)], "width": 2},
                    marker={"size": 4},
                    name=plain(label),
                    legendgroup=label,
                    showlegend=number == 0,
                    hovertemplate="epoch %{x:.3g}: %{y:.3f}<extra>" + plain(label) + "</extra>",
                )
            )
    figure.update_yaxes(**({"range": [0, MOST]} if is_share else {"rangemode": "tozero"}))
    return figure
