"""Words in a plane, their neighbours, and what counting alone says of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, plain
from engine.labs.tokens.results.words import AnalogyTest, Comparison, Frame, Learned, Neighbour

LABELLED = 70
"""Words that are written beside their points; of more, the others are told by the pointer."""


def plane_figure(found: Learned, marked: Sequence[str]) -> go.Figure:
    """The words at the newest moment, along the two directions in which they spread most, with a slider over all moments."""
    frame = found.frames[-1]
    figure = go.Figure(layout=layout(*_axes(frame), margin={"t": 8, "b": 96}, meta={"sparse": True}))
    figure.add_trace(go.Scatter(**_points(found, frame, marked)))
    figure.add_hline(y=0, line={"width": 1, "color": theme.NEUTRAL, "dash": "dot"})
    figure.add_vline(x=0, line={"width": 1, "color": theme.NEUTRAL, "dash": "dot"})
    span = 1.1 * max((_reach(each) for each in found.frames), default=1.0)
    figure.update_xaxes(range=[-span, span])
    figure.update_yaxes(range=[-span, span])
    if len(found.frames) > 1 and found.is_done:
        _add_player(figure, [each.step for each in found.frames])
    return figure


def plane_frames(found: Learned) -> list[dict[str, Any]]:
    """Where the words were at each moment."""
    if not found.is_done:
        return []
    return [
        {
            "name": str(frame.step),
            "data": [{"type": "scatter", "x": _numbers(frame.plane[:, 0]), "y": _numbers(frame.plane[:, 1])}],
            "traces": [0],
        }
        for frame in found.frames
    ]


def _axes(frame: Frame) -> tuple[str, str]:
    first, second = (f"{100 * share:.0f} %" if np.isfinite(share) else "n/a" for share in frame.explained)
    return f"first principal component ({first} of the variance)", f"second ({second})"


def _reach(frame: Frame) -> float:
    finite = np.abs(frame.plane[np.isfinite(frame.plane)])
    return float(finite.max()) if len(finite) and finite.max() > 0 else 1e-3


def _points(found: Learned, frame: Frame, marked: Sequence[str]) -> dict[str, Any]:
    words = [found.lexicon.words[place] for place in found.shown]
    told = [word if place < LABELLED or word in marked else "" for place, word in enumerate(words)]
    return {
        "x": _numbers(frame.plane[:, 0]),
        "y": _numbers(frame.plane[:, 1]),
        "mode": "markers+text",
        "text": [f"<b>{plain(word)}</b>" if word in marked else plain(word) for word in told],
        "textposition": "top center",
        "textfont": {"size": 11},
        "cliponaxis": False,
        "marker": {
            "size": [11 if word in marked else 6 for word in words],
            "color": [theme.POSITIVE if word in marked else theme.CLASSES[0] for word in words],
            "opacity": 0.85,
        },
        "customdata": [
            [plain(word), int(found.lexicon.counts[place])] for word, place in zip(words, found.shown, strict=True)
        ],
        "hovertemplate": "%{customdata[0]}, %{customdata[1]:,} times in the text<extra></extra>",
    }


def _numbers(values: np.ndarray) -> list[float | None]:
    return [round(float(value), 4) if np.isfinite(value) else None for value in values]


def _add_player(figure: go.Figure, moments: Sequence[int]) -> None:
    """A button that plays the moments, and a slider over them."""
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    playing = {"frame": {"duration": 90, "redraw": True}, "transition": {"duration": 0}, "fromcurrent": True}
    buttons = [
        {"label": "Play", "method": "animate", "args": [None, {**playing, "mode": "immediate"}]},
        {"label": "Pause", "method": "animate", "args": [[None], at_once]},
    ]
    place = {"x": 0, "y": -0.13, "xanchor": "left", "yanchor": "top", "pad": {"t": 8}}
    figure.update_layout(
        updatemenus=[{"type": "buttons", "direction": "left", **place, "buttons": buttons, "showactive": False}],
        sliders=[
            {
                "active": len(moments) - 1,
                "x": 0.4,
                "len": 0.6,
                "y": -0.13,
                "pad": {"t": 0},
                "currentvalue": {"prefix": "update ", "xanchor": "right"},
                "steps": [{"label": str(m), "method": "animate", "args": [[str(m)], at_once]} for m in moments],
                "ticklen": 0,
                "minorticklen": 0,
                "font": {"size": 11},
            }
        ],
    )


def loss_figure(found: Learned) -> go.Figure:
    """The expected loss over the updates, and what it cannot go below."""
    figure = go.Figure(layout=layout("update", "loss (nats per pair)", showlegend=True, margin={"t": 40}))
    steps = [frame.step for frame in found.frames]
    losses = [frame.loss if np.isfinite(frame.loss) else None for frame in found.frames]
    figure.add_trace(
        go.Scatter(x=steps, y=losses, mode="lines", name="loss", line={"color": theme.CLASSES[0], "width": 2})
    )
    figure.add_trace(
        go.Scatter(
            x=[0, found.steps], y=[found.floor] * 2, mode="lines", name="lowest possible",
            line={"color": theme.GRADIENT, "dash": "dot"},
        )
    )  # fmt: skip
    figure.update_xaxes(range=[0, found.steps])
    figure.update_yaxes(rangemode="tozero")
    return figure


def correlation_figure(found: Learned) -> go.Figure:
    """How far the learned dot products follow the counts, over the updates."""
    figure = go.Figure(layout=layout("update", "correlation with shifted PMI"))
    values = _numbers(np.array([frame.correlation for frame in found.frames]))
    figure.add_trace(
        go.Scatter(
            x=[frame.step for frame in found.frames], y=values, mode="lines", line={"color": theme.RATIO, "width": 2}
        )
    )
    figure.update_xaxes(range=[0, found.steps])
    low = min([0.0, *(value for value in values if value is not None)])
    figure.update_yaxes(range=[low - 0.05, 1.05])
    return figure


def neighbours_figure(near: Sequence[Neighbour], colour: str = theme.CLASSES[0]) -> go.Figure:
    """Words by their cosine, the nearest on top."""
    figure = go.Figure(layout=layout("cosine", "", margin={"l": 110, "t": 8}))
    figure.add_trace(
        go.Bar(
            orientation="h",
            y=list(range(len(near))),
            x=[round(item.cosine, 4) for item in near],
            marker={"color": colour},
            customdata=[plain(item.word) for item in near],
            hovertemplate="%{customdata}: cosine %{x:.3f}<extra></extra>",
        )
    )
    names = [plain(item.word, 18) for item in near]
    figure.update_yaxes(tickvals=list(range(len(near))), ticktext=names, autorange="reversed")
    low = min([0.0, *(item.cosine for item in near)])
    figure.update_xaxes(range=[low, 1.0])
    return figure


def numbers_figure(vector: Float[np.ndarray, " d"]) -> go.Figure:
    """A word's vector, number by number."""
    figure = go.Figure(layout=layout("place in the vector", "", margin={"t": 8, "b": 36}))
    colours = [theme.POSITIVE if value > 0 else theme.NEGATIVE for value in vector]
    figure.add_trace(
        go.Bar(
            x=np.arange(1, len(vector) + 1),
            y=[float(value) for value in vector],
            marker={"color": colours},
            hovertemplate="number %{x}: %{y:.3f}<extra></extra>",
        )
    )
    return figure


def analogies_figure(found: Sequence[AnalogyTest]) -> go.Figure:
    """Share of analogies that come out right: the three words of the question left out, or among the answers."""
    asked = [test for test in found if test.asked]
    figure = go.Figure(layout=layout("right (%)", "", showlegend=True, barmode="group", margin={"l": 130, "t": 40}))
    for name, colour, shares in (
        ("a, b and c left out", theme.CLASSES[0], [100 * test.right / test.asked for test in asked]),
        ("a, b and c allowed", theme.CLASSES[1], [100 * test.right_with_inputs / test.asked for test in asked]),
    ):
        figure.add_trace(
            go.Bar(
                orientation="h", y=[f"{t.family} ({t.asked})" for t in asked], x=shares, name=name,
                marker={"color": colour}, hovertemplate="%{y}: %{x:.0f} %<extra></extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(range=[0, 100])
    figure.update_yaxes(autorange="reversed")
    return figure


# --- counts -----------------------------------------------------------------------------------------------------------


def counts_figure(found: Comparison, of: str) -> go.Figure:
    """``counts``, ``pmi`` or ``dots`` of the most frequent shown words, a row for each word and a column for each context.

    Pairs that were never seen are blank.
    """
    table = {"counts": found.counts, "pmi": found.pmi, "dots": found.dots}[of]
    values = np.where(np.isfinite(table) & (found.counts > 0), table, np.nan).astype(float)
    figure = go.Figure(layout=layout("context", "word", margin={"l": 76, "b": 76, "t": 8, "r": 12}))
    if of == "counts":
        scale: dict[str, Any] = {"colorscale": theme.value_scale(), "zmin": 0}
        title = "count"
    else:
        limit = float(np.nanmax(np.abs(np.where(np.isfinite(found.pmi), found.pmi, np.nan)), initial=1.0))
        scale = {"zmin": -limit, "zmax": limit, "colorscale": _signed()}
        title = "shifted PMI" if of == "pmi" else "v · u"
    places = np.arange(len(found.words))
    names = [plain(word) for word in found.words]
    figure.add_trace(
        go.Heatmap(
            x=places, y=places, z=np.round(values, 2), **scale,
            colorbar={"title": {"text": title, "side": "right"}},
            customdata=[[f"{a}, beside it {b}" for b in names] for a in names],
            hovertemplate="%{customdata}: %{z}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(tickvals=places, ticktext=names, tickangle=-60, showgrid=False)
    figure.update_yaxes(tickvals=places, ticktext=names, autorange="reversed", showgrid=False)
    return figure


def _signed() -> list[list[object]]:
    return [[0, theme.NEGATIVE], [0.5, "rgba(127,127,127,0.06)"], [1, theme.POSITIVE]]


def agreement_figure(found: Comparison) -> go.Figure:
    """A point for each pair of words that was seen: what counting says, and what was learned."""
    figure = go.Figure(layout=layout("shifted PMI from the counts", "learned v · u", showlegend=True, margin={"t": 40}))
    figure.add_trace(
        go.Scattergl(
            x=np.round(found.seen_pmi, 3),
            y=np.where(np.isfinite(found.seen_dots), np.round(found.seen_dots, 3), np.nan),
            mode="markers",
            marker={
                "size": np.clip(3 + 2 * np.log2(found.seen_often), 3, 16),
                "color": theme.CLASSES[0],
                "opacity": 0.35,
                "line": {"width": 0},
            },
            customdata=found.seen_often,
            hovertemplate="seen %{customdata} times<br>PMI %{x}, learned %{y}<extra></extra>",
            name="a pair of words",
        )
    )
    ends = [float(found.seen_pmi.min()), float(found.seen_pmi.max())]
    figure.add_trace(
        go.Scatter(x=ends, y=ends, mode="lines", name="equal", line={"color": theme.GRADIENT, "dash": "dot"})
    )
    return figure
