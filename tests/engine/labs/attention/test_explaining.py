"""The classifiers: their sums beside PyTorch's, the other weights beside brute force, ranks beside SciPy."""

from itertools import product

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import stats
from scipy.optimize import linprog

from engine.labs.attention.explaining import KINDS, TOLERANCE, drawn, explanations
from engine.labs.attention.pooling import (
    DECIDING,
    VOCABULARY,
    WIDTH,
    Pooler,
    farthest_alike,
    kendall,
    sentences,
    without_each,
)
from engine.labs.attention.results.explanation import Explanations
from engine.labs.attention.said import explanation as said
from engine.labs.attention.views import Explanation
from engine.streams import stream


def test_every_sentence_has_exactly_one_word_that_decides() -> None:
    tokens, place = sentences(500, 7, stream(0, "data"))
    deciding = tokens < len(DECIDING)
    assert (deciding.sum(dim=1) == 1).all()
    assert (deciding.int().argmax(dim=1) == place).all()
    assert len(tokens.unique()) == len(VOCABULARY)
    both, y, at = drawn(50, 7, [stream(seed, "data") for seed in range(2)])
    assert torch.equal(both.gather(2, at[..., None])[..., 0], y.long())


@pytest.mark.parametrize("mixed", KINDS.values())
def test_the_logit_is_the_mean_of_the_words_logits(mixed: bool) -> None:
    pooler = Pooler(mixed=mixed, seeds=range(2))
    tokens = torch.stack([sentences(5, 6, stream(seed, "data"))[0] for seed in range(2)])
    logit, weights, own = pooler.forward(tokens)
    w = pooler.weights
    for seed in range(2):
        h = F.embedding(tokens[seed], w["embed"][seed])
        if mixed:
            q, k, v = (h @ w[name][seed] for name in ("w_q", "w_k", "w_v"))
            h = h + F.scaled_dot_product_attention(q, k, v)
        a = torch.softmax((h @ w["look"][seed])[..., 0] / WIDTH**0.5, dim=-1)
        pooled = (a[:, None, :] @ h)[:, 0]
        z = (pooled @ w["out"][seed])[:, 0] + w["bias"][seed, 0, 0]
        torch.testing.assert_close(logit[seed], z, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(weights[seed], a, atol=1e-6, rtol=1e-4)
    torch.testing.assert_close((weights * own).sum(-1), logit)


@pytest.mark.parametrize("mixed", KINDS.values())
def test_leaving_a_word_out_is_the_shorter_sentence(mixed: bool) -> None:
    pooler = Pooler(mixed=mixed, seeds=range(1))
    tokens = sentences(4, 5, stream(0, "data"))[0][None]
    p = torch.sigmoid(pooler.forward(tokens)[0])
    shorter = torch.sigmoid(pooler.forward(torch.cat([tokens[..., :2], tokens[..., 3:]], dim=-1))[0])
    torch.testing.assert_close(without_each(pooler, tokens)[..., 2], (shorter - p).abs(), atol=1e-6, rtol=1e-4)


def by_linear_programs(weights: np.ndarray, own: np.ndarray, tolerance: float) -> float:
    """The largest half of sum |a' - a| with the probability within the tolerance."""
    p = 1 / (1 + np.exp(-(weights @ own)))
    low, high = (np.log(q / (1 - q)) for q in (p - tolerance, p + tolerance))
    best = 0.0
    for signs in product((-1.0, 1.0), repeat=len(weights)):
        found = linprog(
            -np.array(signs),
            A_eq=np.ones((1, len(weights))),
            b_eq=[1.0],
            A_ub=np.stack([own, -own]),
            b_ub=[high, -low],
            bounds=(0, None),
        )
        if found.success:
            best = max(best, float(np.array(signs) @ (found.x - weights)) / 2)
    return best


def test_no_weights_with_the_same_answer_are_farther() -> None:
    rng = np.random.default_rng(1)
    weights, own = rng.dirichlet(np.ones(4), size=14), rng.normal(size=(14, 4))
    found = farthest_alike(weights, own, TOLERANCE)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found >= 0).all()
    p, q = (1 / (1 + np.exp(-(each * own).sum(axis=1))) for each in (weights, found))
    assert np.abs(p - q).max() <= TOLERANCE + 1e-9
    apart = np.abs(found - weights).sum(axis=1) / 2
    for row in range(14):
        assert apart[row] == pytest.approx(by_linear_programs(weights[row], own[row], TOLERANCE), abs=1e-6)


def test_a_sure_answer_may_be_as_sure_as_it_likes() -> None:
    weights, own = np.array([[0.5, 0.5, 0.0]]), np.array([[20.0, 20.0, 30.0]])
    assert farthest_alike(weights, own, 0.01)[0].tolist() == [0.0, 0.0, 1.0]


def test_ranks_are_scipys_where_no_two_are_equal() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 5, 9))
    expected = [stats.kendalltau(one, other).statistic for one, other in zip(a, b, strict=True)]
    np.testing.assert_allclose(kendall(a, b), expected, atol=1e-12)


@pytest.fixture(scope="module")
def found() -> Explanations:
    *_, last = explanations(Explanation(words=8, seeds=2, steps=150), 0)
    assert last.share == 1.0 and last.result is not None
    return last.result


def test_both_classifiers_answer_right_and_their_numbers_are_shares(found: Explanations) -> None:
    assert [kind.label for kind in found.kinds] == list(KINDS)
    for kind in found.kinds:
        assert kind.accuracy.min() > 0.95
        assert kind.answer_apart.max() <= TOLERANCE + 1e-9
        for values in (kind.on_deciding, kind.found_by_weight, kind.apart, kind.accuracy_even):
            assert values.shape == (2,) and (values >= 0).all() and (values <= 1).all()
        assert len(set(kind.on_deciding)) == 2, "another seed moves the figure"


def test_mixing_the_words_first_takes_the_weight_off_the_word_that_decides(found: Explanations) -> None:
    alone, mixed = found.kinds
    assert mixed.on_deciding.max() < alone.on_deciding.min()
    assert mixed.apart.min() > 0.7
    assert mixed.tau.max() < alone.tau.min()


def test_an_example_is_a_sentence_with_its_numbers(found: Explanations) -> None:
    for kind in found.kinds:
        shown = kind.examples[0]
        assert len(shown.words) == 8 and shown.words[shown.deciding] in DECIDING
        assert shown.weights.sum() == pytest.approx(1, abs=1e-5) and shown.other.sum() == pytest.approx(1)
        assert abs(shown.p - shown.p_other) <= TOLERANCE + 1e-9
        assert shown.words[shown.deciding] in said.sentence(shown)


def test_the_table_and_the_summary_are_made_of_the_numbers(found: Explanations) -> None:
    rows = said.rows(found.kinds)
    assert rows[0][0] == "answers right" and len(rows) == len(said.ROWS)
    assert all(len(row) == 3 for row in rows)
    assert f"{np.median(found.kinds[1].apart) * 100:.1f} %" in said.summary(found.kinds)
