"""A network unrolled: what goes in, the state, what comes out."""

import plotly.graph_objects as go

from charts import theme
from charts.live import layout, plain
from charts.sequences.pictures import visible
from engine.labs.recurrent.results.reading import Reading

RIGHT, WRONG = theme.CLASSES[2], theme.CLASSES[5]
BELOW, STATE, ABOVE = 0.0, 1.0, 2.0
MOST = 24
"""Steps that are drawn."""


def unrolled_diagram(reading: Reading) -> go.Figure:
    """A column for each step that is not padding."""
    steps = [place for place, token in enumerate(reading.tokens) if token != "<pad>"][:MOST]
    drawn = go.Figure(layout=layout("", "", margin={"l": 60, "r": 12, "t": 26, "b": 26}))
    x = list(range(len(steps)))
    answers = _answers(reading, steps)
    edges: list[tuple[float, float, float, float]] = [(at, BELOW, at, STATE) for at in x]
    edges += [(at, STATE, at + 1, STATE) for at in x[:-1]]
    edges += [(at, STATE, at, ABOVE) for at, (_, want) in enumerate(answers) if want]
    for x0, y0, x1, y1 in edges:
        gap = 0.16
        dx, dy = (gap, 0.0) if y0 == y1 else (0.0, gap)
        drawn.add_annotation(
            x=x1 - dx,
            y=y1 - dy,
            ax=x0 + dx,
            ay=y0 + dy,
            xref="x",
            yref="y",
            axref="x",
            ayref="y",
            text="",
            showarrow=True,
            arrowhead=2,
            arrowwidth=1.2,
            arrowcolor=theme.NEUTRAL,
        )
    _row(drawn, x, BELOW, [theme.CLASSES[0]] * len(x), [plain(visible(reading.tokens[s]), 8) for s in steps], "bottom")
    _row(drawn, x, STATE, [theme.CLASSES[1]] * len(x), [""] * len(x), "middle")
    colours = [theme.NEUTRAL if not want else RIGHT if want == got else WRONG for got, want in answers]
    names = [plain(visible(got), 12) if want else "" for got, want in answers]
    _row(drawn, x, ABOVE, colours, names, "top", hollow=[not want for _, want in answers])
    drawn.update_xaxes(visible=False, range=[-0.6, max(len(x) - 0.4, 2.6)])
    drawn.update_yaxes(
        tickvals=[BELOW, STATE, ABOVE], ticktext=["read", "state h", "answer"], range=[-0.55, 2.6], showgrid=False
    )
    return drawn


def _answers(reading: Reading, steps: list[int]) -> list[tuple[str, str]]:
    """(what the network says, what is asked for or empty) of each step."""
    said = [answer for answer, _ in reading.likeliest]
    if len(reading.seen.answers) == len(reading.tokens):
        return [(said[step], reading.asked[step]) for step in steps]
    return [*(("", "") for _ in steps[:-1]), (said[-1], reading.asked[-1])]


def _row(
    drawn: go.Figure,
    x: list[int],
    y: float,
    colours: list[str],
    names: list[str],
    place: str,
    hollow: list[bool] | None = None,
) -> None:
    symbols = ["circle-open" if empty else "circle" for empty in hollow or [False] * len(x)]
    drawn.add_trace(
        go.Scatter(
            x=x,
            y=[y] * len(x),
            mode="markers+text",
            marker={"size": 15, "color": colours, "symbol": symbols},
            text=names,
            textposition="top center" if place == "top" else "bottom center",
            hoverinfo="skip",
        )
    )
