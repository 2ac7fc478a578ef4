"""One head by hand beside PyTorch and SciPy, over masks, widths and numbers set by hand."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import special

from engine.labs.attention.head import embedding, embeddings, head, softmax
from engine.labs.attention.matrices import MATRICES, cell, decimals
from engine.labs.attention.starts import Start
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.views import OneHead
from tests.engine.labs.attention.drawn import LABS
from tests.rows import defaults_of

everyone = pytest.mark.parametrize("name", LABS)


@everyone
def test_the_output_is_that_of_scaled_dot_product_attention(name: str) -> None:
    lab = LABS[name]
    found = head(lab)
    q, k, v = (torch.from_numpy(found.x @ w)[None] for w in (found.w_q, found.w_k, found.w_v))
    scale = 1 / math.sqrt(lab.head.d_k) if lab.head.scaled else 1.0
    theirs = F.scaled_dot_product_attention(q, k, v, attn_mask=torch.from_numpy(found.allowed), scale=scale)[0]
    np.testing.assert_allclose(found.output, theirs.numpy(), atol=1e-10)
    assert found.apart == pytest.approx(float(np.abs(found.output - theirs.numpy()).max()), abs=1e-12)
    assert found.apart < 1e-10
    size = max(1.0, float(np.abs(found.output).max()), float(np.abs(found.scaled).max()))
    assert found.apart_single < 1e-6 * size * 10


def test_of_the_default_head_the_difference_is_below_a_millionth_in_single_precision_too() -> None:
    found = head(AttentionLab())
    assert found.apart < 1e-12 and found.apart_single < 1e-6


@everyone
def test_every_matrix_follows_from_the_one_before(name: str) -> None:
    lab = LABS[name]
    found = head(lab)
    np.testing.assert_allclose(found.scores, np.einsum("ic,jc->ij", found.q, found.k), atol=1e-12)
    assert found.divisor == (pytest.approx(math.sqrt(lab.head.d_k)) if lab.head.scaled else 1.0)
    np.testing.assert_allclose(found.scaled * found.divisor, found.scores, atol=1e-12)
    assert np.isneginf(found.masked[~found.allowed]).all()
    seeing = [place for place in range(len(found.tokens)) if place not in found.blind]
    for place in seeing:
        np.testing.assert_allclose(found.weights[place], special.softmax(found.masked[place]), atol=1e-14)
        assert found.weights[place].sum() == pytest.approx(1)
    assert (found.weights[list(found.blind)] == 0).all() and (found.output[list(found.blind)] == 0).all()


def test_padding_gets_no_weight_and_a_token_that_may_look_nowhere_is_named() -> None:
    assert (head(LABS["padded"]).weights[:, [2, 4]] == 0).all()
    assert head(LABS["blind"]).blind == (0,)


def test_the_same_word_has_the_same_vector_and_another_seed_another_one() -> None:
    x = embeddings(AttentionLab())
    np.testing.assert_array_equal(x[0], x[4])
    assert not np.array_equal(x[0], x[1])
    assert not np.array_equal(embedding("the", 4, 0), embedding("the", 4, 1))
    np.testing.assert_array_equal(embedding("the", 8, 0), np.round(embedding("the", 8, 0), 1))


def test_words_draw_vectors_of_mean_0_and_variance_1() -> None:
    rows = np.stack([embedding(f"word{place}", 8, 0) for place in range(400)])
    assert abs(rows.mean()) < 0.06 and abs(rows.var() - 1) < 0.1


def test_numbers_set_by_hand_are_in_their_places() -> None:
    found = head(LABS["edited"])
    assert found.x[1, 0] == 20 and found.w_q[0, 0] == -20 and found.w_k[3, 2] == 7.5 and found.w_v[1, 1] == 0
    bare = head(AttentionLab())
    assert (found.x != bare.x).sum() == 1 and (found.w_q != bare.w_q).sum() == 1


def test_a_large_score_does_not_overflow() -> None:
    rows = np.array([[1000.0, 999.0], [-1000.0, -np.inf]])
    np.testing.assert_allclose(softmax(rows), special.softmax(rows, axis=1), atol=1e-14)


@pytest.mark.parametrize("start", defaults_of(Start).values(), ids=str)
def test_every_start_has_matrices_of_the_shape_asked_for(start: Start) -> None:
    lab = AttentionLab(head=OneHead(start=start, d_k=5))
    found = head(lab)
    assert found.w_q.shape == found.w_k.shape == found.w_v.shape == (4, 5)
    assert found.apart < 1e-12
    same = head(AttentionLab(head=OneHead(start=start, d_k=5)))
    np.testing.assert_array_equal(found.w_k, same.w_k)


def test_without_a_query_weights_are_even_and_with_the_identity_scores_are_dot_products_of_embeddings() -> None:
    even = head(LABS["even"])
    np.testing.assert_allclose(even.weights, 1 / 6)
    np.testing.assert_allclose(even.output, even.v.mean(axis=0)[None].repeat(6, axis=0), atol=1e-12)
    alike = head(LABS["window"])
    np.testing.assert_allclose(alike.scores, alike.x @ alike.x.T)


def test_drawing_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    head(AttentionLab(seed=9))
    assert torch.equal(before, torch.random.get_rng_state())


@everyone
def test_every_matrix_names_its_sides(name: str) -> None:
    lab = LABS[name]
    found = head(lab)
    sizes = {"tokens": len(lab.tokens), "d_model": lab.d_model, "d_k": lab.head.d_k}
    for matrix in MATRICES.values():
        values = matrix.values(found)
        assert values.shape == (sizes[matrix.rows], sizes[matrix.columns])
        assert all(str(size) in matrix.shape_said(found) for size in values.shape)
        assert not matrix.letter or lab.shape(matrix.letter) == values.shape


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.234, "1.23"),
        (-1.235, "−1.24"),
        (12.34, "12.3"),
        (-123.4, "−123"),
        (9.996, "10.0"),
        (0.004, "4e−3"),
        (-3e-17, "0"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
        (np.nan, "NaN"),
    ],
)
def test_a_cell_holds_few_signs(value: float, text: str) -> None:
    assert cell(value) == text


def test_a_share_has_no_power_of_ten_and_what_is_exact_is_not_taken_for_0() -> None:
    assert cell(0.001, is_share=True) == "0.00"
    assert cell(-3e-17, is_exact=True) == "−3e−17"
    assert decimals(np.array([[0.5, -1.2, -np.inf]])) == 1
    assert decimals(np.array([[0.25]])) == 2
