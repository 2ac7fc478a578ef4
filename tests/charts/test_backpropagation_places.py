"""A click on the drawn network finds the number that stands there."""

import math

import pytest

from charts.backpropagation.network import network_figure, network_height
from charts.backpropagation.places import (
    LETTER,
    LIFT,
    NODE,
    TARGET,
    ends,
    height_of,
    in_focus,
    label_of,
    network_width,
    place_at,
    wires,
)
from engine.labs.backpropagation.drawing import drawing
from engine.labs.backpropagation.edits import Place
from engine.labs.backpropagation.results import Drawing
from engine.labs.backpropagation.state import BackpropagationLab, HiddenLayer
from engine.labs.backpropagation.steps import steps
from engine.labs.backpropagation.story import story
from tests.engine.labs.backpropagation.networks import HEADS, drawn, label

WIDTHS = (350.0, 780.0)
"""Of the page in pixels: on a phone and at a desk."""
DRAWN_LETTER, RIM = 5.5, 2
"""Across a letter as the browser draws it, and how much of a circle's ring may be touched, in pixels."""
FULL = BackpropagationLab(inputs=4, hidden=(HiddenLayer(units=4),) * 3, batch=2, example=2)
SETTINGS = [*drawn(5), FULL, FULL.model_copy(update={"bias_unit": True, "step": 20}), BackpropagationLab(hidden=())]


def scales(at: Drawing, page: float) -> tuple[float, float]:
    """Pixels for a unit of each axis, by the ranges and the least width that the figure asks for."""
    width = max(page, network_width(at))
    layout = network_figure(at).layout
    margin = layout.margin
    (left, right), (bottom, top) = layout.xaxis.range, layout.yaxis.range
    high = network_height(at) - margin.t - margin.b
    return (width - margin.l - margin.r) / (right - left), high / (top - bottom)


@pytest.mark.parametrize("lab", SETTINGS, ids=label)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_circle_label_and_target_is_hit_where_it_is_drawn(lab: BackpropagationLab, width: float) -> None:
    at = drawing(lab, story(lab))
    across, up = scales(at, width)
    for node in at.nodes:
        assert place_at(at, node.column, height_of(at, node), across, up) == node.place
    for edge in at.edges:
        x, y = label_of(at, edge)
        middle = LETTER * len(edge.label) / 2
        assert place_at(at, x + middle / across, y, across, up) == edge.place
    for (x, y, *_), place in zip(wires(at), at.target_places, strict=True):
        assert place_at(at, x + (TARGET[0] + 10) / across, y + TARGET[1] / up, across, up) == place


@pytest.mark.parametrize("width", WIDTHS)
def test_a_line_is_hit_along_its_way_where_no_other_is_nearer(width: float) -> None:
    at = drawing(BackpropagationLab(), story(BackpropagationLab()))
    across, up = scales(at, width)
    for edge in at.edges:
        x0, y0, x1, y1 = ends(at, edge)
        places = [place_at(at, x0 + s * (x1 - x0), y0 + s * (y1 - y0), across, up) for s in (0.5, 0.55, 0.6, 0.65, 0.7)]
        assert edge.place in places
    x0, y0, x1, y1 = wires(at)[0]
    assert place_at(at, (x0 + x1) / 2 + 0.1, (y0 + y1) / 2, across, up) == Place("y", 1, 1)


@pytest.mark.parametrize("lab", SETTINGS, ids=label)
def test_on_a_phone_no_label_of_a_weight_lies_on_a_circle(lab: BackpropagationLab) -> None:
    at = drawing(lab, story(lab))
    across, up = scales(at, WIDTHS[0])
    for edge in at.edges:
        left, middle = label_of(at, edge)
        for node in at.nodes:
            away = (left - node.column) * across
            beside = max(away, -away - DRAWN_LETTER * len(edge.label), 0)
            assert math.hypot(beside, (middle - height_of(at, node)) * up) >= NODE / 2 - RIM, (edge.place, node.place)


def test_networks_of_few_weights_fit_a_phone_whole() -> None:
    for lab in (BackpropagationLab(), BackpropagationLab(bias_unit=True), BackpropagationLab(hidden=())):
        assert network_width(drawing(lab, story(lab))) <= 336


def test_all_that_a_step_works_out_is_in_focus() -> None:
    told = story(FULL)
    shown = [in_focus(drawing(FULL.model_copy(update={"step": s}), told)) for s in range(1, len(steps(FULL)) + 1)]
    columns = [(round(left), round(right)) for left, right in shown]
    assert columns[:5] == [(0, 1), (1, 1), (1, 2), (2, 2), (2, 3)], "z with the edges that lead to it, then a"
    assert columns[8:13] == [(5, 5), (4, 4), (4, 4), (3, 4), (4, 4)], (
        "the loss; at the outputs dL/da, dL/dz, dL/dW, dL/db"
    )
    assert all(left < round(left) and right > round(right) for left, right in shown), "circles whole"


def test_a_bias_over_its_unit_is_hit() -> None:
    at = drawing(BackpropagationLab(), story(BackpropagationLab()))
    across, up = scales(at, 780)
    node = next(node for node in at.nodes if node.column == 1)
    assert place_at(at, 1.0, height_of(at, node) + LIFT / up, across, up) == Place("b", 1, 1)


def test_between_the_lines_there_is_nothing() -> None:
    at = drawing(BackpropagationLab(), story(BackpropagationLab()))
    across, up = scales(at, 780)
    for x, y in ((0.0, 0.0), (4.0, 0.9), (-0.3, 1.2), (1e9, -1e9)):
        assert place_at(at, x, y, across, up) is None


def test_the_unit_that_is_always_1_has_nothing_to_set_and_its_lines_are_the_biases() -> None:
    lab = BackpropagationLab(bias_unit=True)
    at = drawing(lab, story(lab))
    across, up = scales(at, 780)
    one = next(node for node in at.nodes if node.row < 0)
    assert place_at(at, one.column, height_of(at, one), across, up) is None
    edge = next(edge for edge in at.edges if edge.source < 0 and edge.target == 0)
    x0, y0, x1, y1 = ends(at, edge)
    assert place_at(at, (x0 + x1) / 2, (y0 + y1) / 2, across, up) == Place("b", 1, 1)


@pytest.mark.parametrize(
    ("place", "lines", "circles"), [("w1.2.1", 1, 0), ("x1.1", 0, 1), ("b1.2", 0, 1), ("y1.1", 3, 0)]
)
def test_what_is_picked_is_marked(place: str, lines: int, circles: int) -> None:
    bare = BackpropagationLab(head=HEADS["softmax_cross_entropy"](outputs=3))
    lab = bare.model_copy(update={"selected": place})
    figure = network_figure(drawing(lab, story(lab)))
    band, marks = figure.data[0], figure.data[1]
    assert (len(band.x), len(marks.x)) == (3 * lines, circles)
    assert marks.name == "picked"
    assert "picked" not in [trace.name for trace in network_figure(drawing(bare, story(bare))).data]


def test_what_is_picked_in_another_example_is_not_marked() -> None:
    lab = BackpropagationLab(batch=2, example=1, selected="x2.1")
    figure = network_figure(drawing(lab, story(lab)))
    assert not figure.data[0].x and not figure.data[1].x


def test_over_a_line_the_pointer_reads_its_name_and_what_is_known() -> None:
    lab = BackpropagationLab(step=10)
    at = drawing(lab, story(lab))
    told = next(trace for trace in network_figure(at).data if trace.name == "along the lines")
    gradient = story(lab).auto.d_w[2][0, 1]
    weight = story(lab).hand.begun.weights[2][0, 1]
    assert f"layer 3, to unit 1 from unit 2<br>w = {weight:.2f}<br>dL/dw = {gradient:.2f}" in told.hovertext
    assert not any("dL/dw" in text for text in told.hovertext if text.startswith("layer 1"))
    assert "target y1 = 1.00" in told.hovertext
