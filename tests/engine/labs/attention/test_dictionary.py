"""Looking up softly: weights beside SciPy, the limit, and the bound of the error."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import special

from engine.labs.attention.dictionary import SHARPNESS, directions, lookup
from engine.labs.attention.said import measured as said
from engine.labs.attention.views import Dictionary

ASKED = [
    Dictionary(),
    Dictionary(keys=(0.0, 180.0), values=(10.0, -10.0), query=90.0),
    Dictionary(keys=(10.0, 10.0, 200.0), values=(1.0, 3.0, 9.0), query=10.0, sharpness=1000.0),
    Dictionary(keys=(0.0, 60.0, 120.0, 180.0, 240.0, 300.0), values=(1.0,) * 6, query=33.0, sharpness=0.1),
]
asked_of = pytest.mark.parametrize("asked", ASKED, ids=range(len(ASKED)))


@asked_of
def test_weights_are_the_softmax_of_cosines(asked: Dictionary) -> None:
    found = lookup(asked)
    cosines = np.cos(np.deg2rad(np.array(asked.keys) - asked.query))
    np.testing.assert_allclose(found.scores, cosines, atol=1e-12)
    np.testing.assert_allclose(found.weights, special.softmax(asked.sharpness * cosines), atol=1e-12)
    assert found.output == pytest.approx(float(special.softmax(asked.sharpness * cosines) @ asked.values))


@asked_of
def test_it_is_pytorchs_attention_with_the_sharpness_as_scale(asked: Dictionary) -> None:
    found = lookup(asked)
    q, k, v = (
        torch.from_numpy(each)[None] for each in (found.query[None], found.keys, np.array(asked.values)[:, None])
    )
    theirs = F.scaled_dot_product_attention(q, k, v, scale=asked.sharpness)
    assert found.output == pytest.approx(float(theirs), abs=1e-10)


@asked_of
def test_the_error_keeps_to_its_bound_at_every_sharpness(asked: Dictionary) -> None:
    found = lookup(asked)
    assert (np.abs(found.outputs - found.values[found.best]) <= found.bound + 1e-12).all()


def test_as_scores_grow_the_value_is_that_of_the_nearest_key_alone() -> None:
    found = lookup(Dictionary())
    assert found.outputs[-1] == pytest.approx(3.0, abs=1e-9) and abs(found.outputs[0] - 3.0) > 0.3
    sharp = lookup(Dictionary(sharpness=1000.0))
    apart = np.abs(sharp.around - sharp.nearest)
    assert np.median(apart) < 1e-9, "steps, but for queries between two keys"


def test_two_keys_that_are_equally_near_share_evenly_however_sharp() -> None:
    found = lookup(ASKED[1])
    assert found.output == pytest.approx(0.0, abs=1e-9) and found.gap == pytest.approx(0.0, abs=1e-9)
    assert "Another key has the same score" in said.looked_up(found, 4.0), "rounding is no distance"
    assert "averaged however sharp" in said.exact(found)
    twins = lookup(ASKED[2])
    assert twins.gap == 0 and twins.output == pytest.approx(2.0)
    assert "averaged however sharp" in said.exact(twins)


def test_the_sharpness_from_which_it_is_exact_is_the_first_one_after_the_last_error() -> None:
    found = lookup(Dictionary())
    off = np.abs(found.outputs - 3.0)
    start = SHARPNESS[off > 1e-3].max()
    text = said.exact(found)
    named = float(text.split("b = ")[1].split(" ")[0])
    assert start < named * 1.01 and off[named * 1.01 < SHARPNESS].max() <= 1e-3
    assert "k1" in said.looked_up(found, 4.0) and f"{found.output:.4f}" in said.looked_up(found, 4.0)


def test_directions_have_length_1() -> None:
    np.testing.assert_allclose(directions(np.array([0.0, 90.0])), [[1, 0], [0, 1]], atol=1e-12)
