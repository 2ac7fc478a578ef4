"""The number that is picked: what belongs to it, by changing it and seeing what the formula of each step gives then."""

from collections.abc import Callable

import numpy as np
import pytest
from pydantic import ValidationError

from engine.choice import problems
from engine.codec import decode_model, encode_model
from engine.labs.backpropagation.backward import ByActivation, ByInput, ByPreActivation, ByWeights
from engine.labs.backpropagation.changes import reshaped, with_number
from engine.labs.backpropagation.edits import Place
from engine.labs.backpropagation.forward import LossOf, PreActivation
from engine.labs.backpropagation.picking import at_step, belonging, picked, shown_of, steps_with, value_at
from engine.labs.backpropagation.quantity import Quantity
from engine.labs.backpropagation.results import Numbers, Pass
from engine.labs.backpropagation.state import BackpropagationLab, HiddenLayer
from engine.labs.backpropagation.steps import sheet_of, steps
from engine.labs.backpropagation.story import story, with_edits
from tests.engine.labs.backpropagation.networks import HEADS, SMOOTH, drawn, label

Formula = Callable[[Numbers, Pass], np.ndarray]


def formulas(lab: BackpropagationLab) -> dict[Quantity, Formula]:
    """The right-hand side of every step in which a weight, a bias, an input or a target stands, the rest held fixed."""
    last = lab.depth
    found: dict[Quantity, Formula] = {
        LossOf(last): lambda n, p: lab.head.terms(p.z[-1], n.y),
        ByActivation(last): lambda n, p: lab.head.d_output(p.a[-1], n.y),
        ByPreActivation(last): lambda n, p: lab.head.d_z(p.a[-1], n.y),
        ByInput(0): lambda n, p: p.d_z[0] @ n.weights[0],
        ByWeights(1): lambda n, p: p.d_z[0].T @ n.x,
    }
    for layer in range(1, last + 1):
        found[PreActivation(layer)] = lambda n, p, k=layer: (
            (n.x if k == 1 else p.a[k - 2]) @ n.weights[k - 1].T + n.biases[k - 1]
        )
    for layer in range(1, last):
        found[ByActivation(layer)] = lambda n, p, k=layer: p.d_z[k] @ n.weights[k]
    return found


@pytest.mark.parametrize("lab", [lab.model_copy(update={"bias_unit": False}) for lab in drawn(9, SMOOTH)], ids=label)
def test_what_belongs_to_a_number_is_what_changes_with_it_in_the_formula(lab: BackpropagationLab) -> None:
    told = story(lab)
    sheet, begun = sheet_of(lab, told), told.hand.begun
    for place in lab.places():
        value = value_at(begun, place, lab.takes_classes)
        other = value % lab.head.outputs + 1 if place.letter == "y" and lab.takes_classes else 0.37 + value / 2
        new = with_edits(begun, [with_number(lab, place, other).read_edits[-1]], lab.takes_classes)
        for quantity, formula in formulas(lab).items():
            changed = np.argwhere(formula(new, told.hand) != formula(begun, told.hand)).tolist()
            found = belonging(sheet, place, quantity)
            if place.letter == "y" and lab.takes_classes and quantity.kind != "loss":
                assert {row for row, _ in changed} == {row for row, _ in found}, "a class is a row of targets"
            elif not _is_named_besides(place, quantity):
                assert sorted(map(tuple, changed)) == sorted(found), (str(place), quantity)


def _is_named_besides(place: Place, quantity: Quantity) -> bool:
    """What belongs to a number though its formula has it not: its own derivative, and what its unit works out."""
    return quantity.kind == ("dL/dW" if place.letter == "w" else "dL/dx") or (
        place.letter == "b" and quantity.kind != "z"
    )


def test_the_gradient_and_the_new_value_belong_to_each_weight_and_bias() -> None:
    for bias_unit in (False, True):
        lab = BackpropagationLab(bias_unit=bias_unit)
        sheet = sheet_of(lab, story(lab))
        for place in (place for place in lab.places() if place.letter in "wb"):
            auto = story(lab).auto
            gradient = (
                auto.d_w[place.first - 1][place.unit - 1, place.source - 1]
                if place.letter == "w"
                else auto.d_b[place.first - 1][place.unit - 1]
            )
            new = value_at(auto.updated, place, classes=False)
            numbers = {}
            for step in steps_with(lab, place):
                quantity = steps(lab)[step - 1]
                if quantity.kind in ("dL/dW", "dL/db", "update"):
                    (at,) = belonging(sheet, place, quantity)
                    numbers[quantity.kind] = quantity.number(sheet, *at)
            assert numbers.pop("update") == pytest.approx(new, rel=1e-12)
            assert list(numbers.values()) == [pytest.approx(gradient, rel=1e-12, abs=1e-15)]


def test_all_that_a_unit_works_out_belongs_to_its_bias() -> None:
    lab = BackpropagationLab()
    kinds = [steps(lab)[step - 1].kind for step in steps_with(lab, Place("b", 2, 1))]
    assert kinds == ["z", "a", "dL/da", "dL/dz", "dL/db", "update"]


def test_a_step_names_only_steps_that_have_numbers_of_the_picked_one() -> None:
    for lab in drawn(6):
        sheet = sheet_of(lab, story(lab))
        for place in lab.places():
            some = [step for step, quantity in enumerate(steps(lab), 1) if belonging(sheet, place, quantity)]
            assert steps_with(lab, place) == some


def test_of_several_examples_the_drawn_one_is_told() -> None:
    lab = BackpropagationLab(batch=3, example=2)
    sheet = sheet_of(lab, story(lab))
    assert shown_of(sheet, Place("w", 1, 3, 1), PreActivation(1)) == [(1, 2)]
    assert belonging(sheet, Place("w", 1, 3, 1), PreActivation(1)) == [(0, 2), (1, 2), (2, 2)]


def test_picking_opens_the_layer_the_example_and_the_number_spelled_out() -> None:
    lab = picked(BackpropagationLab(batch=2), Place("w", 1, 3, 2))
    assert (lab.selected, lab.editing, lab.entry) == ("w1.3.2", 1, 3), "z of unit 3"
    lab = picked(lab, Place("x", 2, 1))
    assert (lab.editing, lab.example, lab.entry) == (0, 2, 4), "the first z of example 2"
    assert picked(lab, None).selected == ""


def test_the_number_spelled_out_follows_the_picked_one_from_step_to_step() -> None:
    lab = picked(BackpropagationLab(), Place("w", 1, 3, 2))
    gradient = steps(lab).index(ByWeights(1)) + 1
    assert at_step(lab, gradient).entry == 6, "the last of 3 x 2"
    assert at_step(lab, 99).step == len(steps(lab))
    assert at_step(BackpropagationLab(), 3).entry == 1


def test_another_shape_keeps_the_picked_number_where_it_still_has_a_place() -> None:
    lab = picked(BackpropagationLab(), Place("w", 2, 1, 3))
    narrow = {"hidden": (HiddenLayer(units=2), HiddenLayer(units=2))}
    assert reshaped(lab, narrow)["selected"] == ""
    assert reshaped(lab, {"seed": 4})["selected"] == "w2.1.3"


def test_a_link_holds_what_is_picked() -> None:
    lab = picked(BackpropagationLab(head=HEADS["softmax_cross_entropy"](outputs=3)), Place("y", 1, 1))
    assert decode_model(BackpropagationLab, encode_model(lab)) == (lab, [])


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("w9.1.1", "there is no w9.1.1 in a network of 2-3-2-1"),
        ("w1.1", "write w<layer>.<to>.<from>"),
        ("w1.1.0", "there is no w1.1"),
        ("b1.1.1", "write w<layer>"),
        ("x1.1=5", "write w<layer>"),
        ("<b>", "write w<layer>"),
        ("w1.1.1" * 9, "at most 8 characters"),
    ],
)
def test_a_place_that_is_not_there_says_what_was_given_and_what_is_allowed(place: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        BackpropagationLab(selected=place)
    problem = problems(refused.value, BackpropagationLab)[0]
    assert (problem.field, problem.value) == ("selected", place)
    assert said in str(problem)
