"""What the proofs say is what they measured, and it is what they set out to show."""

import pytest

from engine.labs.proof import Proof, Proved
from engine.labs.recurrent.proofs import PROOFS

FOUND: dict[str, Proved] = {}


def proved(id: str) -> Proved:
    if id not in FOUND:
        FOUND[id] = next(proof for proof in PROOFS if proof.id == id).run()
    return FOUND[id]


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_every_proof_runs_and_says_its_numbers(proof: Proof) -> None:
    found = proved(proof.id)
    assert any(character.isdigit() for character in found.sentence)
    assert "nan" not in found.sentence and "inf" not in found.sentence.replace("infinit", "")
    assert all(len(row) == len(found.head) for row in found.rows)


def test_a_skip_over_time_is_a_shortcut_and_the_input_is_none() -> None:
    plain, depth, time, _ = (float(row[2]) for row in proved("shortcuts").rows)
    assert time > plain + 0.1 and depth < plain + 0.05


def test_with_weights_of_0_only_the_output_bias_has_a_gradient() -> None:
    assert [row[0] for row in proved("zeros").rows if row[1] != "0"] == ["the output bias"]
    assert "differ by 0 between" in proved("zeros").sentence


def test_both_recurrent_matrices_have_terms_at_many_steps_and_the_output_one() -> None:
    steps = {row[0]: int(row[1]) for row in proved("state_or_weights").rows}
    assert steps == {"W_xh": 6, "W_hh": 5, "W_hy": 1}


def test_an_lstms_gradient_grows_and_clipping_shortens_it_and_only_peepholes_see_the_cell() -> None:
    rows = proved("gates_and_growth").rows
    assert float(rows[-1][1].replace(",", "")) > 100 > 1 > float(rows[0][1])
    assert float(rows[-1][2]) > 1 == float(rows[-1][3])
    assert "an LSTM's move by 0, those of one with peepholes by 0." in proved("gates_and_growth").sentence


def test_attention_keeps_more_of_the_gradient_and_waits_for_nothing() -> None:
    lstm, attention = proved("motives").rows
    assert float(attention[1]) > 10 * float(lstm[1]) and (lstm[2], attention[2]) == ("512", "1")
