"""How the next token is chosen, beside NumPy and beside what is drawn."""

import numpy as np
import pytest
import torch

from engine.sequences.asked import Asked
from engine.sequences.data import BEGIN, END, PAD, UNKNOWN
from engine.sequences.decoding import Decoding, recurrent_scorer, written_on
from engine.sequences.recurrent import Recurrent, RecurrentNetwork
from engine.streams import stream

SCORES = torch.tensor([9.0, 9.0, 9.0, -1.0, 2.0, 0.5, 1.5, -0.5, 1.0, 0.0])
"""The first three may never be written."""


def softmax(scores: np.ndarray) -> np.ndarray:
    e = np.exp(scores - scores.max())
    return e / e.sum()


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_temperature_divides_the_scores(temperature: float) -> None:
    p = Decoding(temperature=temperature).distribution(SCORES)
    assert not p[[PAD, UNKNOWN, BEGIN]].any()
    np.testing.assert_allclose(p[3:].numpy(), softmax(SCORES[3:].numpy().astype(float) / temperature), rtol=1e-12)


def test_top_k_leaves_the_k_likeliest_in_proportion() -> None:
    p = Decoding(top_k=3).distribution(SCORES)
    assert torch.nonzero(p).flatten().tolist() == [4, 6, 8]
    np.testing.assert_allclose(p[[4, 6, 8]].numpy(), softmax(np.array([2.0, 1.5, 1.0])), rtol=1e-12)


@pytest.mark.parametrize("top_p", [0.01, 0.5, 0.8, 0.99, 1.0])
def test_top_p_leaves_the_fewest_that_reach_it(top_p: float) -> None:
    whole = softmax(SCORES[3:].numpy().astype(float))
    ranked = sorted(whole, reverse=True)
    needed = next(n for n in range(1, len(ranked) + 1) if sum(ranked[:n]) >= top_p - 1e-12)
    p = Decoding(top_p=top_p).distribution(SCORES)[3:].numpy()
    assert (p > 0).sum() == needed
    np.testing.assert_allclose(np.sort(p)[::-1][:needed], np.array(ranked[:needed]) / sum(ranked[:needed]), rtol=1e-12)


def test_both_limits_act_in_their_order_and_greedy_before_them() -> None:
    p = Decoding(top_k=3, top_p=0.7).distribution(SCORES)
    assert torch.nonzero(p).flatten().tolist() == [4, 6], "of three, two reach 0.7"
    greedy = Decoding(greedy=True, temperature=5.0).distribution(SCORES)
    assert greedy[4] == 1 and greedy.sum() == 1


def test_tokens_are_drawn_as_often_as_their_probability_says() -> None:
    decoding = Decoding(temperature=0.8, top_k=4)
    generator = stream(0, "sampling")
    drawn = [next(written_on(lambda new: SCORES, [4], decoding, 1, generator)).token for _ in range(4000)]
    share = np.bincount(drawn, minlength=10) / 4000
    np.testing.assert_allclose(share, decoding.distribution(SCORES).numpy(), atol=0.03)


def test_a_recurrent_network_reads_each_token_once_and_says_what_it_would_of_the_whole() -> None:
    network = RecurrentNetwork(Recurrent(units=5, layers=2), Asked(10, 0, 10, at_end=False, classes=True), 0)
    found = list(written_on(recurrent_scorer(network), [4, 5, 6], Decoding(temperature=1.5), 12, stream(3, "sampling")))
    ids = [4, 5, 6]
    for item in found:
        with torch.no_grad():
            whole = network(torch.tensor([ids]))[0, -1].double().softmax(0)
        assert item.probability == pytest.approx(float(whole[item.token]), rel=1e-5)
        ids.append(item.token)
    again = list(written_on(recurrent_scorer(network), [4, 5, 6], Decoding(temperature=1.5), 12, stream(3, "sampling")))
    assert again == found


def test_writing_ends_with_the_end() -> None:
    scores = torch.zeros(10)
    scores[END] = 50.0
    found = list(written_on(lambda new: scores, [4], Decoding(), 20, stream(0, "sampling")))
    assert [item.token for item in found] == [END]
