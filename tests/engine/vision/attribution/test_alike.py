"""How alike two maps are, beside SciPy, NumPy and the formula written out."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from engine.vision.attribution.alike import correlation, rank_correlation, structural_similarity

DRAWS = np.random.default_rng(3)


def test_the_rank_correlation_is_scipy_s_also_with_ties() -> None:
    one, other = DRAWS.normal(size=(8, 6)), DRAWS.integers(0, 4, (8, 6)).astype(float)
    assert rank_correlation(one, other) == pytest.approx(spearmanr(one.ravel(), other.ravel()).statistic, abs=1e-12)
    assert rank_correlation(one, np.exp(one)) == pytest.approx(1) and rank_correlation(one, -one) == pytest.approx(-1)


def test_a_map_that_is_the_same_all_over_is_like_none() -> None:
    assert math.isnan(rank_correlation(np.zeros((4, 4)), DRAWS.normal(size=(4, 4))))


def test_the_correlation_is_numpy_s() -> None:
    one, other = DRAWS.normal(size=(5, 5)), DRAWS.normal(size=(5, 5))
    assert correlation(one, other) == pytest.approx(np.corrcoef(one.ravel(), other.ravel())[0, 1], abs=1e-12)


@pytest.mark.parametrize("shape", [(8, 8), (12, 9), (5, 6)])
def test_structural_similarity_is_its_formula_in_every_window(shape: tuple[int, int]) -> None:
    one, other = DRAWS.uniform(size=shape), DRAWS.uniform(size=shape)
    a, b = ((m - m.min()) / (m.max() - m.min()) for m in (one, other))
    side, found = min(7, *shape), []
    for top in range(shape[0] - side + 1):
        for left in range(shape[1] - side + 1):
            p, q = (m[top : top + side, left : left + side].ravel() for m in (a, b))
            cov = np.cov(p, q)
            over = (2 * p.mean() * q.mean() + 1e-4) * (2 * cov[0, 1] + 9e-4)
            found.append(over / ((p.mean() ** 2 + q.mean() ** 2 + 1e-4) * (cov[0, 0] + cov[1, 1] + 9e-4)))
    assert structural_similarity(one, other) == pytest.approx(np.mean(found), abs=1e-10)


def test_a_map_is_structured_like_itself_whatever_its_scale() -> None:
    one = DRAWS.normal(size=(8, 8))
    assert structural_similarity(one, 3 * one + 2) == pytest.approx(1)
    assert abs(structural_similarity(one, DRAWS.normal(size=(8, 8)))) < 0.6
