"""Another map with the same output: exact, allowed, and as far away as linear programming says there is one."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from engine.labs.attention.head import head
from engine.labs.attention.rivals import farthest, rival
from engine.labs.attention.said import explanation as said
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.views import OneHead
from tests.engine.labs.attention.drawn import LABS


@pytest.mark.parametrize("name", LABS)
def test_the_other_map_has_the_same_outputs_and_its_rows_are_weights(name: str) -> None:
    found = head(LABS[name])
    other = rival(found)
    np.testing.assert_allclose(other.weights @ found.v, found.output, atol=1e-8)
    assert other.output_apart < 1e-8
    assert (other.weights >= 0).all() and (other.weights[~found.allowed] == 0).all()
    seeing = [place for place in range(len(found.tokens)) if place not in found.blind]
    np.testing.assert_allclose(other.weights[seeing].sum(axis=1), 1, atol=1e-8)
    np.testing.assert_allclose(other.apart, np.abs(other.weights - found.weights).sum(axis=1) / 2)


def by_linear_programs(weights: np.ndarray, values: np.ndarray) -> float:
    """The largest half of sum |a' - a|: for every choice of signs, the most that the signed sum can be."""
    equations = np.vstack([values.T, np.ones(len(values))])
    best = 0.0
    for signs in product((-1.0, 1.0), repeat=len(weights)):
        found = linprog(-np.array(signs), A_eq=equations, b_eq=equations @ weights, bounds=(0, None))
        if found.success:
            best = max(best, float(np.array(signs) @ (found.x - weights)) / 2)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_no_map_is_farther(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights, values = rng.dirichlet(np.ones(6)), rng.normal(size=(6, 2))
    if seed == 3:
        values[4] = values[1]  # one word twice
    found = np.abs(farthest(weights, values) - weights).sum() / 2
    assert found == pytest.approx(by_linear_programs(weights, values), abs=1e-7)


def test_with_as_many_equations_as_tokens_there_is_no_other_map() -> None:
    lab = AttentionLab(text="one two three four", d_model=8, head=OneHead(d_k=6))
    other = rival(head(lab))
    assert other.apart.max() < 1e-9
    assert "There is no other map" in said.rival(other, head(lab))


def test_the_sentence_says_how_far_they_are() -> None:
    found = head(AttentionLab())
    other = rival(found)
    assert f"at most {other.apart.max() * 100:.1f} %" in said.rival(other, found)
    everyone = AttentionLab(removed=(1, 2, 3, 4, 5, 6))
    assert said.rival(rival(head(everyone)), head(everyone)) == "No token may look anywhere."
