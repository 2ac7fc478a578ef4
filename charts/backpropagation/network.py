"""The network at one step of a pass, with its numbers; a number can be picked where it stands (``places``)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.backpropagation.places import (
    AFTER,
    BEFORE,
    LIFT,
    MARGIN,
    NODE,
    TARGET,
    Ends,
    ends,
    height_of,
    label_of,
    wires,
)
from charts.live import layout, plain
from engine.labs.backpropagation.notation import short
from engine.labs.backpropagation.results import Drawing, Edge, Node

WIDTHS = (1.0, 2.0, 3.5, 5.0)
"""Of an edge: its weight is below 0.25, 0.75, 1.5, or above."""
BOUNDS = (0.25, 0.75, 1.5)
MANY = 8
"""Edges of one step: more are drawn paler, so that their labels can be read."""
ACTIVE = theme.RATIO
SHARES = tuple(share / 12 for share in range(1, 12))
"""Of the way along a line: where the pointer finds it."""
LOSS = 46
"""In pixels."""
HALO = {"shadow": ", ".join(["0 0 3px var(--st-background-color)"] * 4)}
"""Letters that lie on lines stand out from them by the page's own colour around them."""


def network_height(drawn: Drawing) -> int:
    """In pixels: enough for the tallest column."""
    rows = max(drawn.heights) + any(node.row < 0 for node in drawn.nodes)
    return 130 + 82 * max(rows, 2)


def network_figure(drawn: Drawing) -> go.Figure:
    """Units in columns with their values, weights on the edges; what the step on screen works out stands out."""
    last = len(drawn.heights) - 1
    top = max(height_of(drawn, node) for node in drawn.nodes)
    bottom = -(max(drawn.heights) - 1) / 2
    blank = {"visible": False, "fixedrange": True}
    figure = go.Figure(
        layout=layout(
            "",
            "",
            margin={"l": MARGIN, "r": MARGIN, "t": 8, "b": 4},
            xaxis={**blank, "range": [-BEFORE, last + AFTER]},
            yaxis={**blank, "range": [bottom - 0.62, top + 0.95]},
            uirevision=f"{drawn.heights}",
        )
    )
    _picked(figure, drawn)
    for active in (False, True):
        _edges(figure, drawn, [edge for edge in drawn.edges if edge.active is active], active)
    _lines(figure, wires(drawn), theme.CIVIDIS[2], 1.0, 0.5)
    _labels(figure, drawn)
    _told_along(figure, drawn)
    _units(figure, drawn)
    _loss(figure, drawn, last + 1)
    # All at once: Plotly checks those that are there anew with each that is added.
    heads = [
        {
            "x": column,
            "y": top + 0.82,
            "text": plain(name),
            "font": {"size": 11},
            "yanchor": "middle",
            "showarrow": False,
        }
        for column, name in enumerate([*drawn.columns, "loss"])
    ]
    return figure.update_layout(annotations=[*_notes(drawn), *heads])


def _edges(figure: go.Figure, drawn: Drawing, edges: Sequence[Edge], active: bool) -> None:
    for colour, sign in ((theme.NEGATIVE, -1), (theme.POSITIVE, 1)):
        for width, kind in zip(WIDTHS, range(len(WIDTHS)), strict=True):
            alike = [edge for edge in edges if (edge.weight >= 0) == (sign > 0) and _thickness(edge.weight) == kind]
            opacity = (1.0 if len(edges) <= MANY else 0.55) if active else 0.25
            if alike:
                _lines(figure, [ends(drawn, edge) for edge in alike], colour, width, opacity)


def _thickness(weight: float) -> int:
    return int(np.searchsorted(BOUNDS, abs(weight))) if np.isfinite(weight) else len(BOUNDS)


def _lines(figure: go.Figure, lines: Sequence[Ends], colour: str, width: float, opacity: float) -> None:
    x = [value for x0, _, x1, _ in lines for value in (x0, x1, None)]
    y = [value for _, y0, _, y1 in lines for value in (y0, y1, None)]
    line = {"color": colour, "width": width}
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, opacity=opacity, hoverinfo="skip"))


def _labels(figure: go.Figure, drawn: Drawing) -> None:
    """Weights on the edges."""
    for active in (False, True):
        x, y, texts, colours = [], [], [], []
        for edge in (edge for edge in drawn.edges if edge.active is active):
            at_x, at_y = label_of(drawn, edge)
            x.append(at_x)
            y.append(at_y)
            texts.append(f"<b>{edge.label}</b>" if active else edge.label)
            colours.append(theme.GRADIENT if edge.is_gradient else ACTIVE)
        font = {"size": 11, **HALO, **({"color": colours} if active else {})}
        text = {"text": texts, "textfont": font, "textposition": "middle right"}
        name = "weights of this step" if active else "weights"
        figure.add_trace(go.Scatter(x=x, y=y, mode="text", **text, hoverinfo="skip", name=name))


def _told_along(figure: go.Figure, drawn: Drawing) -> None:
    """Marks that are not seen, all along the lines: over them the pointer finds what a line is."""
    told = [(ends(drawn, edge), _told_edge(edge)) for edge in drawn.edges]
    told += [(line, f"target y{unit} = {drawn.targets[unit - 1]}") for unit, line in enumerate(wires(drawn), 1)]
    x = [x0 + share * (x1 - x0) for (x0, _, x1, _), _ in told for share in SHARES]
    y = [y0 + share * (y1 - y0) for (_, y0, _, y1), _ in told for share in SHARES]
    said = [text for _, text in told for _ in SHARES]
    marker = {"size": 8, "opacity": 0}
    figure.add_trace(
        go.Scatter(x=x, y=y, mode="markers", marker=marker, hovertext=said, hoverinfo="text", name="along the lines")
    )


def _told_edge(edge: Edge) -> str:
    source = "the unit that is always 1" if edge.source < 0 else f"unit {edge.source + 1}"
    back = f"<br>dL/d{edge.place.letter} = {edge.gradient}" if edge.gradient else ""
    return (
        f"layer {edge.column}, to unit {edge.target + 1} from {source}<br>"
        f"{edge.place.letter} = {short(edge.weight)}{back}"
    )


def _picked(figure: go.Figure, drawn: Drawing) -> None:
    """What is picked, as if marked with a highlighter."""
    if drawn.picked is None:
        return
    lines = [ends(drawn, edge) for edge in drawn.edges if edge.place == drawn.picked]
    places = zip(wires(drawn), drawn.target_places, strict=True)
    lines += [line for line, place in places if place == drawn.picked]
    _lines(figure, lines, theme.PICKED, 12.0, 0.75)
    nodes = [node for node in drawn.nodes if node.place == drawn.picked]
    marker = {"size": NODE + 16, "color": theme.PICKED, "opacity": 0.9}
    x, y = [node.column for node in nodes], [height_of(drawn, node) for node in nodes]
    figure.add_trace(go.Scatter(x=x, y=y, mode="markers", marker=marker, hoverinfo="skip", name="picked"))


def _units(figure: go.Figure, drawn: Drawing) -> None:
    nodes = drawn.nodes
    x, y = [node.column for node in nodes], [height_of(drawn, node) for node in nodes]
    tints = [theme.NEGATIVE if node.tint < 0 else theme.POSITIVE for node in nodes]
    fills = [theme.toward(theme.LIGHT, colour, abs(n.tint) * 0.6) for n, colour in zip(nodes, tints, strict=True)]
    rings = [ACTIVE if node.active else theme.CIVIDIS[2] for node in nodes]
    marker = {
        "size": NODE,
        "color": fills,
        "line": {"color": rings, "width": [4 if node.active else 1 for node in nodes]},
    }
    hover = [_told(node) for node in nodes]
    font = {"size": 11, "color": theme.DARK}
    texts = [node.value or "?" for node in nodes]
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="markers+text",
            marker=marker,
            text=texts,
            textfont=font,
            hovertext=hover,
            hoverinfo="text",
            name="units",
        )
    )


def _notes(drawn: Drawing) -> list[dict[str, Any]]:
    """Gradients under the units, biases over them, targets beside their wires."""
    found = []
    for node in drawn.nodes:
        x, y = node.column, height_of(drawn, node)
        if node.gradient:
            found.append(_note(x, y, -LIFT, f"<b>{node.gradient}</b>", theme.GRADIENT))
        if node.bias:
            found.append(_note(x, y, LIFT, node.bias, None if node.bias.startswith("b") else theme.GRADIENT))
    for (left, height, *_), target in zip(wires(drawn), drawn.targets, strict=True):
        beside = {"xshift": TARGET[0], "xanchor": "left"}
        found.append(_note(left, height, TARGET[1], f"y {target}", None) | beside)
    return found


def _told(node: Node) -> str:
    if node.row < 0:
        return "a unit that is always 1: its weights are the biases"
    value = f" = {node.value.removeprefix('z ')}" if node.value else ": not yet known"
    back = f"<br>derivative of the loss: {node.gradient}" if node.gradient else ""
    bias = f"<br>{node.bias}" if node.bias else ""
    layer = f" of layer {node.column}" if node.column else ""
    return f"{node.name}{layer}{value}{bias}{back}"


def _note(x: float, y: float, up: int, text: str, colour: str | None) -> dict[str, Any]:
    """A line of text ``up`` pixels over a place; no colour is the page's own."""
    font = {"size": 11, **HALO, **({"color": colour} if colour else {})}
    return {"x": x, "y": y, "yshift": up, "text": text, "showarrow": False, "font": font}


def _loss(figure: go.Figure, drawn: Drawing, column: int) -> None:
    line = {"color": ACTIVE if drawn.loss_active else theme.CIVIDIS[2], "width": 4 if drawn.loss_active else 1}
    marker = {"size": LOSS, "symbol": "square", "color": theme.toward(theme.LIGHT, theme.CLASSES[5], 0.2), "line": line}
    figure.add_trace(
        go.Scatter(
            x=[column],
            y=[0],
            mode="markers+text",
            marker=marker,
            text=[drawn.loss or "?"],
            textfont={"size": 11, "color": theme.DARK},
            hovertext=[f"loss L = {drawn.loss}" if drawn.loss else "loss: not yet known"],
            hoverinfo="text",
            name="loss",
        )
    )
