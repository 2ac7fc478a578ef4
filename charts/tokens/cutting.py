"""Where tokenizers cut a sentence, and what their merges come to."""

from collections.abc import Sequence

import plotly.graph_objects as go

from charts import theme
from charts.live import layout, plain
from charts.tokens.signs import seen
from engine.labs.tokens.results.cutting import Candidate, Sizes
from engine.text.vocabulary import UNKNOWN, Encoded

SHADES = (theme.CLASSES[0], theme.CLASSES[1], theme.CLASSES[2], theme.CLASSES[3], theme.CLASSES[4])
"""Neighbouring tokens are told apart by them."""
LINES = (theme.CLASSES[0], theme.CLASSES[2], theme.CLASSES[1], theme.CLASSES[3])
"""One for each tokenizer."""
CAPS = (16, 64, 256, 1024, 4000)
"""Ticks of the axis of vocabulary sizes."""
SHOWN_CHARACTERS = 60
"""Of a sentence, in the picture of cuts."""


def cuts_figure(rows: Sequence[tuple[str, Encoded]]) -> go.Figure:
    """One bar of tokens for each tokenizer over the same characters: where one cuts and another does not."""
    labels = [label for label, _ in rows]
    figure = go.Figure(layout=layout("character of the sentence", "", barmode="overlay", margin={"l": 120, "t": 8}))
    figure.update_layout(uniformtext={"mode": "hide", "minsize": 8})
    for label, encoded in rows:
        spans = [span for span in enumerate(encoded.offsets) if span[1][0] < SHOWN_CHARACTERS]
        pieces = [seen(encoded.text[start:end]) for _, (start, end) in spans]
        said = [
            f"{plain(piece)}<br>{'unknown' if encoded.ids[n] == UNKNOWN else f'id {encoded.ids[n]:,}'}"
            for (n, _), piece in zip(spans, pieces, strict=True)
        ]
        figure.add_trace(
            go.Bar(
                orientation="h",
                y=[label] * len(spans),
                base=[start for _, (start, _) in spans],
                x=[end - start for _, (start, end) in spans],
                text=[plain(piece) for piece in pieces],
                texttemplate="%{text}",
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                textfont={"size": 11},
                marker={
                    "color": [
                        "rgba(127,127,127,0.12)" if encoded.ids[n] == UNKNOWN else _faint(SHADES[n % len(SHADES)])
                        for n, _ in spans
                    ],
                    "line": {"width": 1, "color": [SHADES[n % len(SHADES)] for n, _ in spans]},
                },
                hovertext=said,
                hovertemplate="%{hovertext}<extra></extra>",
                name=label,
            )
        )
    end = max((len(encoded.text) for _, encoded in rows), default=1)
    figure.update_xaxes(range=[0, min(end, SHOWN_CHARACTERS)], showgrid=False)
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=labels[::-1], showgrid=False)
    return figure


def _faint(colour: str) -> str:
    red, green, blue = theme.rgb(colour).astype(int)
    return f"rgba({red},{green},{blue},0.28)"


def candidates_figure(
    candidates: Sequence[Candidate], following: tuple[str, str] | None, *, by_score: bool
) -> go.Figure:
    """The pairs that have most of what is maximised; the one that is merged next stands out."""
    axis = "count(ab) / (count(a) count(b))" if by_score else "count(ab)"
    figure = go.Figure(layout=layout(axis, "", margin={"l": 110, "t": 8}))
    names = [f"{plain(seen(c.left))} + {plain(seen(c.right))}" for c in candidates]
    figure.add_trace(
        go.Bar(
            orientation="h",
            y=list(range(len(candidates))),
            x=[c.score if by_score else c.both for c in candidates],
            marker={"color": [theme.POSITIVE if (c.left, c.right) == following else theme.NEUTRAL for c in candidates]},
            customdata=[[name, c.both, c.lefts, c.rights, c.score] for name, c in zip(names, candidates, strict=True)],
            hovertemplate="%{customdata[0]}<br>together %{customdata[1]:,}, left %{customdata[2]:,}, right "
            "%{customdata[3]:,}<br>score %{customdata[4]:.3g}<extra></extra>",
        )
    )
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed")
    figure.update_xaxes(rangemode="tozero", exponentformat="power")
    return figure


def lengths_figure(points: Sequence[tuple[int, int]], made: int, tokens: int) -> go.Figure:
    """Tokens of the sentence over the merges made, and where the page stands."""
    figure = go.Figure(layout=layout("merges made", "tokens of the sentence"))
    figure.add_trace(
        go.Scatter(
            x=[at for at, _ in points],
            y=[count for _, count in points],
            mode="lines",
            line={"color": theme.CLASSES[0], "width": 2, "shape": "hv"},
            name="tokens",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[made], y=[tokens], mode="markers", marker={"size": 11, "color": theme.POSITIVE}, name="shown here"
        )
    )
    figure.update_yaxes(rangemode="tozero")
    return figure


def size_figure(found: Sizes, *, unknown: bool) -> go.Figure:
    """Each tokenizer over the size of its vocabulary: characters for each token, or the unknown share."""
    y = "unknown tokens (%)" if unknown else "characters per token"
    axis = {"type": "log", "tickvals": CAPS, "ticktext": [f"{cap:,}" for cap in CAPS]}
    figure = go.Figure(layout=layout("tokens in the vocabulary", y, showlegend=True, margin={"t": 40}, xaxis=axis))
    for line, colour in zip(found.lines, LINES, strict=False):
        figure.add_trace(
            go.Scatter(
                x=[point.size for point in line.points],
                y=[100 * point.unknown if unknown else point.per_token for point in line.points],
                mode="lines+markers",
                name=line.label,
                line={"color": colour, "width": 2},
                marker={"size": 6},
                customdata=[[point.cap] for point in line.points],
                hovertemplate=f"{line.label}<br>cap %{{customdata[0]:,}}, size %{{x:,}}<br>%{{y:.3g}}<extra></extra>",
            )
        )
    figure.update_yaxes(rangemode="tozero")
    return figure
