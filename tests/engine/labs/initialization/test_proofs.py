"""Every proof's sentence is made of what it measured, and the measurement bears it out."""

from functools import cache

import numpy as np
import pytest

from engine.labs.initialization.proofs import PROOFS
from engine.labs.proof import Proof, Proved

BY_ID = {proof.id: proof for proof in PROOFS}


@cache
def found(id: str) -> Proved:
    return BY_ID[id].run()


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_a_proof_runs_and_has_a_full_table(proof: Proof) -> None:
    told = found(proof.id)
    assert "nan" not in told.sentence
    assert told.rows
    assert all(len(row) == len(told.head) for row in told.rows)


def test_xaviers_variance_is_two_over_the_sum() -> None:
    for row in found("xavier_variance").rows:
        assert float(row[1]) == pytest.approx(2 / 400, rel=0.03)
        assert float(row[2]) == pytest.approx(np.sqrt(2 / 400), rel=0.02)


def test_the_sigmoid_loses_the_gradient_that_tanh_keeps() -> None:
    tanh, sigmoid = found("xavier_sigmoid").rows
    assert float(tanh[2]) > 0.01
    assert float(sigmoid[2]) < 1e-15


def test_zeros_do_not_move_and_a_constant_is_one_unit() -> None:
    zeros, constant, drawn = found("zeros").rows
    assert zeros[1] == "0"
    assert zeros[3] == "50%"
    assert float(constant[1]) > 0
    assert float(constant[2]) < 1e-5
    assert int(drawn[3].rstrip("%")) > int(constant[3].rstrip("%"))


def test_one_hundredth_vanishes_where_xavier_does_not() -> None:
    small, xavier = found("small").rows
    assert float(small[2]) < 1e-30
    assert float(xavier[2]) > 0.01


def test_under_tanh_hes_gradient_grows_and_xaviers_does_not() -> None:
    xavier, he = found("he").rows
    assert float(he[2]) > 3 * float(xavier[2])
    assert float(he[2]) > 2
