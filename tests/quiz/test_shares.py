"""Intervals against second ways: the test they invert, how often they hold the truth, and samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from quiz.shares import beta, wilson
from tests.quiz.learners import STEADY

COUNTS = st.integers(1, 400).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count)))


@STEADY
@given(COUNTS, st.sampled_from([0.8, 0.9, 0.95]))
def test_wilson_ends_are_the_shares_that_lie_z_standard_errors_away(counts: tuple[int, int], level: float) -> None:
    right, count = counts
    found = wilson(right, count, level)
    z = stats.norm.ppf((1 + level) / 2)
    assert 0 <= found.low <= found.mean == right / count <= found.high <= 1
    for end in (found.low, found.high):
        if 0 < end < 1:
            assert abs(right / count - end) == pytest.approx(z * np.sqrt(end * (1 - end) / count), rel=1e-6)


@pytest.mark.parametrize(("right", "count"), [(0, 1), (7, 10), (81, 263), (50, 50)])
def test_wilson_is_that_of_scipy(right: int, count: int) -> None:
    theirs = stats.binomtest(right, count).proportion_ci(0.95, method="wilson")
    mine = wilson(right, count)
    assert (mine.low, mine.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize("count", [10, 20, 100])
def test_wilson_holds_the_truth_about_as_often_as_it_says(count: int) -> None:
    """Coverage summed over the binomial distribution; the mean over true shares is close to 0.95."""
    intervals = [wilson(right, count) for right in range(count + 1)]
    shares = np.linspace(0.02, 0.98, 97)
    holds = np.array([[each.low <= share <= each.high for each in intervals] for share in shares])
    weights = stats.binom.pmf(np.arange(count + 1)[None], count, shares[:, None])
    covered = (holds * weights).sum(axis=1)
    assert covered.mean() == pytest.approx(0.95, abs=0.01)
    assert covered.min() > 0.83


def test_nothing_counted_says_nothing() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    unseen = beta(0, 0)
    assert (unseen.mean, unseen.low, unseen.high) == pytest.approx((0.5, 0.05, 0.95))


@pytest.mark.parametrize(("right", "wrong"), [(0.0, 4.0), (3.5, 1.5), (40.0, 2.0)])
def test_beta_is_what_samples_show(right: float, wrong: float) -> None:
    drawn = np.random.default_rng(0).beta(1 + right, 1 + wrong, 400_000)
    found = beta(right, wrong)
    assert (found.low, found.mean, found.high) == pytest.approx(
        (np.quantile(drawn, 0.05), drawn.mean(), np.quantile(drawn, 0.95)), abs=0.003
    )


def test_beta_is_what_bayes_rule_gives_on_a_grid() -> None:
    grid = (np.arange(20_000) + 0.5) / 20_000
    weights = grid**7 * (1 - grid) ** 3
    below = np.cumsum(weights) / weights.sum()
    found = beta(7, 3)
    assert found.mean == pytest.approx((grid * weights).sum() / weights.sum(), abs=1e-6)
    assert np.interp([found.low, found.high], grid, below) == pytest.approx([0.05, 0.95], abs=1e-3)


@STEADY
@given(COUNTS)
def test_more_of_the_same_is_surer(counts: tuple[int, int]) -> None:
    right, count = counts
    for interval in (wilson, lambda right, count: beta(right, count - right)):
        few, many = interval(right, count), interval(4 * right, 4 * count)
        assert many.high - many.low < few.high - few.low
