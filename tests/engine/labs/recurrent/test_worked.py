"""The worked example beside torch, and the parameters of the cells beside counting."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.labs.recurrent.worked import UNITS, WORDS, counts, ids_of, worked
from engine.refusal import Refusal


def test_every_number_is_torchs() -> None:
    found = worked("the small cat sees a big dog .", 3)
    assert (found.w_xh.shape, found.w_hh.shape, found.w_hy.shape) == ((5, 9), (5, 5), (9, 5))
    rnn = nn.RNN(9, UNITS, batch_first=True, dtype=torch.float64)
    for mine, theirs in ((found.w_xh, rnn.weight_ih_l0), (found.w_hh, rnn.weight_hh_l0), (found.b_h, rnn.bias_ih_l0)):
        theirs.data.copy_(torch.from_numpy(mine))
    rnn.bias_hh_l0.data.zero_()
    x = torch.eye(9, dtype=torch.float64)[[0, 6, 2, 4, 1, 7, 3, 8]][None]
    hidden = rnn(x)[0][0].detach().numpy()
    np.testing.assert_allclose(found.h[1:], hidden, atol=1e-12)
    assert not found.h[0].any() and found.torch_difference < 1e-12
    scores = hidden @ found.w_hy.T + found.b_y
    np.testing.assert_allclose(found.y, np.exp(scores) / np.exp(scores).sum(1, keepdims=True), rtol=1e-9)


def test_words_are_the_nine_and_others_are_refused_by_name() -> None:
    assert ids_of("The CAT") == [WORDS.index("the"), WORDS.index("cat")]
    assert len(ids_of("the " * 40)) == 12
    with pytest.raises(Refusal, match="no word 'horse' in this vocabulary; choose from: the a cat"):
        ids_of("the horse")
    with pytest.raises(Refusal, match="empty"):
        ids_of("  ")


def test_parameters_stand_1_to_3_to_4() -> None:
    rnn, gru, lstm, peephole = counts(9, 5)
    assert rnn.parameters == 5 * 9 + 5 * 5 + 2 * 5 == rnn.of_torch
    assert (gru.parameters, lstm.parameters) == (3 * rnn.parameters, 4 * rnn.parameters)
    assert peephole.parameters == lstm.parameters + 3 * 5 and peephole.of_torch == lstm.parameters
