"""The drawn network and the losses."""

import math
from itertools import pairwise

import pytest

from charts.backpropagation.losses import losses_figure
from charts.backpropagation.network import network_figure, network_height
from engine.labs.backpropagation.drawing import drawing
from engine.labs.backpropagation.notation import short
from engine.labs.backpropagation.state import BackpropagationLab, HiddenLayer
from engine.labs.backpropagation.steps import steps
from engine.labs.backpropagation.story import story
from tests.engine.labs.backpropagation.networks import drawn, label


def texts(lab: BackpropagationLab, name: str) -> list[str]:
    figure = network_figure(drawing(lab, story(lab)))
    return [text for trace in figure.data if (trace.name or "").startswith(name) for text in trace.text]


@pytest.mark.parametrize("lab", drawn(5), ids=label)
def test_every_step_of_any_network_is_drawn_with_all_its_units_and_weights(lab: BackpropagationLab) -> None:
    told = story(lab)
    ones = lab.depth if lab.bias_unit else 0
    weights = sum((a + lab.bias_unit) * b for a, b in pairwise(lab.sizes))
    for step in range(1, len(steps(lab)) + 1):
        at = drawing(lab.model_copy(update={"step": step}), told)
        figure = network_figure(at)
        by_name = {trace.name: trace for trace in figure.data}
        assert len(by_name["units"].text) == sum(lab.sizes) + ones
        assert len(by_name["weights"].text) + len(by_name["weights of this step"].text) == weights
        is_marked = any(node.active for node in at.nodes) or any(edge.active for edge in at.edges) or at.loss_active
        assert is_marked, "the eye finds what is worked out"


def test_values_appear_when_they_are_known_and_not_before() -> None:
    lab = BackpropagationLab()
    hand = story(lab).hand
    assert texts(lab, "units")[2:5] == [f"z {short(value)}" for value in hand.z[0][0]]
    assert set(texts(lab, "units")[5:]) == {"?"}
    assert texts(lab, "loss") == ["?"]
    later = lab.model_copy(update={"step": 7})
    assert texts(later, "units")[2:5] == [short(value) for value in hand.a[0][0]]
    assert texts(later, "loss") == [short(hand.loss)]


def test_the_gradient_of_the_weights_stands_on_their_edges_at_its_step() -> None:
    lab = BackpropagationLab(step=10)
    assert steps(lab)[9].kind == "dL/dW"
    gradient = story(lab).hand.d_w[2]
    assert texts(lab, "weights of this step") == [f"<b>{short(value)}</b>" for value in gradient[0]]


def test_after_the_last_update_the_new_weights_are_drawn() -> None:
    lab = BackpropagationLab(step=26)
    new = story(lab).hand.updated.weights
    shown = {text.replace("<b>", "").replace("</b>", "") for text in texts(lab, "weights")}
    assert shown == {short(value) for weight in new for value in weight.ravel()}


def test_labels_of_a_full_layer_stay_apart() -> None:
    lab = BackpropagationLab(inputs=4, hidden=(HiddenLayer(units=4),) * 3, bias_unit=True)
    figure = network_figure(drawing(lab, story(lab)))
    for column in range(3):
        traces = [trace for trace in figure.data if (trace.name or "").startswith("weights")]
        heights = sorted(
            y for trace in traces for x, y in zip(trace.x, trace.y, strict=True) if column < x < column + 1
        )
        assert min(b - a for a, b in pairwise(heights)) > 0.15, "in rows of 82 pixels"
    assert network_height(drawing(lab, story(lab))) < 600


def test_numbers_are_short_enough_for_a_circle() -> None:
    numbers = (0.0, -0.0, 1.234, -12.345, 99.99, -12345.6, 99999.7, 1e-9, -3.2e-4, -1.3e160, 1e-300, math.inf, math.nan)
    assert all(len(short(value)) <= 6 for value in numbers)
    assert (short(12345.6), short(-1.3e160), short(2.5e6)) == ("12346", "-1e160", "2e6")
    assert short(-0.0) == "0.00"
    assert short(-3.2e-4) == "-3e-4"


def test_losses_far_apart_are_drawn_in_powers_of_ten() -> None:
    assert losses_figure((1.0, 1e9), 1e14, "nats").layout.yaxis.type == "log"
    assert losses_figure((1.0, 0.5), 0.2, "nats").layout.yaxis.type is None
    assert losses_figure((1.0, 0.0), math.inf, "nats").layout.yaxis.type is None


def test_losses_are_drawn_also_where_they_are_no_numbers() -> None:
    figure = losses_figure((1.0, 0.5, math.inf), math.nan, "nats")
    assert figure.data[0].y == (1.0, 0.5, None)
    assert figure.data[1].y == (None,)
    assert "nats" in figure.layout.yaxis.title.text
