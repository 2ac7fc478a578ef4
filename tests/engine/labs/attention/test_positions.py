"""Positions: every row of the catalog, the formulas beside complex numbers, and what depends on distance alone."""

import numpy as np
import pytest

from engine.labs.attention.distance import by_distance, of_rotary, of_sinusoidal, of_table
from engine.labs.attention.masks import Causal, NoMask
from engine.labs.attention.permuting import order, outputs, permuted
from engine.labs.attention.positions import (
    EVERY,
    Learned,
    NoPositions,
    Positions,
    PositionsChoice,
    Rotary,
    Sinusoidal,
)
from engine.labs.attention.said import positions as said
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.views import OneHead, Places
from tests.engine.labs.attention.drawn import LABS
from tests.rows import defaults_of

RNG = np.random.default_rng(0)


def test_every_row_is_among_those_that_are_compared() -> None:
    assert {row.kind for row in EVERY} == set(defaults_of(Positions))


@pytest.mark.parametrize("row", EVERY, ids=str)
@pytest.mark.parametrize("width", [2, 5, 8])
def test_a_row_keeps_shapes_and_has_a_table(row: PositionsChoice, width: int) -> None:
    x = RNG.normal(size=(6, width))
    assert row.added(x).shape == row.turned(x).shape == row.table(6, width).shape == (6, width)
    assert np.array_equal(row.added(x), x) or np.array_equal(row.turned(x), x), "it adds or it turns"


@pytest.mark.parametrize("base", [10_000.0, 7.0])
def test_sinusoids_are_the_parts_of_complex_exponentials(base: float) -> None:
    positions, width = 50, 12
    table = Sinusoidal(base=base).table(positions, width)
    for place in range(width // 2):
        wave = np.exp(1j * np.arange(positions) / base ** (2 * place / width))
        np.testing.assert_allclose(table[:, 2 * place], wave.imag, atol=1e-12)
        np.testing.assert_allclose(table[:, 2 * place + 1], wave.real, atol=1e-12)


def test_rotary_multiplies_pairs_by_complex_numbers_of_size_1() -> None:
    q = RNG.normal(size=(9, 6))
    pairs = q[:, 0::2] + 1j * q[:, 1::2]
    expected = pairs * np.exp(1j * np.outer(np.arange(9), 50.0 ** (-2 * np.arange(3) / 6)))
    turned = Rotary(base=50.0).turned(q)
    np.testing.assert_allclose(turned[:, 0::2] + 1j * turned[:, 1::2], expected, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), np.linalg.norm(q, axis=1))


def test_a_dimension_without_a_partner_is_not_turned() -> None:
    q = RNG.normal(size=(4, 3))
    np.testing.assert_array_equal(Rotary().turned(q)[:, 2], q[:, 2])


def test_rotary_scores_depend_on_the_distance_alone() -> None:
    q, k = RNG.normal(size=(2, 8))
    many = 30
    turned_q, turned_k = (Rotary().turned(np.tile(vector, (many, 1))) for vector in (q, k))
    scores = turned_q @ turned_k.T
    for distance in range(-5, 6):
        line = np.diagonal(scores, distance)
        np.testing.assert_allclose(line, line[0], atol=1e-10)


def test_similarity_of_sinusoids_is_the_sum_of_cosines() -> None:
    found = of_sinusoidal(Sinusoidal(), 40, 16)
    rates = [10_000 ** (-2 * place / 16) for place in range(8)]
    expected = [sum(np.cos(distance * rate) for rate in rates) for distance in range(40)]
    np.testing.assert_allclose(found.mean, expected, atol=1e-10)
    np.testing.assert_allclose(found.closed, expected, atol=1e-10)
    assert found.uneven < 1e-10


def test_rotary_similarity_averages_to_the_closed_form_over_drawn_vectors() -> None:
    rows = [of_rotary(Rotary(), 30, 32, seed) for seed in range(8)]
    assert max(row.uneven for row in rows) < 1e-10
    average = np.mean([row.mean for row in rows], axis=0)
    assert rows[0].closed is not None
    assert np.abs(average - rows[0].closed).max() < 4 * np.sqrt(2 * 32 * 2 / (8 * 12)), "within four standard errors"
    assert (rows[0].low <= rows[0].mean).all() and (rows[0].mean <= rows[0].high).all()


def test_by_distance_takes_diagonals() -> None:
    mean, low, high = by_distance(np.array([[1.0, 2.0, 3.0], [0.0, 5.0, 6.0], [0.0, 0.0, 9.0]]))
    assert (list(mean), list(low), list(high)) == ([5.0, 4.0, 3.0], [1.0, 2.0, 3.0], [9.0, 6.0, 3.0])
    assert of_table(np.array([[1.0], [3.0], [5.0]])).uneven == pytest.approx(24.0)


# --- permuting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reversed", "moved", "shuffled"])
def test_an_order_names_every_token_once_and_is_another_one(name: str) -> None:
    found = order(name, 8, 0)
    assert sorted(found) == list(range(8)) and list(found) != list(range(8))


@pytest.mark.parametrize("lab_name", ["default", "causal", "padded", "long"])
@pytest.mark.parametrize("name", ["reversed", "moved", "shuffled"])
def test_without_positions_outputs_go_along_with_their_tokens_and_with_them_not(lab_name: str, name: str) -> None:
    lab = LABS[lab_name].model_copy(update={"positions": Places(order=name)})
    apart = dict(permuted(lab, NoPositions()).apart)
    assert apart["None"] < 1e-10
    for kind in ("Sinusoidal", "Learned", "Rotary", "None, with the causal mask"):
        assert apart[kind] > 1e-4, kind


def test_the_two_outputs_shown_are_of_the_kind_asked_for() -> None:
    lab = AttentionLab()
    found = permuted(lab, Sinusoidal(base=3.0))
    assert found.ordered == found.tokens[::-1]
    assert dict(found.apart)["Sinusoidal"] == pytest.approx(float(np.abs(found.output - found.back).max()))
    assert not np.allclose(found.output, permuted(lab, Learned()).output)


def test_rotary_has_nothing_to_turn_in_a_head_of_width_1() -> None:
    found = permuted(AttentionLab(head=OneHead(d_k=1)), NoPositions())
    assert dict(found.apart)["Rotary"] < 1e-10 and "none to turn" in said.aside(found)


def test_one_token_is_said_to_have_no_other_order() -> None:
    found = permuted(AttentionLab(text="cat"), NoPositions())
    assert "no other order" in said.permuted(found, "None") and "none to turn" not in said.aside(found)


def test_equivariance_is_a_law_of_permutation_matrices() -> None:
    x, matrices = RNG.normal(size=(7, 4)), tuple(RNG.normal(size=(3, 4, 4)))
    p = np.eye(7)[RNG.permutation(7)]
    everyone, causal = NoMask().allowed(7), Causal().allowed(7)
    f = outputs(x, matrices, NoPositions(), everyone, 0)
    np.testing.assert_allclose(outputs(p @ x, matrices, NoPositions(), everyone, 0), p @ f, atol=1e-12)
    g = outputs(x, matrices, NoPositions(), causal, 0)
    assert np.abs(outputs(p @ x, matrices, NoPositions(), causal, 0) - p @ g).max() > 1e-3
