"""Numbers set by hand, updates, taking back, and the link that holds them."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.choice import problems
from engine.codec import decode_model, encode_model
from engine.labs.backpropagation.changes import after_update, changed, reshaped, taken_back, with_number
from engine.labs.backpropagation.edits import Place, read_edit
from engine.labs.backpropagation.playground import experiment
from engine.labs.backpropagation.state import CHAIN, MAX_EDITS, BackpropagationLab, HiddenLayer
from engine.labs.backpropagation.story import first_numbers, story
from tests.engine.labs.backpropagation.networks import HEADS, drawn, label


def test_the_first_numbers_are_the_seeds_and_a_layer_more_leaves_the_others_alone() -> None:
    one, two = BackpropagationLab(), BackpropagationLab(hidden=(*BackpropagationLab().hidden, HiddenLayer(units=4)))
    first, second, other = first_numbers(one), first_numbers(two), first_numbers(BackpropagationLab(seed=1))
    np.testing.assert_array_equal(first.weights[0], second.weights[0])
    np.testing.assert_array_equal(first.x, second.x)
    assert not np.array_equal(first.weights[0], other.weights[0])


@pytest.mark.parametrize("lab", drawn(6), ids=label)
def test_the_list_of_places_is_what_a_network_has(lab: BackpropagationLab) -> None:
    digits = range(6)
    asked = [Place(letter, a, b, c) for letter in "wbxy" for a in digits for b in digits for c in digits]
    assert {place for place in asked if lab.has(place) and (place.letter in "wb" or not place.source)} == set(
        lab.places()
    )


def test_the_first_numbers_draw_nothing_from_the_global_generator() -> None:
    before = torch.get_rng_state()
    first_numbers(BackpropagationLab(seed=5))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("lab", drawn(12), ids=label)
def test_every_number_can_be_set_and_only_that_one_changes(lab: BackpropagationLab) -> None:
    before = story(lab).hand.begun
    for place in lab.places():
        value = 2.0 if place.letter == "y" and lab.takes_classes else 0.125
        after = story(with_number(lab, place, value)).hand.begun
        pairs = zip(_all(before), _all(after), strict=True)
        moved = sum(int((one != two).sum()) for one, two in pairs)
        assert moved == (
            2 if place.letter == "y" and lab.takes_classes and before.y[place.first - 1, 1] == 0 else 1
        ) or (place.letter == "y" and moved == 0)


def _all(numbers: object) -> list[np.ndarray]:
    return [numbers.x, numbers.y, *numbers.weights, *numbers.biases]  # type: ignore[attr-defined]


@pytest.mark.parametrize("head", HEADS)
def test_updates_are_plain_sgd_as_torch_makes_it(head: str) -> None:
    lab = BackpropagationLab(head=HEADS[head](outputs=2), batch=3, updates=(0.5, 0.1, 1.0))
    begun = first_numbers(lab)
    leaves = [torch.from_numpy(array.copy()).requires_grad_() for array in (*begun.weights, *begun.biases)]
    losses = []
    for rate in (0.5, 0.1, 1.0, 0.0):
        a = torch.from_numpy(begun.x)
        for layer in range(3):
            a = torch.nn.functional.linear(a, leaves[layer], leaves[3 + layer])
            a = torch.tanh(a) if layer < 2 else a
        loss = lab.head.torch_loss(a, torch.from_numpy(begun.y))
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, leaves)
        with torch.no_grad():
            for leaf, gradient in zip(leaves, gradients, strict=True):
                leaf -= rate * gradient
    assert story(lab).losses == pytest.approx(losses, rel=1e-12)


def test_the_loss_after_the_update_is_the_loss_of_the_next_pass() -> None:
    lab = BackpropagationLab()
    told = story(lab)
    assert told.after < told.losses[-1]
    assert story(after_update(lab)).losses == (told.losses[0], told.after)


def test_a_number_set_after_an_update_leaves_the_passes_before_as_they_were() -> None:
    lab = with_number(after_update(BackpropagationLab()), Place("w", 1, 2, 1), 0.75)
    assert lab.edits == ("1:w1.2.1=0.75",)
    told = story(lab)
    assert told.losses[0] == story(BackpropagationLab()).losses[0]
    assert told.hand.begun.weights[0][1, 0] == 0.75


def test_taking_back_goes_through_edits_and_updates_in_their_order() -> None:
    start = BackpropagationLab()
    first = with_number(start, Place("x", 1, 1), 1.5)
    second = after_update(first)
    third = with_number(second, Place("b", 1, 1), 0.5)
    assert taken_back(third) == second
    assert taken_back(second) == first
    assert taken_back(first) == start
    assert taken_back(start) == start


def test_a_link_holds_the_whole_story() -> None:
    lab = BackpropagationLab(**CHAIN)
    for place, value in ((Place("w", 1, 1, 1), -0.5), (Place("y", 1, 1), 0.25)):
        lab = after_update(with_number(lab, place, value))
    again, wrong = decode_model(BackpropagationLab, encode_model(lab))
    assert (again, wrong) == (lab, [])
    assert story(again).losses == story(lab).losses


@pytest.mark.parametrize("lab", drawn(12), ids=label)
def test_a_link_holds_every_shape(lab: BackpropagationLab) -> None:
    assert decode_model(BackpropagationLab, encode_model(lab)) == (lab, [])


def test_the_longest_story_still_fits_into_a_link() -> None:
    lab = BackpropagationLab(inputs=4, hidden=(HiddenLayer(units=4),) * 3, batch=4, updates=(0.123,) * 99)
    places = [place for place in lab.places() if place.letter != "y"]
    for count in range(MAX_EDITS):
        lab = after_update(lab) if count == MAX_EDITS // 2 else lab
        lab = with_number(lab, places[count % 50], -1.23456e-5)
    assert len(lab.edits) == MAX_EDITS
    assert len(encode_model(lab)["edits"]) <= 2000
    again = with_number(lab, places[40], 1.0)
    assert again.read_edits[40].value == 1.0, "one that replaces another has room"
    with pytest.raises(ValueError, match=f"at most {MAX_EDITS} numbers"):
        with_number(lab, places[60], 1.0)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("w1.9.1=0.5", "there is no w1.9.1 in a network of 2-3-2-1"),
        ("w1.1=0.5", "write w<layer>"),
        ("x1.1=1000", "x1.1 goes from -100 to 100"),
        ("y1.1=2", "y1.1 goes from 0 to 1"),
        ("x1.1=nan", "goes from"),
        ("x1.1=abc", "is not a number"),
        ("3:x1.1=1", "only 0 updates were made"),
        ("x2.1=1", "there is no x2.1"),
        ("import os", "write w<layer>"),
    ],
)
def test_an_edit_that_cannot_be_says_what_was_given_and_what_is_allowed(edit: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        BackpropagationLab(edits=(edit,))
    problem = problems(refused.value, BackpropagationLab)[0]
    assert problem.field == "edits"
    assert problem.value == edit
    assert said in str(problem)


def test_a_class_is_a_whole_number() -> None:
    lab = BackpropagationLab(head=HEADS["softmax_cross_entropy"](outputs=3))
    assert story(with_number(lab, Place("y", 1, 1), 3.0)).hand.begun.y.tolist() == [[0.0, 0.0, 1.0]]
    with pytest.raises(ValueError, match="number of the true class"):
        with_number(lab, Place("y", 1, 1), 1.5)


def test_edits_of_a_link_stand_in_the_order_of_their_updates() -> None:
    with pytest.raises(ValidationError, match="order of the updates"):
        BackpropagationLab(updates=(0.5,), edits=("1:x1.1=1", "x1.1=2"))


def test_another_shape_begins_anew_and_keeps_what_still_has_a_place() -> None:
    lab = after_update(with_number(with_number(BackpropagationLab(), Place("x", 1, 1), 1.5), Place("w", 1, 3, 1), 0.5))
    values = reshaped(lab, {"hidden": (HiddenLayer(units=2),)})
    new = changed(lab, **values)
    assert (new.updates, new.edits) == ((), ("x1.1=1.5",))
    assert reshaped(lab, {"rate": 0.1}) == {"rate": 0.1}, "the learning rate belongs to no shape"


def test_an_edit_is_written_as_it_is_read() -> None:
    for text in ("w1.2.3=0.5", "b2.1=-1e-05", "4:x1.2=100"):
        assert str(read_edit(text)) == text


@pytest.mark.parametrize("lab", drawn(9), ids=label)
def test_the_playground_gets_the_same_layers_loss_and_optimizer(lab: BackpropagationLab) -> None:
    made = experiment(lab)
    assert made.model.hidden == lab.sizes[1:-1]
    assert [made.model.activation_of(k) for k in range(1, lab.depth)] == [layer.activation for layer in lab.hidden]
    assert made.training.loss.kind == {
        "sigmoid_bce": "bce", "softmax_cross_entropy": "cross_entropy", "linear_mse": "mse",
    }[lab.head.kind]  # fmt: skip
    assert made.training.optimizer.kind == "sgd"
