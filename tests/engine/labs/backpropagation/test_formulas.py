"""Formulas with their numbers: read back from the LaTeX, they give the value on screen."""

import re

import numpy as np
import pytest

from engine.labs.backpropagation.heads import SoftmaxCrossEntropy
from engine.labs.backpropagation.notation import latex, plain_text
from engine.labs.backpropagation.quantity import difference
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import KINDS, next_phase, same_step, sheet_of, steps
from engine.labs.backpropagation.story import story
from tests.engine.labs.backpropagation.networks import alone, drawn, label

LABS = [*alone()[::3], *drawn(20)]
SUMMED = ("z", "dL/dW", "dL/db", "dL/dx")


def read(text: str) -> float:
    """A number as ``latex`` writes it."""
    return float(re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", text))


def summed(text: str) -> float:
    """A sum of products, as ``total`` writes it."""
    plain = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", text)
    products = [product.split(r" \cdot ") for product in plain.split(" + ")]
    return sum(float(np.prod([float(factor.strip("()")) for factor in factors])) for factors in products)


@pytest.mark.parametrize("lab", LABS, ids=label)
def test_every_step_has_a_formula_numbers_and_a_shape_in_its_notation(lab: BackpropagationLab) -> None:
    sheet = sheet_of(lab, story(lab))
    for item in steps(lab):
        texts = (item.symbol(sheet), item.formula(sheet), item.substituted(sheet), item.result(sheet))
        for text in (*texts, *(item.spelled(sheet, *entry) for entry in item.entries(sheet))):
            assert text
            assert text.count("{") == text.count("}"), text
            assert "nan" not in text
            assert not re.search(r"[-+] -", text), "a negative number in a sum stands in brackets"
            assert text.count(r"\begin") == text.count(r"\end")
        value = item.value(sheet.done, sheet.notation)
        if item.kind in ("loss", "dL/db") or getattr(item, "of_what", "") == "b":
            continue
        assert (
            item.shape(sheet) == f"({', '.join(map(str, value.T.shape if lab.layout == 'columns' else value.shape))})"
        )


@pytest.mark.parametrize("lab", LABS, ids=label)
def test_a_number_spelled_out_adds_up_to_its_value(lab: BackpropagationLab) -> None:
    sheet = sheet_of(lab, story(lab))
    for item in [item for item in steps(lab) if item.kind in SUMMED]:
        for row, column in item.entries(sheet):
            numbers = item.one(sheet, row, column).split(" = ")[1]
            value = item.value(sheet.done, sheet.notation)[row, column]
            assert summed(numbers) == pytest.approx(value, abs=0.004 * max(1.0, abs(value)))


@pytest.mark.parametrize("layout", ["rows", "columns"])
@pytest.mark.parametrize("bias_unit", [False, True])
def test_the_shown_matrices_multiply_to_the_shown_result(layout: str, bias_unit: bool) -> None:
    lab = BackpropagationLab(batch=3, layout=layout, bias_unit=bias_unit)
    sheet = sheet_of(lab, story(lab))
    for item in [item for item in steps(lab) if item.kind in ("z", "dL/dW", "dL/dx")]:
        matrices = [
            _matrix(found)
            for found in re.findall(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}(\^\{\\top\})?", item.substituted(sheet))
        ]
        product = matrices[0] @ matrices[1] + (matrices[2] if len(matrices) > 2 else 0.0)
        np.testing.assert_allclose(product, _matrix((item.result(sheet)[15:-13], "")), atol=0.02)


def _matrix(found: tuple[str, str]) -> np.ndarray:
    rows = [[read(cell.strip()) for cell in row.split("&")] for row in found[0].split(r"\\")]
    return np.array(rows).T if found[1] else np.array(rows)


def test_the_notations_have_the_same_numbers_in_other_places() -> None:
    base = BackpropagationLab(batch=2)
    rows, columns = (sheet_of(lab, story(lab)) for lab in (base, base.model_copy(update={"layout": "columns"})))
    first, second = steps(base)[0], steps(base)[0]
    assert first.shape(rows) == "(2, 3)"
    assert second.shape(columns) == "(3, 2)"
    assert "w_{12}" in first.one(rows, 0, 0)
    assert "w_{21}" in second.one(columns, 0, 0)


def test_a_bias_that_is_a_weight_of_a_unit_of_one_has_its_gradient_in_the_weights() -> None:
    lab = BackpropagationLab(bias_unit=True)
    told = story(lab)
    sheet = sheet_of(lab, told)
    weights = next(item for item in steps(lab) if item.kind == "dL/dW" and item.layer == 1)
    np.testing.assert_array_equal(weights.value(told.auto, sheet.notation)[:, 0], told.auto.d_b[0])
    assert not any(item.kind == "dL/db" for item in steps(lab))


def test_every_kind_of_quantity_is_a_step_and_says_what_it_is() -> None:
    assert {type(item) for item in steps(BackpropagationLab())} == set(KINDS)
    assert all(len(kind.words) > 20 for kind in KINDS)


def test_the_words_of_the_output_layer_are_true_of_it() -> None:
    lab = BackpropagationLab(head=SoftmaxCrossEntropy(outputs=3))
    sheet = sheet_of(lab, story(lab))
    said = {(item.kind, item.layer): item.said(sheet) for item in steps(lab)}
    assert "every edge" in said["dL/da", 2] and "every edge" not in said["dL/da", 3], "no edge leads on from an output"
    assert "its own" in said["a", 2] and "all pre-activations" in said["a", 3], "softmax takes them together"
    assert "its own z" in said["dL/dz", 2] and "every z" in said["dL/dz", 3]


@pytest.mark.parametrize("depth", range(4))
def test_steps_come_in_the_order_in_which_they_can_be_known(depth: int) -> None:
    lab = BackpropagationLab(hidden=BackpropagationLab().hidden[:1] * depth)
    listed = steps(lab)
    assert len(listed) == 8 * (depth + 1) + 2
    assert [item.phase for item in listed] == sorted(
        (item.phase for item in listed), key=["forward", "loss", "backward", "update"].index
    )
    backward = [item.layer for item in listed if item.kind == "dL/dz"]
    assert backward == sorted(backward, reverse=True)


def test_next_phase_leads_through_the_phases_and_stays_at_the_end() -> None:
    lab = BackpropagationLab()
    phases = []
    for _ in range(4):
        lab = lab.model_copy(update={"step": next_phase(lab)})
        phases.append(steps(lab)[lab.step - 1].phase)
    assert phases == ["loss", "backward", "update", "update"]
    assert lab.step == len(steps(lab))


@pytest.mark.parametrize("step", range(1, 27))
def test_another_notation_keeps_the_quantity_on_screen(step: int) -> None:
    old = BackpropagationLab(step=step)
    new = old.model_copy(update={"bias_unit": True})
    before, after = steps(old)[step - 1], steps(new)[same_step(old, new) - 1]
    assert (before.layer, before.phase) == (after.layer, after.phase)


def test_numbers_are_written_for_readers() -> None:
    assert latex(-0.00001234) == r"-1.234 \cdot 10^{-5}"
    assert latex(float("inf")) == r"\infty"
    assert latex(float("nan")) == r"\text{NaN}"
    assert latex(-0.0) == "0"
    assert plain_text(r"\frac{\partial L}{\partial w_{12}^{(3)}}") == "dL/dw12"


def test_a_difference_counts_equal_infinities_as_none() -> None:
    one, other = np.array([[np.inf, np.nan, 1.0]]), np.array([[np.inf, np.nan, 1.5]])
    assert difference(one, other).tolist() == [[0.0, 0.0, 0.5]]


def test_the_loss_is_a_mean_over_outputs_only_where_the_head_takes_it() -> None:
    for lab, over in (
        (BackpropagationLab(), "examples and outputs."),
        (BackpropagationLab(head=SoftmaxCrossEntropy()), "examples."),
    ):
        loss = next(item for item in steps(lab) if item.kind == "loss")
        assert loss.said(sheet_of(lab, story(lab))).endswith(over)
