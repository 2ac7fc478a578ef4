"""Gradients of losses: formulas beside autograd beside difference quotients; best answers beside closed forms."""

from typing import get_args

import numpy as np
import pytest
import torch
from sklearn.metrics import hinge_loss, log_loss, mean_absolute_error, mean_squared_error

from engine.choice import catalog
from engine.labs.activations.along import (
    best_answers,
    differentiated,
    loss_curves,
    probability_curves,
    truth,
    vector_gradients,
)
from engine.labs.activations.gradients import GRADIENTS, losses_of, sigmoid, softmax
from engine.labs.activations.state import LossView
from engine.losses import BCE, CrossEntropy, Hinge, Loss, Task

TASKS: tuple[Task, ...] = get_args(Task)
ROWS = [(task, loss) for task in TASKS for loss in losses_of(task, 0.7)]
rowed = pytest.mark.parametrize(("task", "loss"), ROWS, ids=[f"{task}-{loss.kind}" for task, loss in ROWS])


def test_every_loss_of_the_catalog_has_its_gradient() -> None:
    offered = {(task, kind) for kind, row in catalog(Loss).items() if kind != "matched" for task in row.tasks}  # type: ignore[attr-defined]
    assert offered | {("two classes", "squared_after_sigmoid")} == set(GRADIENTS)
    assert {(task, loss.kind) for task, loss in ROWS} == set(GRADIENTS)


@rowed
def test_the_formula_is_autograds_and_the_difference_quotients(task: Task, loss: Loss) -> None:
    rng = np.random.default_rng(0)
    classes = {"regression": 0, "two classes": 2, "many classes": 4}[task]
    outputs = rng.normal(0, 2, (60, loss.outputs(classes)))
    targets = rng.normal(0, 2, 60) if classes == 0 else rng.integers(0, classes, 60)
    value, slope = differentiated(loss, outputs, targets)
    np.testing.assert_allclose(GRADIENTS[task, loss.kind].value(loss, outputs, targets), slope, atol=1e-12)
    step = 1e-6
    for k in range(outputs.shape[1]):
        above, _ = differentiated(loss, outputs + step * np.eye(outputs.shape[1])[k], targets)
        np.testing.assert_allclose((above - value) / step, slope[:, k], atol=2e-4)


def test_losses_are_scikit_learns() -> None:
    view = LossView(task="regression", target=1.5, prediction=-2.0, delta=0.5)
    mse, mae, huber = loss_curves(view)
    assert mse.here[1] == pytest.approx(mean_squared_error([1.5], [-2.0]))
    assert mae.here[1] == pytest.approx(mean_absolute_error([1.5], [-2.0]))
    assert huber.here[1] == pytest.approx(0.5 * (3.5 - 0.25))
    for label in ("0", "1"):
        by = {curve.label: curve.here[1] for curve in loss_curves(LossView(label=label, logit=0.8))}  # type: ignore[arg-type]
        p = 1 / (1 + np.exp(-0.8))
        assert by[BCE.label] == pytest.approx(log_loss([int(label)], [p], labels=[0, 1]))
        assert by[CrossEntropy.label] == pytest.approx(by[BCE.label])
        t = 2 * int(label) - 1
        # The second example, far on its own side, costs nothing: so the mean of the two is half of the first.
        assert by[Hinge.label] == pytest.approx(2 * hinge_loss([t, -t], [0.8, -9 * t]))


def test_the_gradient_of_softmax_with_cross_entropy_is_p_minus_y() -> None:
    view = LossView(task="many classes", logits=(2.0, -1.0, 0.5, 0.0), truth=3)
    (found,) = [gradient for gradient in vector_gradients(view) if gradient.label == CrossEntropy.label]
    p = np.exp(view.logits) / np.exp(view.logits).sum()
    np.testing.assert_allclose(found.p, p)
    np.testing.assert_allclose(found.autograd, p - [0, 0, 1, 0], atol=1e-12)
    assert found.loss == pytest.approx(-np.log(p[2]))
    assert list(found.is_true) == [False, False, True, False]


def test_a_true_class_beyond_the_last_is_the_last() -> None:
    assert truth(LossView(truth=6)) == 2


def test_curves_of_many_classes_move_one_logit_and_agree_with_the_whole_gradient() -> None:
    view = LossView(task="many classes", logits=(2.0, -1.0, 0.5), truth=2, moved=3)
    for curve, whole in zip(loss_curves(view), vector_gradients(view), strict=True):
        assert curve.here == pytest.approx((0.5, whole.loss, whole.autograd[2], whole.closed[2]))


def test_over_the_probability_cross_entropy_is_minus_its_logarithm() -> None:
    bce, squared = probability_curves(LossView(logit=1.0))
    np.testing.assert_allclose(bce.loss, -np.log(bce.x))
    np.testing.assert_allclose(bce.autograd, -1 / bce.x, rtol=1e-9)
    np.testing.assert_allclose(bce.closed, bce.autograd, rtol=1e-9)
    np.testing.assert_allclose(squared.autograd, 2 * (squared.x - 1), atol=1e-12)
    (zero, _) = probability_curves(LossView(label="0"))
    np.testing.assert_allclose(zero.loss, -np.log(1 - zero.x))


def test_a_surely_wrong_sigmoid_has_a_gradient_with_cross_entropy_and_none_with_squared_error() -> None:
    by = {curve.label: curve.here[2] for curve in loss_curves(LossView(logit=-10.0))}
    assert by["Binary cross-entropy"] == pytest.approx(-1, abs=1e-4)
    assert abs(by["Squared error after a sigmoid"]) < 1e-4


def test_best_answers_are_mean_median_log_odds_and_the_likelier_class() -> None:
    sample = np.random.default_rng(0).exponential(1.0, 1001)
    best = best_answers("regression", sample, 0.5)
    assert best["mse"] == pytest.approx(sample.mean(), abs=1e-3)
    assert best["mae"] == pytest.approx(np.median(sample), abs=5e-3)
    assert best["mae"] < best["huber"] < best["mse"]
    classes = best_answers("two classes", np.repeat([1.0, 0.0], [70, 30]), 1.0)
    for kind in ("bce", "cross_entropy", "squared_after_sigmoid"):
        assert classes[kind] == pytest.approx(np.log(7 / 3), abs=1e-3)
    assert (classes["mse"], classes["hinge"]) == pytest.approx((0.4, 1.0), abs=1e-3)


def test_sigmoid_and_softmax_neither_overflow_nor_differ_from_torchs() -> None:
    z = np.array([[-800.0, 0.0, 800.0]])
    np.testing.assert_allclose(sigmoid(z), torch.sigmoid(torch.from_numpy(z)), atol=1e-15)
    np.testing.assert_allclose(softmax(z), torch.softmax(torch.from_numpy(z), 1), atol=1e-15)
