"""What comes next."""

import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above, plain
from charts.sequences.pictures import visible
from engine.labs.recurrent.results.next_token import Continued, Following

FIT = 40
"""Tokens of a text that are named under their bars."""


def next_bars(found: Following) -> go.Figure:
    """The likeliest tokens: the network's own probability, and the one with which each would be chosen."""
    drawn = go.Figure(layout=layout("probability of being next", "", showlegend=True, legend=legend_above()))
    drawn.update_layout(margin={"l": 84, "t": 30}, bargap=0.2, barmode="overlay")
    places = list(range(len(found.tokens)))
    names = [plain(visible(token), 14) for token in found.tokens]
    common = {"y": places, "orientation": "h", "customdata": names}
    hover = "%{customdata}: %{x:.3f}<extra></extra>"
    drawn.add_trace(
        go.Bar(x=found.chosen, marker={"color": theme.CLASSES[1]}, name="chosen with", hovertemplate=hover, **common)
    )
    drawn.add_trace(
        go.Bar(
            x=found.own,
            marker={"color": theme.CLASSES[0]},
            width=0.34,
            name="the network's own",
            hovertemplate=hover,
            **common,
        )
    )
    drawn.update_yaxes(tickvals=places, ticktext=names, range=[len(places) - 0.4, -0.6], showgrid=False)
    drawn.update_xaxes(rangemode="tozero")
    return drawn


def written_bars(found: Continued) -> go.Figure:
    """How likely the network took each token to be that was written."""
    drawn = go.Figure(layout=layout("", "its probability", margin={"t": 8, "b": 60}))
    places = list(range(1, len(found.tokens) + 1))
    names = [plain(visible(token), 12) for token in found.tokens]
    drawn.add_trace(
        go.Bar(
            x=places,
            y=found.own,
            marker={"color": theme.CLASSES[0]},
            customdata=names,
            hovertemplate="%{customdata}: %{y:.3f}<extra></extra>",
        )
    )
    every = max(1, -(-len(places) // FIT))
    tight = {"tickfont": {"size": 10}, "tickangle": 0 if max(map(len, names), default=0) < 3 else -60}
    drawn.update_xaxes(tickvals=places[::every], ticktext=names[::every], **tight)
    drawn.update_yaxes(range=[0, 1.02])
    return drawn
