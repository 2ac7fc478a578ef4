"""Metrics beside scikit-learn, over random tables and the degenerate ones."""

import math
import warnings

import numpy as np
import pytest
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
    r2_score,
    root_mean_squared_error,
)

from engine.metrics import accuracy, by_class, confusion, f1, r2, rmse


def labels(seed: int, classes: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Truth and guesses; every third table leaves some classes out of the truth, of the guesses, or of both."""
    rng = np.random.default_rng(seed)
    truth, guess = rng.integers(0, classes, rows), rng.integers(0, classes, rows)
    truth = np.where(rng.random(rows) < 0.5, guess, truth)
    if seed % 3 == 1:
        truth = np.minimum(truth, seed % classes)
    if seed % 3 == 2:
        guess = np.maximum(guess, seed % classes)
    return truth, guess


@pytest.mark.parametrize("rows", [1, 2, 7, 200])
@pytest.mark.parametrize("classes", [2, 3, 5, 10])
def test_the_table_accuracy_and_f1_match_scikit_learn(classes: int, rows: int) -> None:
    for seed in range(12):
        truth, guess = labels(seed, classes, rows)
        table = confusion(truth, guess, classes)
        np.testing.assert_array_equal(table, confusion_matrix(truth, guess, labels=range(classes)))
        assert accuracy(table) == pytest.approx(accuracy_score(truth, guess), rel=1e-6)
        average = "binary" if classes == 2 else "macro"
        expected = f1_score(truth, guess, average=average, zero_division=0)
        assert f1(table) == pytest.approx(expected, rel=1e-6, abs=1e-9)
        each = precision_recall_fscore_support(truth, guess, labels=range(classes), zero_division=0)[:3]
        np.testing.assert_allclose(by_class(table), each, rtol=1e-6)


def test_an_empty_table_has_neither_accuracy_nor_f1() -> None:
    empty = np.zeros(0, np.int64)
    for classes in (2, 4):
        table = confusion(empty, empty, classes)
        assert table.shape == (classes, classes)
        assert math.isnan(accuracy(table))
        assert math.isnan(f1(table))


def test_f1_is_zero_for_two_classes_where_the_second_never_appears() -> None:
    assert f1(confusion(np.zeros(5, np.int64), np.zeros(5, np.int64), 2)) == 0.0


def test_f1_leaves_out_a_class_that_nobody_has_or_says() -> None:
    truth = np.array([0, 0, 1, 1])
    assert f1(confusion(truth, truth, 3)) == 1.0


@pytest.mark.parametrize("rows", [2, 3, 50])
def test_rmse_and_r2_match_scikit_learn(rows: int) -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        truth = rng.normal(loc=100, scale=7, size=rows)
        guess = truth + rng.normal(scale=seed, size=rows)
        assert rmse(truth, guess) == pytest.approx(root_mean_squared_error(truth, guess), rel=1e-12)
        assert r2(truth, guess) == pytest.approx(r2_score(truth, guess), rel=1e-9)


def test_r2_is_one_for_the_truth_and_zero_for_its_mean() -> None:
    truth = np.array([1.0, 2.0, 6.0])
    assert r2(truth, truth) == 1.0
    assert r2(truth, np.full(3, 3.0)) == 0.0
    assert r2(truth, np.full(3, 9.0)) < 0


def test_without_rows_or_spread_there_is_no_r2_and_without_rows_no_rmse() -> None:
    empty = np.zeros(0)
    assert math.isnan(rmse(empty, empty))
    assert math.isnan(r2(empty, empty))
    assert math.isnan(r2(np.full(4, 2.0), np.arange(4.0)))
    assert rmse(np.full(4, 2.0), np.full(4, 2.0)) == 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        assert math.isnan(r2(np.array([2.0]), np.array([3.0]))) == math.isnan(r2_score([2.0], [3.0]))
