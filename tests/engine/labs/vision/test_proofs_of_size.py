"""What the proofs say is what they measured, and it is what they set out to show."""

import pytest

from engine.labs.proof import Proof, Proved
from engine.labs.vision import proofs_of_maps, proofs_of_size

PROOFS = (*proofs_of_size.PROOFS, *proofs_of_maps.PROOFS)
FOUND: dict[str, Proved] = {}


def proved(id: str) -> Proved:
    if id not in FOUND:
        FOUND[id] = next(proof for proof in PROOFS if proof.id == id).run()
    return FOUND[id]


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_every_proof_runs_and_says_its_numbers(proof: Proof) -> None:
    found = proved(proof.id)
    assert any(character.isdigit() for character in found.sentence)
    assert "nan" not in found.sentence
    assert all(len(row) == len(found.head) for row in found.rows)


def test_the_miscount_is_a_product_and_the_count_a_sum() -> None:
    found = proved("miscount")
    assert all(words in found.sentence for words in ("426,368", "1,290", "427,658", "6,442,450,944"))
    parts = [int(row[3].replace(",", "")) for row in found.rows]
    assert sum(parts[:-1]) == parts[-1]


def test_the_shuffled_twin_answers_alike_and_has_learned() -> None:
    first, last = proved("shuffled_twin").rows
    assert first[4] == last[4] == "359 of 359" and float(last[3]) < 1e-3
    assert float(last[1].split()[0]) > 80 > 30 > float(first[1].split()[0])


def test_a_map_multiplied_by_the_picture_shows_it_before_anything_is_learned() -> None:
    rows = {row[0]: [float(cell) for cell in row[1:]] for row in proved("map_as_evidence").rows}
    assert min(rows["input × gradient"]) > 0.7 > 0.5 > max(rows["saliency"])
