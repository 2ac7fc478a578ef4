"""What the proofs say is what they measured."""

import pytest

from engine.labs.descent.proofs import PROOFS
from engine.labs.proof import Proof


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_every_proof_runs_and_says_its_numbers(proof: Proof) -> None:
    found = proof.run()
    assert any(character.isdigit() for character in found.sentence)
    assert "nan" not in found.sentence and "inf" not in found.sentence.replace("infinit", "")
    assert all(len(row) == len(found.head) for row in found.rows)
