"""Who looks at whom: the tokens twice, a band from each query to each key as thick as its weight."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, plain
from engine.labs.attention.tokens import short

THICK = 0.8
"""Of the room of a token: how thick a band of weight 1 is."""
LEAST = 0.004
"""A thinner band is left out: it would not be seen."""
FAINT = "rgba(128,128,128,0.16)"
HIT = 26
"""Pixels around a token in which the pointer finds it."""
BENDS = np.linspace(0.0, 1.0, 11)
"""Places along a band, from the query to the key."""


def looks_height(tokens: int) -> int:
    """Pixels."""
    return 44 + 29 * tokens


def looks_figure(
    weights: Float[np.ndarray, "tokens tokens"], tokens: Sequence[str], query: int, removed: Sequence[int] = ()
) -> go.Figure:
    """All bands faintly, those of ``query`` strongly; the pointer on a token shows its own instead.

    A trace with ``meta.lit`` is shown while the pointer is on a point whose ``customdata`` is the same.
    """
    count = len(tokens)
    names = [plain(short(token)) for token in tokens]
    blank = {"visible": False, "fixedrange": True}
    figure = go.Figure(
        layout=layout(
            "",
            "",
            margin={"l": 4, "r": 4, "t": 26, "b": 4},
            xaxis={**blank, "range": [-0.42, 1.42]},
            yaxis={**blank, "range": [count - 0.4, -0.6]},
        )
    )
    everyone = [(i, j) for i in range(count) for j in range(count)]
    _bands(figure, weights, everyone, "all", FAINT, 1.0, None)
    for i in range(count):
        shown = 1.0 if i == query else 0.0
        _bands(figure, weights, [(i, j) for j in range(count)], f"from {i + 1}", theme.GRADIENT, shown, f"q{i}")
    for j in range(count):
        _bands(figure, weights, [(i, j) for i in range(count)], f"to {j + 1}", theme.POSITIVE, 0.0, f"k{j}")
    for side, letter, at in ((0, "q", "middle left"), (1, "k", "middle right")):
        texts = [f"<b>{name}</b>" if side == 0 and place == query else name for place, name in enumerate(names)]
        if side:
            texts = [f"<s>{text}</s>" if place in removed else text for place, text in enumerate(texts)]
        figure.add_trace(
            go.Scatter(
                x=[side] * count,
                y=list(range(count)),
                mode="markers+text",
                text=texts,
                textposition=at,
                textfont={"size": 13},
                marker={"size": 7, "color": theme.GRADIENT if side == 0 else theme.POSITIVE},
                hoverinfo="skip",
                name="queries" if side == 0 else "keys",
            )
        )
        figure.add_trace(_told(weights, names, side, letter))
    for x, anchor, text in ((0, "right", "looks (query)"), (1, "left", "is looked at (key)")):
        figure.add_annotation(
            x=x, y=0, yshift=26, text=text, showarrow=False, xanchor=anchor, font={"size": 11, "color": theme.NEUTRAL}
        )
    return figure


def _bands(
    figure: go.Figure,
    weights: Float[np.ndarray, "tokens tokens"],
    pairs: Sequence[tuple[int, int]],
    name: str,
    colour: str,
    opacity: float,
    lit: str | None,
) -> None:
    outlines: list[tuple[np.ndarray, np.ndarray]] = []
    ease = BENDS * BENDS * (3 - 2 * BENDS)
    for i, j in pairs:
        half = THICK * float(weights[i, j]) / 2
        if 2 * half < LEAST:
            continue
        middle = i + (j - i) * ease
        outlines.append((np.r_[BENDS, BENDS[::-1], np.nan], np.r_[middle - half, (middle + half)[::-1], np.nan]))
    x, y = np.concatenate(outlines, axis=1).astype(np.float32) if outlines else np.zeros((2, 0), np.float32)
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            fill="toself",
            fillcolor=colour,
            line={"width": 0.5, "color": colour},
            opacity=opacity,
            hoverinfo="skip",
            name=name,
            meta={"lit": lit} if lit else None,
        )
    )


def _told(weights: Float[np.ndarray, "tokens tokens"], names: Sequence[str], side: int, letter: str) -> go.Scatter:
    """What is not seen, where the pointer finds a token and its word."""
    count = len(names)
    said = [
        f"{names[place]} {'looks at' if side == 0 else 'is looked at by'}<br>"
        + "<br>".join(f"{names[other]}: {values[other]:.1%}" for other in np.argsort(-values, kind="stable"))
        for place, values in enumerate(weights if side == 0 else weights.T)
    ]
    spread = (0.0, -0.12, -0.24) if side == 0 else (1.0, 1.12, 1.24)
    return go.Scatter(
        x=[at for at in spread for _ in range(count)],
        y=list(range(count)) * len(spread),
        mode="markers",
        marker={"size": HIT, "opacity": 0},
        customdata=[f"{letter}{place}" for place in range(count)] * len(spread),
        hovertext=said * len(spread),
        hoverinfo="text",
        name="pointer on queries" if side == 0 else "pointer on keys",
    )


def token_at(x: float, y: float, tokens: int) -> tuple[str, int] | None:
    """("query" or "key", its place from 0) at a place in the picture; None between the sides."""
    place = round(y)
    if not 0 <= place < tokens or 0.2 < x < 0.8:
        return None
    return ("query" if x <= 0.2 else "key"), place
