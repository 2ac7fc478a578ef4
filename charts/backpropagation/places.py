"""Where the drawing of the network has each number, and which of them can be picked at a place.

Axes: a column to the right and a row up are 1 each; labels stand away from there in pixels.
"""

import math
from collections.abc import Iterator

from engine.labs.backpropagation.edits import Place
from engine.labs.backpropagation.results import Drawing, Edge, Node

NODE = 36
"""Across a unit, in pixels."""
COLUMN, CROWDED_COLUMN = 69, 112
"""From a column to the next at least, in pixels; the second where labels of weights begin close to a circle."""
MANY = 4
"""Units of a layer: its weights have their labels in as many rows, and so close to where they come from."""
BEFORE, AFTER = 0.32, 1.38
"""Room to the left of the inputs and to the right of the outputs, in columns."""
MARGIN = 4
"""Of the whole drawing, to the left and to the right, in pixels."""
LIFT = 26
"""Of a bias over its unit and of a derivative under it, in pixels."""
TARGET = (22, 12)
"""Of a target from its output, to the right and up, in pixels."""
LETTER, TALL = 6.5, 18
"""Across a letter of a label and along its height, in pixels."""
NEAR = 4
"""How far beside a circle it is still meant, in pixels."""
REACH = 14
"""How far beside a line it is still meant, in pixels."""

HALFWAY = 0.33
"""Of the way along a line: where its label begins if it is to stand in the middle between two circles."""

Ends = tuple[float, float, float, float]
Found = tuple[int, float, Place | None]
"""Circles come before labels and those before lines; then how far away, in pixels; then what would be picked."""


def network_width(drawn: Drawing) -> int:
    """In pixels, at least: what keeps labels off the circles and apart from each other."""
    column = CROWDED_COLUMN if max(drawn.heights[1:]) >= MANY else COLUMN
    return math.ceil(column * (BEFORE + len(drawn.heights) - 1 + AFTER)) + 2 * MARGIN


def in_focus(drawn: Drawing) -> tuple[float, float]:
    """From where to where, left to right, the step on screen has its circles and edges."""
    found = [node.column for node in drawn.nodes if node.active]
    found += [end for edge in drawn.edges if edge.active for end in (edge.column - 1, edge.column)]
    found += [len(drawn.heights)] if drawn.loss_active else []
    return min(found) - BEFORE, max(found) + BEFORE


def height_of(drawn: Drawing, node: Node) -> float:
    """Where a unit stands, up and down."""
    return _height(drawn, node.column, node.row)


def _height(drawn: Drawing, column: int, row: int) -> float:
    return (drawn.heights[column] - 1) / 2 - row


def ends(drawn: Drawing, edge: Edge) -> Ends:
    """Where an edge begins and where it ends: x, y, x, y."""
    before = edge.column - 1
    return before, _height(drawn, before, edge.source), edge.column, _height(drawn, edge.column, edge.target)


def label_of(drawn: Drawing, edge: Edge) -> tuple[float, float]:
    """Where the label of an edge begins: at the share of the way that keeps those of a layer evenly apart."""
    x0, y0, x1, y1 = ends(drawn, edge)
    share = min(1 / (drawn.heights[edge.column] + 1), HALFWAY)
    return x0 + share * (x1 - x0), y0 + share * (y1 - y0)


def wires(drawn: Drawing) -> list[Ends]:
    """The lines from the outputs to the loss: over them the targets come in."""
    last = len(drawn.heights) - 1
    return [(last, _height(drawn, last, row), last + 1, 0.0) for row in range(drawn.heights[-1])]


def place_at(drawn: Drawing, x: float, y: float, across: float, up: float) -> Place | None:
    """The number that stands at (x, y), where a unit of the axes is ``across`` pixels wide and ``up`` pixels high.

    A circle is its input or its bias, an edge its weight, the line from an output to the loss that output's target.
    None where there is nothing to set.
    """
    found = [
        *_circles(drawn, x, y, across, up),
        *_labels(drawn, x, y, across, up),
        *_lines(drawn, x, y, across, up),
    ]
    return min(found, key=lambda item: item[:2])[2] if found else None


def _circles(drawn: Drawing, x: float, y: float, across: float, up: float) -> Iterator[Found]:
    for node in drawn.nodes:
        away = math.hypot((node.column - x) * across, (height_of(drawn, node) - y) * up)
        if away <= NODE / 2 + NEAR:
            yield 0, away, node.place


def _labels(drawn: Drawing, x: float, y: float, across: float, up: float) -> Iterator[Found]:
    """Each is a box of pixels: from its left end, with its middle at a height."""

    def box(left: float, middle: float, text: str, place: Place | None) -> Iterator[Found]:
        wide = LETTER * len(text)
        if 0 <= -left <= wide and abs(middle) <= TALL / 2:
            yield 1, math.hypot(left + wide / 2, middle), place

    for edge in drawn.edges:
        at_x, at_y = label_of(drawn, edge)
        yield from box((at_x - x) * across, (at_y - y) * up, edge.label, edge.place)
    for node in drawn.nodes:
        right, above = (node.column - x) * across, (height_of(drawn, node) - y) * up
        for text, lift in ((node.bias, LIFT), (node.gradient, -LIFT)):
            plain = text.removeprefix("<b>").removesuffix("</b>")
            yield from box(right - LETTER * len(plain) / 2, above + lift, plain, node.place)
    for (x0, y0, *_), target, place in zip(wires(drawn), drawn.targets, drawn.target_places, strict=True):
        yield from box((x0 - x) * across + TARGET[0], (y0 - y) * up + TARGET[1], f"y {target}", place)


def _lines(drawn: Drawing, x: float, y: float, across: float, up: float) -> Iterator[Found]:
    lines = [(ends(drawn, edge), edge.place) for edge in drawn.edges]
    for (x0, y0, x1, y1), place in [*lines, *zip(wires(drawn), drawn.target_places, strict=True)]:
        away = _apart((x0 - x) * across, (y0 - y) * up, (x1 - x) * across, (y1 - y) * up)
        if away <= REACH:
            yield 2, away, place


def _apart(x0: float, y0: float, x1: float, y1: float) -> float:
    """How far the line from (x0, y0) to (x1, y1) passes from (0, 0)."""
    along, over = x1 - x0, y1 - y0
    length = along**2 + over**2
    share = min(max(-(x0 * along + y0 * over) / length, 0.0), 1.0) if length else 0.0
    return math.hypot(x0 + share * along, y0 + share * over)
