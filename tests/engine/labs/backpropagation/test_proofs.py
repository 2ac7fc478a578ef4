"""The proofs: each runs, and its sentence says what its numbers say."""

import re

import pytest

from engine.labs.backpropagation.proofs import PROOFS
from engine.labs.proof import Proof

BY_ID = {proof.id: proof for proof in PROOFS}


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_a_proof_runs_and_its_table_has_its_columns(proof: Proof) -> None:
    found = proof.run()
    assert found.sentence.endswith(".")
    assert all(len(row) == len(found.head) for row in found.rows)
    assert found == proof.run(), "the same numbers each time"


def test_the_backward_pass_moves_nothing_and_optimizers_differ() -> None:
    found = BY_ID["only-gradients"].run()
    assert "moved by 0:" in found.sentence
    assert len({row[1:4] for row in found.rows}) == 1
    assert len({row[4:] for row in found.rows}) == 3


def test_the_right_formulas_are_autograds_and_the_wrong_ones_are_not() -> None:
    rows = {name: float(value) for name, value in BY_ID["formulas"].run().rows}
    wrong = [value for name, value in rows.items() if "taken for" in name]
    assert max(value for name, value in rows.items() if "taken for" not in name) < 1e-12
    assert len(wrong) == 2
    assert min(wrong) > 0.01


def test_the_product_is_refused_and_its_transpose_has_other_sizes() -> None:
    rows = dict(BY_ID["shapes"].run().rows)
    assert "refused" in rows["(3, 1) times (3, 5)"]
    assert rows["(1, 3) times (3, 5)"] == "(1, 5)"


def test_pre_activations_are_not_standardised() -> None:
    assert any(abs(float(row[1])) > 0.1 for row in BY_ID["input-layer"].run().rows)


def test_the_bias_moves_the_output_at_an_input_of_zero() -> None:
    outputs = re.search(r"outputs of ([\d.]+), ([\d.]+) and ([\d.]+)\.", BY_ID["bias"].run().sentence)
    assert outputs is not None
    assert [float(value) for value in outputs.groups()] == [0.269, 0.5, 0.731]


def test_the_shortcut_adds_the_gradient_itself() -> None:
    for _, auto, right, without, d_y in BY_ID["residual"].run().rows:
        assert float(auto) == pytest.approx(float(right), abs=1e-3)
        assert float(auto) - float(without) == pytest.approx(float(d_y), abs=1e-3)


def test_weights_change_once_per_batch() -> None:
    assert [row[1] for row in BY_ID["mini-batch"].run().rows] == ["1", "3", "12"]
