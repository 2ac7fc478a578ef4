"""Every statement is borne out by its run, and none is made that a run contradicts."""

import pytest
import torch

from engine.labs.convolution.proofs import PROOFS, shown
from engine.labs.convolution.shuffled import order, shuffled
from engine.labs.proof import Proof
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits


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


def test_a_fixed_shuffle_moves_the_pixels_of_every_picture_alike_and_can_be_undone() -> None:
    images = built(Digits(), 0)
    moved, places = shuffled(images, 0), order(images, 0)
    assert sorted(places.tolist()) == list(range(64))
    for before, after in ((images.train, moved.train), (images.test, moved.test)):
        back = after.x.flatten(1)[:, torch.argsort(places)].reshape(before.x.shape)
        assert torch.equal(back, before.x) and torch.equal(after.label, before.label)
