"""Every mask of the catalog, beside PyTorch's own."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.labs.attention.masks import Causal, Mask, MaskChoice, NoMask, Window
from tests.rows import defaults_of


@pytest.mark.parametrize("mask", defaults_of(Mask).values(), ids=str)
@pytest.mark.parametrize("tokens", [1, 2, 12])
def test_every_mask_lets_each_token_look_at_itself(mask: MaskChoice, tokens: int) -> None:
    allowed = mask.allowed(tokens)
    assert allowed.shape == (tokens, tokens) and allowed.dtype == bool
    assert np.diagonal(allowed).all()


def test_causal_is_pytorchs_square_subsequent_mask() -> None:
    theirs = nn.Transformer.generate_square_subsequent_mask(7)
    np.testing.assert_array_equal(Causal().allowed(7), torch.isfinite(theirs).numpy())


def test_a_window_is_a_band_and_no_mask_hides_nothing() -> None:
    ones = torch.ones(6, 6)
    band = torch.triu(torch.tril(ones, 2), -2)
    np.testing.assert_array_equal(Window(reach=2).allowed(6), band.numpy() > 0)
    assert NoMask().allowed(6).all()
