"""Every statement is borne out by its run, and none is made that a run contradicts."""

import pytest

from engine.labs.optimizers.proofs import PROOFS
from engine.labs.optimizers.proving import shown
from engine.labs.proof import Proof


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_every_proof_holds_and_shows_its_numbers(proof: Proof) -> None:
    found = proof.run()
    assert "did not show" not in found.sentence
    assert any(character.isdigit() for character in found.sentence)
    assert all(len(row) == len(found.head) for row in found.rows)


def test_a_statement_that_its_run_contradicts_is_not_made() -> None:
    assert "did not show" in shown(False, "It is so.").sentence
    assert shown(True, "It is so.").sentence == "It is so."


def test_proofs_have_ids_of_their_own() -> None:
    assert len({proof.id for proof in PROOFS}) == len(PROOFS)
