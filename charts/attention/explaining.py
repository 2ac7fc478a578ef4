"""What attention says beside what leaving a word out does."""

import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above, plain
from engine.labs.attention.results.explanation import Answered, Explained

WEIGHT, OTHER, EFFECT = theme.CLASSES[2], theme.CLASSES[3], theme.CLASSES[5]


def sentence_figure(shown: Answered) -> go.Figure:
    """For every word of a sentence: its weight, its weight in the other map, and the change when it is left out."""
    figure = go.Figure(layout=layout("", "share, or change of p", showlegend=True, legend=legend_above()))
    figure.update_layout(margin={"t": 40, "b": 56})
    places = list(range(1, len(shown.words) + 1))
    for values, name, colour in (
        (shown.weights, "attention weight", WEIGHT),
        (shown.other, "other weights, same answer", OTHER),
        (shown.effect, "change of p when left out", EFFECT),
    ):
        figure.add_trace(go.Bar(x=places, y=values, name=name, marker={"color": colour}))
    words = [plain(word) for word in shown.words]
    words[shown.deciding] = f"<b>{words[shown.deciding]}</b>"
    figure.update_xaxes(tickvals=places, ticktext=words, tickangle=-45, showgrid=False)
    figure.update_yaxes(range=[0, 1.02])
    return figure


def seeds_figure(kinds: tuple[Explained, ...]) -> go.Figure:
    """Where the word that decides has the largest weight, and where leaving it out changes most: a dot for each seed."""
    figure = go.Figure(layout=layout("", "share of sentences", showlegend=True, legend=legend_above()))
    figure.update_layout(margin={"t": 40})
    for offset, (name, colour) in zip(
        (-0.14, 0.14), (("largest weight", WEIGHT), ("largest change when left out", EFFECT)), strict=True
    ):
        values = [kind.found_by_weight if offset < 0 else kind.found_by_effect for kind in kinds]
        figure.add_trace(
            go.Scatter(
                x=[place + offset for place, each in enumerate(values) for _ in each],
                y=[float(value) for each in values for value in each],
                mode="markers",
                marker={"size": 12, "color": colour, "opacity": 0.7},
                name=f"the deciding word has the {name}",
            )
        )
    figure.update_xaxes(
        tickvals=list(range(len(kinds))), ticktext=[kind.label for kind in kinds], range=[-0.5, len(kinds) - 0.5]
    )
    figure.update_yaxes(range=[-0.04, 1.06], tickformat=".0%")
    return figure
