"""Every proof runs, says its numbers, and what it states holds in them."""

import math

import pytest

from engine.labs.activations.proofs import PROOFS
from engine.labs.proof import Proved

FOUND: dict[str, Proved] = {}


def proved(name: str) -> Proved:
    if name not in FOUND:
        FOUND[name] = {proof.id: proof for proof in PROOFS}[name].run()
    return FOUND[name]


def numbers(name: str, row: int) -> list[float]:
    return [float(cell) for cell in proved(name).rows[row][1:]]


@pytest.mark.parametrize("name", [proof.id for proof in PROOFS])
def test_a_proof_has_a_sentence_with_numbers_and_a_table_that_fits_its_head(name: str) -> None:
    found = proved(name)
    assert any(sign.isdigit() for sign in found.sentence)
    assert "nan" not in found.sentence.lower()
    assert found.rows and all(len(row) == len(found.head) for row in found.rows)


def test_ranges() -> None:
    sigmoid, tanh = numbers("ranges", 0), numbers("ranges", 1)
    assert 0 <= sigmoid[0] < 1e-9 and tanh[0] == pytest.approx(-1)
    assert (sigmoid[2], tanh[2]) == (0.5, 0.0)
    s = 1 / (1 + math.exp(-10))
    assert sigmoid[4] == pytest.approx(s * (1 - s), rel=0.05)


def test_softmax_loses_the_examples_that_tanh_keeps() -> None:
    soft, tanh = numbers("softmax", 0), numbers("softmax", 1)
    assert soft[-1] < 1e-5 and tanh[-1] > 0.1
    assert soft == sorted(soft, reverse=True)
    assert f"{1 / (2 + math.exp(-8)):.3f}" in proved("softmax").sentence
    assert f"{1 / (1 + math.exp(-4)):.3f}" in proved("softmax").sentence


def test_the_wrong_sign_leaves_the_range() -> None:
    wrong, right, _ = (numbers("sign", row) for row in range(3))
    assert all(value < 0 or value > 1 for value in wrong) and math.inf in wrong
    assert all(0 < value < 1 for value in right)


def test_linear_layers_have_gradients_and_a_step_has_none() -> None:
    linear, tanh, step = (numbers("backpropagation", row) for row in range(3))
    assert min(linear) > 0 and min(tanh) > 0
    assert max(step[:-1]) == 0 and step[-1] > 0


def test_the_price_is_far_off_through_a_sigmoid() -> None:
    linear, sigmoid = (float(proved("price").rows[row][-1]) for row in range(2))
    assert sigmoid > 10 * linear


def test_without_its_minus_the_sum_drives_the_truth_out() -> None:
    wrong, right = numbers("minus", 0), numbers("minus", 1)
    assert wrong[3] < 0.001 < 0.333 < right[3]
    assert right[0] == pytest.approx(math.log(3), abs=1e-3)


def test_maxout_is_not_the_largest_input() -> None:
    for row in proved("maxout").rows:
        largest_input, *pieces, top = (float(cell) for cell in row[1:])
        assert top == max(pieces) != largest_input
