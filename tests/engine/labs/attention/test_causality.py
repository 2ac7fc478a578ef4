"""The causal mask: no earlier output changes, to the last bit, by trying and by autograd; without it they do."""

import numpy as np
import pytest
import torch

from engine.labs.attention.causality import TRIES, changes, derivatives, output
from engine.labs.attention.head import head
from engine.labs.attention.masks import Causal, NoMask, Window
from engine.labs.attention.said import measured as said
from engine.labs.attention.state import AttentionLab
from tests.engine.labs.attention.drawn import LABS


@pytest.mark.parametrize("name", ["default", "padded", "edited", "long", "causal", "even"])
def test_changing_a_later_token_changes_no_earlier_output(name: str) -> None:
    found = changes(LABS[name].model_copy(update={"mask": Causal()}))
    assert found.earlier == 0.0 and found.earlier_derivative == 0.0
    assert "exactly 0" in said.changed(found, TRIES)


@pytest.mark.parametrize("name", ["default", "even", "long"])
def test_without_the_mask_it_does_and_every_token_moves_its_own_output(name: str) -> None:
    found = changes(LABS[name].model_copy(update={"mask": NoMask()}))
    assert found.earlier > 0.01 and (found.moved > 0).all()
    assert "later tokens are seen" in said.changed(found, TRIES)


def test_one_token_alone_has_no_later_one() -> None:
    found = changes(AttentionLab(text="cat", mask=Causal()))
    assert "no later one" in said.changed(found, TRIES) and "diagonal" not in said.changed(found, TRIES)


def test_what_changes_is_what_may_be_seen() -> None:
    lab = LABS["default"].model_copy(update={"mask": Window(reach=1), "removed": (4,)})
    found = changes(lab)
    seen = found.allowed | np.eye(6, dtype=bool)
    assert (found.moved[~seen] == 0).all() and (found.moved[found.allowed] > 0).all()
    assert (found.derivative[~seen] == 0).all() and (found.derivative[found.allowed] > 0).all()


def test_derivatives_are_difference_quotients_of_the_head() -> None:
    lab = LABS["default"].model_copy(update={"mask": Causal()})
    found = head(lab)
    matrices = (found.w_q, found.w_k, found.w_v)
    norms = np.zeros((6, 6))
    for token in range(6):
        for entry in range(4):
            shift = np.zeros_like(found.x)
            shift[token, entry] = 1e-6
            ends = [output(found.x + sign * shift, matrices, found.allowed) for sign in (1, -1)]
            norms[:, token] += (((ends[0] - ends[1]) / 2e-6) ** 2).sum(axis=1)
    np.testing.assert_allclose(derivatives(found.x, matrices, found.allowed), np.sqrt(norms), atol=1e-6)
    np.testing.assert_allclose(output(found.x, matrices, found.allowed), found.output, atol=1e-12)


def test_trying_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    changes(LABS["default"])
    assert torch.equal(before, torch.random.get_rng_state())
