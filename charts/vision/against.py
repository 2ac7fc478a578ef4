"""An MLP against a CNN: parameters counted, accuracy on moved and on shuffled pictures."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.bands import spread
from charts.live import layout, legend_above
from engine.labs.vision.results.against import KINDS, Contest
from engine.labs.vision.results.counted import Counted, Grown

MLP, CNN, FLAT = theme.CLASSES[0], theme.CLASSES[5], theme.CLASSES[1]
COLOURS = {"MLP": MLP, "CNN, flattened": FLAT, "CNN, global average": CNN}
DASHES = ("solid", "dot")
ORDERS = ("pixels in place", "pixels shuffled")


def grown_lines(found: Grown, side: int | None) -> go.Figure:
    """Parameters over the side of a square picture, both axes logarithmic; a line marks the ``side`` that is counted."""
    drawn = go.Figure(
        layout=layout("side of the picture (pixels)", "parameters", showlegend=True, legend=legend_above())
    )
    drawn.update_layout(margin={"t": 40, "l": 64})
    for label, values in found.lines:
        drawn.add_trace(
            go.Scatter(
                x=found.sides,
                y=values,
                mode="lines+markers",
                name=label,
                line={"color": COLOURS[label], "width": 2.5},
                hovertemplate="%{x} × %{x}: %{y:,.0f}<extra>" + label + "</extra>",
            )
        )
    if side is not None:
        drawn.add_vline(x=side, line={"dash": "dot", "width": 1.5, "color": theme.NEUTRAL})
    stops = [each for each in found.sides.tolist() if each in (8, 16, 32, 64, 128, 256, 512)]
    drawn.update_xaxes(type="log", tickvals=stops, ticktext=[str(stop) for stop in stops])
    drawn.update_yaxes(type="log", exponentformat="SI", tickmode="linear", tick0=0, dtick=1)
    return drawn


def layer_bars(found: tuple[Counted, ...]) -> go.Figure:
    """Where the parameters of each network lie: one bar each, a piece for every layer."""
    drawn = go.Figure(layout=layout("parameters", "", margin={"l": 140, "b": 44}))
    for place, counted in enumerate(found):
        for number, layer in enumerate(counted.layers):
            drawn.add_trace(
                go.Bar(
                    y=[counted.label],
                    x=[layer.parameters],
                    orientation="h",
                    marker={
                        "color": theme.CLASSES[number % len(theme.CLASSES)],
                        "line": {"width": 0.5, "color": theme.NEUTRAL},
                    },
                    name=layer.label,
                    showlegend=False,
                    hovertemplate=f"{counted.label}, {layer.label}: %{{x:,}}<extra></extra>",
                )
            )
        drawn.add_annotation(
            x=counted.total,
            y=place,
            text=f"{counted.total:,}",
            showarrow=False,
            xanchor="left",
            xshift=4,
            font={"size": 11},
        )
    most = max((counted.total for counted in found), default=1)
    drawn.update_layout(barmode="stack")
    drawn.update_xaxes(range=[0, 1.18 * most], exponentformat="SI")
    drawn.update_yaxes(autorange="reversed", fixedrange=True)
    return drawn


def shift_lines(found: Contest) -> go.Figure:
    """Accuracy on test pictures over how far they were moved: of every network the median of the seeds and all of them."""
    drawn = go.Figure(
        layout=layout(
            "moved by (pixels)", "test pictures right", showlegend=True, legend=legend_above(), margin={"t": 62}
        )
    )
    for kind, label in enumerate(KINDS):
        for order, said in enumerate(ORDERS):
            table = found.accuracy[kind, order]
            _band(drawn, np.array(found.shifts), table.T, f"{label}, {said}", COLOURS[label], DASHES[order])
    drawn.update_xaxes(dtick=1)
    drawn.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")
    return drawn


def _band(drawn: go.Figure, x: np.ndarray, table: np.ndarray, name: str, colour: str, dash: str) -> None:
    """``table`` (seeds, places): its median as a line, from the lowest to the highest as an area. Unknown ones are left out."""
    known = table[np.isfinite(table).all(axis=1)]
    line = {"color": colour, "width": 2.5, "dash": dash}
    if not len(known):
        drawn.add_trace(go.Scatter(x=[None], y=[None], mode="lines", line=line, name=name))
        return
    low, high = known.min(axis=0), known.max(axis=0)
    spread(drawn, x, low, high, name, colour)
    drawn.add_trace(
        go.Scatter(
            x=x,
            y=np.median(known, axis=0),
            mode="lines+markers",
            marker={"size": 5},
            line=line,
            name=name,
            hovertemplate="moved by %{x}: %{y:.1%}<extra>" + name + "</extra>",
        )
    )


def shuffle_dots(found: Contest) -> go.Figure:
    """Each network on pixels in place and shuffled: a dot for each seed, a bar at the median; the two of a seed joined."""
    drawn = go.Figure(layout=layout("", "test pictures right", margin={"b": 56}))
    for kind, label in enumerate(KINDS):
        table, places = found.accuracy[kind, :, 0], (2.4 * kind, 2.4 * kind + 1)
        _joined(drawn, places, table, label)
        for order, place in enumerate(places):
            _dots(drawn, place, table[order], f"{label}, {ORDERS[order]}", COLOURS[label])
    names = [f"{label}<br>{said}" for label in ("MLP", "flattened", "global") for said in ("in place", "shuffled")]
    stops = [2.4 * kind + order for kind in range(len(KINDS)) for order in range(2)]
    drawn.update_xaxes(tickvals=stops, ticktext=names, range=[-0.6, stops[-1] + 0.6], showgrid=False)
    drawn.update_yaxes(tickformat=".0%")
    return drawn


def _joined(drawn: go.Figure, places: tuple[float, float], table: np.ndarray, label: str) -> None:
    """A line from each seed's one dot to its other."""
    for seed, ends in enumerate(table.T):
        if np.isfinite(ends).all():
            line = {"color": COLOURS[label], "width": 1}
            name = f"{label}, seed {seed + 1}, joined"
            drawn.add_trace(
                go.Scatter(x=places, y=ends, mode="lines", line=line, opacity=0.5, hoverinfo="skip", name=name)
            )


def _dots(drawn: go.Figure, place: float, values: np.ndarray, name: str, colour: str) -> None:
    known = [(seed, float(value)) for seed, value in enumerate(values) if np.isfinite(value)]
    drawn.add_trace(
        go.Scatter(
            x=[place] * len(known),
            y=[value for _, value in known],
            mode="markers",
            marker={"color": colour, "size": 10, "opacity": 0.75},
            customdata=[f"{name}, seed {seed + 1}: {value:.1%}" for seed, value in known],
            hovertemplate="%{customdata}<extra></extra>",
            name=name,
        )
    )
    if known:
        bar = {"symbol": "line-ew", "size": 30, "line": {"width": 3, "color": colour}}
        middle = [float(np.median([value for _, value in known]))]
        drawn.add_trace(
            go.Scatter(x=[place], y=middle, mode="markers", marker=bar, hoverinfo="skip", name=f"{name}, median")
        )
