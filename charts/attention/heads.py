"""What each of several heads brings to one token's output."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from engine.labs.attention.results.heads import Heads


def shares_figure(found: Heads, i: int) -> go.Figure:
    """Bars of every head's part of each number of the output of token ``i`` (from 0), and their sum as a mark."""
    width = found.output.shape[1]
    figure = go.Figure(
        layout=layout("dimension of the output", "added by the head", showlegend=True, legend=legend_above())
    )
    figure.update_layout(barmode="relative", margin={"t": 44})
    places = np.arange(1, width + 1)
    for place, part in enumerate(found.parts):
        marker = {"color": theme.CLASSES[place % len(theme.CLASSES)]}
        figure.add_trace(go.Bar(x=places, y=part[i], name=f"head {place + 1}", marker=marker))
    figure.add_trace(
        go.Scatter(
            x=places,
            y=found.output[i],
            mode="markers",
            name="output",
            marker={"symbol": "line-ew-open", "size": 22, "color": theme.NEUTRAL, "line": {"width": 3}},
        )
    )
    figure.update_xaxes(dtick=1)
    return figure
