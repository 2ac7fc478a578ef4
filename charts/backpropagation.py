"""Pictures of one pass: the network with its numbers, and the losses of the passes so far."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, plain
from engine.labs.backpropagation.results import Drawing, Edge, Node

WIDTHS = (1.0, 2.0, 3.5, 5.0)
"""Of an edge: its weight is below 0.25, 0.75, 1.5, or above."""
BOUNDS = (0.25, 0.75, 1.5)
CLEAR = 0.05
"""How far labels are moved off the circles where the columns stand closest."""
MANY = 8
"""Edges of one step: more are drawn paler, so that their labels can be read."""
ACTIVE = theme.RATIO
NODE, SMALL_NODE, LOSS = 36, 30, 46
"""In pixels; with four layers of weights the small ones leave room for the labels on a phone."""


def network_height(drawn: Drawing) -> int:
    """In pixels: enough for the tallest column."""
    rows = max(drawn.heights) + any(node.row < 0 for node in drawn.nodes)
    return 130 + 82 * max(rows, 2)


def network_figure(drawn: Drawing) -> go.Figure:
    """Units in columns with their values, weights on the edges; what the step on screen works out stands out."""
    last = len(drawn.heights) - 1
    top = max(_height(drawn, node) for node in drawn.nodes)
    bottom = -(max(drawn.heights) - 1) / 2
    blank = {"visible": False, "fixedrange": True}
    figure = go.Figure(
        layout=layout(
            "",
            "",
            margin={"l": 4, "r": 4, "t": 8, "b": 4},
            xaxis={**blank, "range": [-0.32, last + 1.38]},
            yaxis={**blank, "range": [bottom - 0.62, top + 0.95]},
            uirevision=f"{drawn.heights}",
        )
    )
    for active in (False, True):
        _edges(figure, drawn, [edge for edge in drawn.edges if edge.active is active], active)
    outputs = [node for node in drawn.nodes if node.column == last]
    _lines(figure, [(last, _height(drawn, node), last + 1, 0.0) for node in outputs], theme.CIVIDIS[2], 1.0, 0.5)
    _labels(figure, drawn)
    _units(figure, drawn)
    _loss(figure, drawn, last + 1)
    names = [*drawn.columns, "loss"]
    for column, name in enumerate(names):
        figure.add_annotation(
            x=column, y=top + 0.82, text=plain(name), showarrow=False, font={"size": 11}, yanchor="middle"
        )
    return figure


def _height(drawn: Drawing, node: Node) -> float:
    return (drawn.heights[node.column] - 1) / 2 - node.row


def _ends(drawn: Drawing, edge: Edge) -> tuple[float, float, float, float]:
    y_from = (drawn.heights[edge.column - 1] - 1) / 2 - edge.source
    return edge.column - 1, y_from, edge.column, (drawn.heights[edge.column] - 1) / 2 - edge.target


def _edges(figure: go.Figure, drawn: Drawing, edges: Sequence[Edge], active: bool) -> None:
    for colour, sign in ((theme.NEGATIVE, -1), (theme.POSITIVE, 1)):
        for width, kind in zip(WIDTHS, range(len(WIDTHS)), strict=True):
            alike = [edge for edge in edges if (edge.weight >= 0) == (sign > 0) and _thickness(edge.weight) == kind]
            opacity = (1.0 if len(edges) <= MANY else 0.55) if active else 0.25
            _lines(figure, [_ends(drawn, edge) for edge in alike], colour, width, opacity)


def _thickness(weight: float) -> int:
    return int(np.searchsorted(BOUNDS, abs(weight))) if np.isfinite(weight) else len(BOUNDS)


def _lines(
    figure: go.Figure, ends: Sequence[tuple[float, float, float, float]], colour: str, width: float, opacity: float
) -> None:
    x = [value for x0, _, x1, _ in ends for value in (x0, x1, None)]
    y = [value for _, y0, _, y1 in ends for value in (y0, y1, None)]
    line = {"color": colour, "width": width}
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, opacity=opacity, hoverinfo="skip"))


def _labels(figure: go.Figure, drawn: Drawing) -> None:
    """Weights on the edges, at the share of the way that keeps those of a layer evenly apart."""
    for active in (False, True):
        x, y, texts, colours, hover = [], [], [], [], []
        for edge in (edge for edge in drawn.edges if edge.active is active):
            x0, y0, x1, y1 = _ends(drawn, edge)
            share = min(1 / (drawn.heights[edge.column] + 1), 0.4)
            x.append(x0 + share * (x1 - x0) + (CLEAR if len(drawn.heights) == 5 else 0))
            y.append(y0 + share * (y1 - y0))
            texts.append(f"<b>{edge.label}</b>" if active else edge.label)
            colours.append(theme.GRADIENT if edge.is_gradient else ACTIVE)
            source = "the unit that is always 1" if edge.source < 0 else f"unit {edge.source + 1}"
            what = "dL/dw" if edge.is_gradient else "w"
            hover.append(f"layer {edge.column}, to unit {edge.target + 1} from {source}: {what} = {edge.label}")
        size = 11 if len(drawn.heights) < 5 else 10
        font = {"size": size, "color": colours} if active else {"size": size}
        text = {"text": texts, "textfont": font, "textposition": "middle right"}
        name = "weights of this step" if active else "weights"
        figure.add_trace(go.Scatter(x=x, y=y, mode="text", **text, hovertext=hover, hoverinfo="text", name=name))


def _units(figure: go.Figure, drawn: Drawing) -> None:
    nodes = drawn.nodes
    x, y = [node.column for node in nodes], [_height(drawn, node) for node in nodes]
    tints = [theme.NEGATIVE if node.tint < 0 else theme.POSITIVE for node in nodes]
    fills = [theme.toward(theme.LIGHT, colour, abs(n.tint) * 0.6) for n, colour in zip(nodes, tints, strict=True)]
    rings = [ACTIVE if node.active else theme.CIVIDIS[2] for node in nodes]
    marker = {
        "size": NODE if len(drawn.heights) < 5 else SMALL_NODE,
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
    for node, left, height in zip(nodes, x, y, strict=True):
        if node.gradient:
            _note(figure, left, height, -26, f"<b>{node.gradient}</b>", theme.GRADIENT)
        if node.bias:
            _note(figure, left, height, 26, node.bias, None if node.bias.startswith("b") else theme.GRADIENT)
    for unit, target in enumerate(drawn.targets):
        height = (drawn.heights[-1] - 1) / 2 - unit
        figure.add_annotation(
            x=len(drawn.heights) - 1,
            y=height,
            xshift=22,
            text=f"y {target}",
            showarrow=False,
            xanchor="left",
            yshift=12,
            font={"size": 11},
        )


def _told(node: Node) -> str:
    if node.row < 0:
        return "a unit that is always 1: its weights are the biases"
    value = f" = {node.value}" if node.value else ": not yet known"
    back = f"<br>derivative of the loss: {node.gradient}" if node.gradient else ""
    bias = f"<br>{node.bias}" if node.bias else ""
    return f"{node.name}{value}{bias}{back}"


def _note(figure: go.Figure, x: float, y: float, up: int, text: str, colour: str | None) -> None:
    """A line of text ``up`` pixels over a place; no colour is the page's own."""
    font = {"size": 11, "color": colour} if colour else {"size": 11}
    figure.add_annotation(x=x, y=y, yshift=up, text=text, showarrow=False, font=font)


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


def losses_figure(losses: Sequence[float], after: float, unit: str) -> go.Figure:
    """The loss of every pass so far, and open the one that the update on screen would give."""
    figure = go.Figure(
        layout=layout(
            "updates made", f"loss ({unit})", showlegend=True, margin={"t": 40}, xaxis={"dtick": _tick(len(losses))}
        )
    )
    shown = [value if np.isfinite(value) else None for value in losses]
    line = {"color": theme.PARTS["train"], "width": 2}
    figure.add_trace(
        go.Scatter(x=list(range(len(shown))), y=shown, mode="lines+markers", line=line, name="passes so far")
    )
    marker = {"symbol": "circle-open", "size": 11, "color": theme.PARTS["validation"], "line": {"width": 2}}
    future = [after if np.isfinite(after) else None]
    figure.add_trace(
        go.Scatter(x=[len(losses)], y=future, mode="markers", marker=marker, name="after the update on screen")
    )
    return figure


def _tick(passes: int) -> int:
    return max(1, passes // 10)
