"""What the network would say if it stopped after each block."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, plain
from engine.labs.transformer.results import Shown, Stream

WRITTEN = 40
"""More answers than this are not written into their cells."""
COLUMNS_NAMED = 26
"""Names that stand beside each other on a phone; of more columns every so many is named, and the pointer tells of each."""
ROW = 42


def state_names(states: int) -> list[str]:
    """``embeddings``, ``after block 1``, ..."""
    return ["embeddings", *(f"after block {place}" for place in range(1, states))]


def lens_height(shown: Shown) -> int:
    """Pixels."""
    return 110 + ROW * len(shown.guesses)


def lens_figure(shown: Shown) -> go.Figure:
    """A row for each state, a column for each place that answers: the guess, and how likely the right answer is.

    Where no right answer is known, the colour is how likely the guess is.
    """
    states = state_names(len(shown.guesses))
    asked = [place for place, name in enumerate(shown.asked) if name] or list(range(len(shown.guesses[0])))
    known = not np.isnan(shown.right[:, asked]).all()
    values = (shown.right if known else shown.sureness)[:, asked]
    tokens = shown.answered
    columns = [f"{plain(tokens[p], 10)}<br><b>{plain(shown.asked[p], 10)}</b>" for p in asked]
    guesses = [[plain(row[p], 10) for p in asked] for row in shown.guesses]
    told = [
        [
            f"{states[s]}<br>it would answer {guesses[s][k]} ({shown.sureness[s, p]:.1%})"
            + (f"<br>right: {plain(shown.asked[p], 10)} ({shown.right[s, p]:.1%})" if known else "")
            for k, p in enumerate(asked)
        ]
        for s in range(len(states))
    ]
    figure = go.Figure(layout=layout("", "", margin={"l": 108, "t": 56, "r": 8, "b": 6}, meta={"sparse": True}))
    figure.add_trace(
        go.Heatmap(
            z=values,
            zmin=0,
            zmax=1,
            colorscale=theme.value_scale(),
            xgap=1,
            ygap=1,
            customdata=told,
            hovertemplate="%{customdata}<extra></extra>",
            colorbar={
                "thickness": 10,
                "tickformat": ".0%",
                "title": {"text": "P(right)" if known else "P(guess)", "side": "right"},
            },
            name="probability",
        )
    )
    if len(asked) <= WRITTEN:
        # Short answers first: on a narrow page a long one, such as <eos>, gives way to its neighbours.
        cells = [(row, column) for row in range(len(states)) for column in range(len(asked))]
        cells.sort(key=lambda cell: len(guesses[cell[0]][cell[1]]))
        figure.add_trace(
            go.Scatter(
                x=[column for _, column in cells],
                y=[row for row, _ in cells],
                mode="text",
                text=[guesses[row][column] for row, column in cells],
                textfont={
                    "size": 13 if len(asked) < 26 else 10,
                    "color": ["#FFFFFF" if values[cell] < 0.55 else "#1A1A1A" for cell in cells],
                },
                hoverinfo="skip",
                name="guesses",
            )
        )
    every = -(-len(asked) // COLUMNS_NAMED)
    ticks = {"tickvals": list(range(0, len(asked), every)), "ticktext": columns[::every]}
    figure.update_xaxes(side="top", tickangle=0, showgrid=False, **ticks)
    figure.update_yaxes(
        tickvals=list(range(len(states))), ticktext=states, range=[len(states) - 0.5, -0.5], showgrid=False
    )
    return figure


def stream_figure(found: Stream, unit: str) -> go.Figure:
    """The validation loss of what each state would answer."""
    states = state_names(len(found.loss))
    figure = go.Figure(layout=layout("", f"validation loss ({unit})", margin={"b": 60}))
    figure.add_trace(
        go.Scatter(
            x=states,
            y=found.loss,
            mode="lines+markers",
            line={"color": theme.CLASSES[0], "width": 2},
            marker={"size": 9},
            customdata=found.score,
            hovertemplate="%{x}<br>loss %{y:.3f}<extra></extra>",
            name="loss",
        )
    )
    figure.update_yaxes(rangemode="tozero")
    return figure
