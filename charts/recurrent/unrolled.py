"""One sequence, step by step: states, gates, answers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from charts import theme
from charts.live import layout, plain
from charts.sequences.pictures import visible
from engine.labs.recurrent.results.reading import Reading
from engine.sequences.unrolled import Signal

NAMES: dict[Signal, str] = {
    "h": "hidden state h",
    "r": "reset gate r",
    "z": "update gate z",
    "n": "candidate n",
    "i": "input gate i",
    "f": "forget gate f",
    "g": "candidate g",
    "o": "output gate o",
    "c": "cell c",
}
GATES = ("r", "z", "i", "f", "o")
"""Signals between 0 and 1; the others have a sign."""
LEFT, RIGHT = 52, 64
CLASSES_SHOWN = 16
LIKELY = 0.02
"""Answers that are never likelier are left out, where there are many."""
LABELS_FIT = 20
"""Tokens beyond which only every so many is named."""
FLAT = 42
"""Characters that stand beside each other under a picture on a phone."""
LONGEST = 12
"""Characters of a token that fit under its column."""


def height_of(units: int) -> int:
    """Pixels of one map."""
    return 34 + min(max(8 * units, 72), 220)


def state_map(reading: Reading, place: int, step: int, unit: int) -> go.Figure:
    """h of one pass, a column for each step, a row for each unit; the cell that is written out is framed."""
    h = reading.seen.values[place, 0]
    drawn = go.Figure(layout=layout("", "unit", margin={"l": LEFT, "r": RIGHT, "t": 8, "b": below(reading.tokens)}))
    drawn.add_trace(_map(reading, h, "h"))
    drawn.update_xaxes(**_steps(reading.tokens))
    drawn.update_yaxes(**_units(h.shape[1]))
    _frame(drawn, step, unit)
    return drawn


def signal_maps(reading: Reading, place: int, step: int, unit: int) -> go.Figure:
    """What the cell computes besides, one map below the other, in the order of the weight blocks."""
    signals = reading.seen.signals[1:]
    drawn = go.Figure(layout=layout("", "", margin={"l": LEFT, "r": RIGHT, "t": 22, "b": below(reading.tokens)}))
    for number, signal in enumerate(signals):
        name = "" if number == 0 else str(number + 1)
        low, high = _share(number, len(signals))
        values = reading.seen.values[place, number + 1]
        bar = {"len": (high - low) * 0.9, "y": (low + high) / 2, "yanchor": "middle", "thickness": 10}
        drawn.add_trace(_map(reading, values, signal).update(xaxis=f"x{name}", yaxis=f"y{name}", colorbar=bar))
        steps = _steps(reading.tokens) if number == len(signals) - 1 else {"showticklabels": False}
        common = {"zeroline": False, "showgrid": False}
        drawn.update_layout(
            {
                f"xaxis{name}": {"anchor": f"y{name}", "range": _reach(len(reading.tokens)), **common, **steps},
                f"yaxis{name}": {"anchor": f"x{name}", "domain": [low, high], **common, **_units(values.shape[1])},
            }
        )
        drawn.add_annotation(
            text=NAMES[signal],
            x=0,
            y=high,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"size": 11},
        )
        _frame(drawn, step, unit, name)
    return drawn


def answers_map(reading: Reading) -> go.Figure:
    """How likely each answer is at each step: the likeliest classes, most first; a circle stands at what was asked."""
    answers = reading.seen.answers
    order = _likeliest(reading)
    names = [plain(visible(reading.classes[place]), LONGEST) for place in order]
    steps = reading.tokens if len(answers) == len(reading.tokens) else reading.tokens[-len(answers) :]
    drawn = go.Figure(layout=layout("", "answer", margin={"l": 92, "r": RIGHT, "t": 8, "b": below(reading.tokens)}))
    drawn.add_trace(
        go.Heatmap(
            z=answers[:, order].T,
            x=_places(len(steps)),
            y=list(range(1, len(order) + 1)),
            zmin=0,
            zmax=1,
            colorscale=theme.value_scale(),
            colorbar={"thickness": 10, "title": {"text": "P", "side": "top"}},
            customdata=np.array([[f"{name} after {plain(visible(token))}" for token in steps] for name in names]),
            hovertemplate="%{customdata}: %{z:.3f}<extra></extra>",
        )
    )
    rows = {int(place): row for row, place in enumerate(order, start=1)}
    asked = [(step, reading.classes.index(said)) for step, said in enumerate(reading.asked, start=1) if said]
    marks = [(step, rows[place]) for step, place in asked if place in rows]
    if marks:
        drawn.add_trace(
            go.Scatter(
                x=[step for step, _ in marks],
                y=[row for _, row in marks],
                mode="markers",
                marker={"symbol": "circle-open", "size": 9, "color": theme.CLASSES[5], "line": {"width": 2}},
                hovertemplate="asked for<extra></extra>",
            )
        )
    drawn.update_xaxes(**_steps(steps))
    drawn.update_yaxes(tickvals=list(rows.values()), ticktext=names, range=[len(order) + 0.5, 0.5], showgrid=False)
    return drawn


def answers_height(reading: Reading) -> int:
    """Pixels of the picture of the answers."""
    return 30 + 17 * len(_likeliest(reading)) + below(reading.tokens)


def _likeliest(reading: Reading) -> Int[np.ndarray, " classes"]:
    """The answers that are drawn, the likeliest first; where none is likely, as before training, that of each step."""
    most = reading.seen.answers.max(0)
    order = np.argsort(-most, kind="stable")[:CLASSES_SHOWN]
    few = order[most[order] >= LIKELY] if len(most) > CLASSES_SHOWN else order
    if len(few):
        return few
    from_the_last = list(dict.fromkeys(reading.seen.answers.argmax(1)[::-1].tolist()))[:CLASSES_SHOWN]
    return np.array(sorted(from_the_last, key=lambda place: -most[place]))


def below(tokens: Sequence[str]) -> int:
    """Pixels under a picture, for its labels: they stand upright where they would not fit flat."""
    return 28 if _is_flat(_names(tokens)) else 66


def _map(reading: Reading, values: Float[np.ndarray, "tokens units"], signal: Signal) -> go.Heatmap:
    """One signal; what was not computed, at a masked pad, stays blank."""
    finite = values[np.isfinite(values)]
    largest = max(1.0, float(np.abs(finite).max()) if len(finite) else 1.0)
    is_gate = signal in GATES
    units = values.shape[1]
    named = np.array([[plain(visible(token), LONGEST)] * units for token in reading.tokens], object).T
    return go.Heatmap(
        z=np.where(np.isfinite(values), values, np.nan).T,
        x=_places(len(values)),
        y=list(range(1, units + 1)),
        zmin=0 if is_gate else -largest,
        zmax=1 if is_gate else largest,
        colorscale=theme.value_scale() if is_gate else theme.diverging_scale(),
        colorbar={"thickness": 10},
        customdata=named,
        hovertemplate=f"{NAMES[signal]}, step %{{x}} (%{{customdata}}), unit %{{y}}: %{{z:.3f}}<extra></extra>",
    )


def _frame(drawn: go.Figure, step: int, unit: int, name: str = "") -> None:
    edges = {"x0": step - 0.5, "x1": step + 0.5, "y0": unit - 0.5, "y1": unit + 0.5}
    line = {"color": theme.CLASSES[5], "width": 2.5}
    drawn.add_shape(type="rect", xref=f"x{name}", yref=f"y{name}", line=line, **edges)


def _share(number: int, of: int) -> tuple[float, float]:
    """(low, high) of the height, the first on top, with room for a title above each."""
    each = 1 / of
    return 1 - (number + 1) * each + 0.02, 1 - number * each - (0.16 * each if number else 0.0)


def _places(count: int) -> list[int]:
    return list(range(1, count + 1))


def _reach(count: int) -> list[float]:
    return [0.5, count + 0.5]


def _steps(tokens: Sequence[str]) -> dict[str, Any]:
    """Ticks of the steps: their tokens, or every so many of them where there is no room for all."""
    every = -(-len(tokens) // LABELS_FIT)
    places, names = _places(len(tokens))[::every], _names(tokens)
    angle = 0 if _is_flat(names) else -60
    ticks = {"tickvals": places, "ticktext": names, "tickangle": angle, "tickfont": {"size": 10}}
    return {"range": _reach(len(tokens)), "showgrid": False, **ticks}


def _names(tokens: Sequence[str]) -> list[str]:
    every = -(-len(tokens) // LABELS_FIT)
    return [plain(visible(token), LONGEST) for token in tokens[::every]]


def _is_flat(names: Sequence[str]) -> bool:
    return len(names) * max(map(len, names), default=0) <= FLAT


def _units(count: int) -> dict[str, Any]:
    """The first unit on top."""
    every = max(1, -(-count // 6))
    ticks = sorted({1, *range(every, count + 1, every)})
    return {"range": [count + 0.5, 0.5], "tickvals": ticks, "showgrid": False}
