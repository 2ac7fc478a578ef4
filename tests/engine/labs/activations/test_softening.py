"""Softmax beside SciPy, its Jacobian beside finite differences, its limits."""

import numpy as np
import pytest
from scipy import special, stats

from engine.labs.activations.softening import softened
from engine.labs.activations.state import SoftmaxView

VIEWS = [
    SoftmaxView(),
    SoftmaxView(logits=(1.0, 1.0, 1.0), temperature=0.01),
    SoftmaxView(logits=(-10.0, 10.0, 0.0, 3.0, 3.0, 2.0), temperature=0.3),
    SoftmaxView(logits=(0.5, -0.5, 4.0), temperature=100.0),
]
viewed = pytest.mark.parametrize("view", VIEWS, ids=range(len(VIEWS)))


@viewed
def test_probabilities_and_entropy_are_scipys(view: SoftmaxView) -> None:
    found = softened(view)
    expected = special.softmax(np.array(view.logits) / view.temperature)
    np.testing.assert_allclose(found.p, expected, atol=1e-14)
    assert found.entropy == pytest.approx(stats.entropy(expected), abs=1e-12)
    assert found.p.sum() == pytest.approx(1)


@viewed
def test_the_jacobian_is_autograds_and_the_difference_quotients(view: SoftmaxView) -> None:
    found = softened(view)
    assert found.apart < 1e-12
    z, step = np.array(view.logits), 1e-5
    for j in range(len(z)):
        shift = step * np.eye(len(z))[j]
        quotient = special.softmax((z + shift) / view.temperature) - special.softmax((z - shift) / view.temperature)
        np.testing.assert_allclose(found.closed[:, j], quotient / (2 * step), atol=1e-4)
    np.testing.assert_allclose(found.closed.sum(axis=0), 0, atol=1e-12)


def test_cold_takes_the_largest_hot_shares_evenly() -> None:
    found = softened(SoftmaxView(logits=(2.0, 1.0, 0.0)))
    np.testing.assert_allclose(found.sweep[0], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found.sweep[-1], 1 / 3, atol=0.01)
    assert np.all(np.diff(found.entropies) >= -1e-12), "hotter is never more decided"
    assert found.entropies[-1] <= np.log(3)


def test_the_formula_as_it_stands_overflows_in_single_precision_where_the_other_does_not() -> None:
    cold = softened(SoftmaxView(logits=(2.0, 1.0, 0.0), temperature=0.01))
    assert np.isnan(cold.naive[0]) and np.isfinite(cold.p).all()
    np.testing.assert_allclose(softened(SoftmaxView()).naive, softened(SoftmaxView()).p, rtol=1e-5)
