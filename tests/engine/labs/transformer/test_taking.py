"""Heads and tokens taken away from a trained network, on one example and on the loss."""

import pytest
import torch

from engine.labs.transformer.looking import example, look
from engine.labs.transformer.taking import changed
from tests.engine.labs.transformer.tiny import translator


def test_with_nothing_taken_away_nothing_changes() -> None:
    trained = translator()
    found = changed(trained, example(trained.data, 1), [], [])
    assert found.loss == (trained.ablation.loss,) * 2 and found.score == (trained.ablation.exact,) * 2
    assert found.before.guesses == found.after.guesses


def test_the_loss_without_one_head_is_that_of_the_ranking() -> None:
    trained = translator()
    head, rise = trained.ablation.ranked[0]
    found = changed(trained, example(trained.data, 1), [head], [])
    assert found.loss[1] - found.loss[0] == pytest.approx(rise, abs=1e-6)
    assert not torch.equal(*map(torch.from_numpy, (found.before.right, found.after.right)))


def test_a_masked_token_is_the_example_s_own_and_gets_no_weight() -> None:
    trained = translator()
    given = example(trained.data, 2)
    found = changed(trained, given, [], [3])
    assert found.loss[0] == found.loss[1]
    place = found.after.attentions.index("cross 1")
    assert (found.after.maps[place][:, :, 2] == 0).all()
    assert (found.before.maps[place][:, :, 2] > 0).all()
    with trained.network() as network:
        after = look(network, trained.data, given)
    assert after.guesses == found.before.guesses
