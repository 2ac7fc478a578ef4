"""Frames: every number beside a forward pass written out, scikit-learn's metrics, PyTorch's losses, differences."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn import metrics
from torch import Tensor

from engine.camera import score_shares
from engine.data.bundled import Iris
from engine.data.plane import ColumnsPlane
from engine.experiment import Experiment
from engine.model import Model
from engine.supervised import SupervisedRun
from tests.engine.filmed import (
    AFFINE,
    DIGITS,
    HINGE,
    HINGE_OF_FOUR,
    LARGE,
    LINE,
    NORMED,
    SOFTMAX_OF_TWO,
    SQUARES,
    SURFACE,
    THREE,
    TWO,
    UNEVEN,
    WIDE,
    every,
    filmed,
    probe,
    some,
)
from tests.engine.reference import forward, plane, received, weights_of


def answers(run: SupervisedRun, x: Tensor) -> np.ndarray:
    """The network's outputs by the pass written out."""
    return forward(run, x).outputs[-1].numpy()


def own_units(run: SupervisedRun, outputs: np.ndarray) -> np.ndarray:
    """A regression's outputs in the unit of the target."""
    truth = run.data.train.raw_y
    return outputs[:, 0] * truth.std() + truth.mean()


def torch_loss(experiment: Experiment, outputs: Tensor, y: Tensor) -> Tensor:
    """The mean loss by PyTorch's own functions."""
    if y.is_floating_point():
        return F.mse_loss(outputs[:, 0], y)
    kind, columns = experiment.loss.kind, outputs.shape[1]
    if kind == "bce":
        return F.binary_cross_entropy(torch.sigmoid(outputs[:, 0]), y.double())
    if kind == "cross_entropy":
        return F.nll_loss(F.log_softmax(outputs, dim=1), y)
    if kind == "mse":
        return F.mse_loss(outputs, 2 * F.one_hot(y, columns).double() - 1)
    return F.multi_margin_loss(outputs, y) if columns > 1 else (1 - (2 * y - 1) * outputs[:, 0]).clamp(min=0).mean()


# --- boundary -------------------------------------------------------------------------------------------------------


def assert_probabilities(codes: np.ndarray, p: np.ndarray) -> None:
    """Cell [row, column] is P(class 1) at the row's y and the column's x, to half of a 255th."""
    assert codes.dtype == np.uint8
    np.testing.assert_allclose(codes / 255, p.reshape(codes.shape), rtol=0, atol=0.5 / 255 + 1e-5)


@some(TWO, NORMED)
def test_a_cell_is_the_probability_of_class_1_at_its_own_point(experiment: Experiment) -> None:
    run, frame, _ = filmed(experiment)
    assert frame.boundary.shape == (100, 100)
    assert_probabilities(frame.boundary, 1 / (1 + np.exp(-answers(run, plane(run, 100))[:, 0])))


def test_a_cell_is_the_probability_of_class_1_with_one_output_per_class_too() -> None:
    run, frame, _ = filmed(SOFTMAX_OF_TWO)
    z = answers(run, plane(run, 100))
    assert_probabilities(frame.boundary, np.exp(z[:, 1]) / np.exp(z).sum(axis=1))


def test_a_large_networks_frames_are_coarse_and_its_details_fine_and_both_are_the_probability_there() -> None:
    run, frame, detail = filmed(LARGE)
    assert (frame.boundary.shape, detail.fine.shape, run.scene.cells) == ((32, 32), (100, 100), 32)
    for codes, side in ((frame.boundary, 32), (detail.fine, 100)):
        assert_probabilities(codes, 1 / (1 + np.exp(-answers(run, plane(run, side))[:, 0])))
    corners = np.ix_([0, -1], [0, -1])
    np.testing.assert_array_equal(frame.boundary[corners], detail.fine[corners])


def test_a_small_networks_details_carry_no_second_boundary() -> None:
    run, _, detail = filmed(TWO)
    assert detail.fine.shape == (0, 0)
    assert run.scene.cells == 100


def assert_winners(codes: np.ndarray, rating: np.ndarray, sureness: np.ndarray) -> None:
    """Cell [row, column] is the class with the best rating there, and how sure it is, to half a level."""
    levels = 256 // rating.shape[1]
    ordered = np.sort(rating, axis=1)
    told_apart = ordered[:, -1] - ordered[:, -2] > 1e-4
    np.testing.assert_array_equal((codes.ravel() // levels)[told_apart], rating.argmax(axis=1)[told_apart])
    level = codes.ravel()[told_apart] % levels / (levels - 1)
    np.testing.assert_allclose(level, sureness[told_apart], rtol=0, atol=0.5 / (levels - 1) + 1e-4)
    assert len(set(rating.argmax(axis=1))) > 1


@some(THREE, WIDE, DIGITS)
def test_a_cell_is_the_most_probable_class_at_its_own_point_and_its_probability(experiment: Experiment) -> None:
    run, frame, _ = filmed(experiment)
    z = answers(run, plane(run, 100))
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert_winners(frame.boundary, p, (p.max(axis=1) - 1 / p.shape[1]) / (1 - 1 / p.shape[1]))


def test_a_cell_on_two_columns_of_four_is_the_answer_with_the_others_at_their_mean() -> None:
    run = SupervisedRun(
        Experiment(data=Iris(), model=Model(hidden=(5,), initializer=UNEVEN)), view=ColumnsPlane(x=3, y=1)
    )
    low_x, high_x, low_y, high_y = run.scene.extent
    raw = np.tile(run.data.train.raw_x.mean(axis=0), (10_000, 1))
    raw[:, 3] = np.tile(np.linspace(low_x, high_x, 100), 100)
    raw[:, 1] = np.repeat(np.linspace(low_y, high_y, 100), 100)
    z = answers(run, received(run, raw))
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert_winners(run.snapshot().boundary, p, (p.max(axis=1) - 1 / 3) / (1 - 1 / 3))


@some(HINGE_OF_FOUR, SQUARES)
def test_a_cell_of_several_scores_is_the_best_class_and_its_lead_up_to_1(experiment: Experiment) -> None:
    run, frame, _ = filmed(experiment)
    z = answers(run, plane(run, 100))
    ordered = np.sort(z, axis=1)
    assert_winners(frame.boundary, z, np.minimum(ordered[:, -1] - ordered[:, -2], 1))
    assert run.scene.gives == "score"


def test_scores_become_shares_of_1_by_the_winners_lead() -> None:
    scores = np.array([[2.0, 1.5, -9.0, 0.0], [0.0, 7.0, 1.0, 1.0], [3.0, 3.0, 3.0, 3.0], [-2.0, -1.9, -1.75, -4.0]])
    leads = np.array([0.5, 1.0, 0.0, 0.15])
    shares = score_shares(scores)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    np.testing.assert_allclose(shares.max(axis=1), 0.25 + 0.75 * leads)
    np.testing.assert_array_equal(shares.argmax(axis=1), [0, 1, 0, 2])
    np.testing.assert_allclose(
        np.sort(shares, axis=1)[:, :3], np.repeat((1 - shares.max(axis=1))[:, None] / 3, 3, axis=1)
    )


def assert_values(codes: np.ndarray, values: np.ndarray, low: float, high: float) -> None:
    """Cell [row, column] is the value at its own point, clipped at the ends, to half of a 255th of the range."""
    shown = low + codes / 255 * (high - low)
    wanted = np.clip(values.reshape(codes.shape), low, high)
    np.testing.assert_allclose(shown, wanted, rtol=0, atol=(0.5 / 255 + 1e-5) * (high - low))
    assert len(set(codes.ravel().tolist())) > 20


def test_a_cell_of_one_score_is_the_score_between_minus_1_and_1() -> None:
    run, frame, _ = filmed(HINGE)
    assert_values(frame.boundary, answers(run, plane(run, 100))[:, 0], -1.0, 1.0)


@some(SURFACE, AFFINE)
def test_a_cell_of_a_regression_is_its_value_on_the_scale_of_all_targets(experiment: Experiment) -> None:
    run, frame, _ = filmed(experiment)
    truth = np.concatenate([part.raw_y for part in (run.data.train, run.data.validation, run.data.test)])
    values = own_units(run, answers(run, plane(run, 100)))
    assert_values(frame.boundary, values, truth.min(), truth.max())


def test_along_one_column_a_frame_holds_predictions_in_the_unit_of_the_target() -> None:
    run, frame, _ = filmed(LINE)
    assert frame.boundary.shape == (200,)
    np.testing.assert_allclose(frame.boundary, own_units(run, answers(run, plane(run, 200))), rtol=1e-4, atol=1e-5)


# --- scores ---------------------------------------------------------------------------------------------------------


@every
def test_losses_are_pytorchs_and_metrics_scikit_learns_on_each_part(experiment: Experiment) -> None:
    run, frame, _ = filmed(experiment)
    rows = 500 if experiment is LARGE else 2000
    assert run.scene.measured_rows == rows
    mean, std = run.data.train.raw_y.mean(), run.data.train.raw_y.std()
    found = dict(zip(run.score_names, frame.scores.tolist(), strict=True))
    expected: dict[str, float] = {}
    for name in ("train", "validation", "test"):
        part = getattr(run.data, name)
        truth = np.array(part.raw_y[:rows])
        if not len(truth):
            assert (experiment, name) == (LINE, "validation")
            expected |= {f"{name}.{kind}": float("nan") for kind in ("loss", "rmse", "r2")}
            continue
        z = torch.from_numpy(answers(run, received(run, part.raw_x[:rows])))
        if run.data.classes:
            expected[f"{name}.loss"] = float(torch_loss(experiment, z, torch.from_numpy(truth)))
            guess = z.numpy().argmax(axis=1) if z.shape[1] > 1 else (z[:, 0] > 0).long().numpy()
            average = "macro" if len(run.data.classes) > 2 else "binary"
            expected[f"{name}.accuracy"] = metrics.accuracy_score(truth, guess)
            expected[f"{name}.f1"] = metrics.f1_score(truth, guess, average=average, zero_division=0)
        else:
            values = own_units(run, z.numpy())
            expected[f"{name}.loss"] = metrics.mean_squared_error((truth - mean) / std, (values - mean) / std)
            expected[f"{name}.rmse"] = metrics.root_mean_squared_error(truth, values)
            expected[f"{name}.r2"] = metrics.r2_score(truth, values)
    assert found == pytest.approx(expected, rel=2e-4, abs=2e-5, nan_ok=True)


@some(TWO, THREE, WIDE, DIGITS, HINGE, HINGE_OF_FOUR, SQUARES, LARGE)
def test_the_outcome_of_classes_is_the_confusion_of_the_test_part_by_rows_of_truth(experiment: Experiment) -> None:
    run, _, detail = filmed(experiment)
    rows = 500 if experiment is LARGE else 2000
    z = answers(run, received(run, run.data.test.raw_x[:rows]))
    guess = z.argmax(axis=1) if z.shape[1] > 1 else (z[:, 0] > 0).astype(int)
    table = metrics.confusion_matrix(run.data.test.raw_y[:rows], guess, labels=range(len(run.data.classes)))
    np.testing.assert_array_equal(detail.outcome, table)
    each = metrics.precision_recall_fscore_support(
        run.data.test.raw_y[:rows], guess, labels=range(len(run.data.classes)), zero_division=0
    )
    np.testing.assert_allclose(detail.by_class, each[:3], rtol=1e-6)


@some(SURFACE, LINE, AFFINE)
def test_the_outcome_of_a_regression_is_a_prediction_for_each_true_value_shown(experiment: Experiment) -> None:
    run, _, detail = filmed(experiment)
    test = run.data.test
    assert len(detail.outcome) == min(200, len(test.raw_y))
    assert detail.by_class.shape == (3, 0)
    np.testing.assert_array_equal(run.scene.outcome_truth, test.raw_y[:200])
    values = own_units(run, answers(run, received(run, test.raw_x[:200])))
    np.testing.assert_allclose(detail.outcome, values, rtol=1e-4, atol=1e-5)


# --- gradients ------------------------------------------------------------------------------------------------------


@every
def test_gradient_norms_and_means_are_those_of_autograd_on_the_first_training_rows(experiment: Experiment) -> None:
    run, frame, _ = filmed(experiment)
    rows = 64 if experiment is LARGE else 256
    assert run.scene.probe_rows == rows
    x, y = probe(run, rows)
    weights = [weight.requires_grad_() for weight in weights_of(run)]
    torch_loss(experiment, forward(run, x, weights).outputs[-1], y).backward()
    found = [weight.grad.numpy() for weight in weights if weight.grad is not None]
    np.testing.assert_allclose(frame.gradient_norm, [np.sqrt((g**2).sum()) for g in found], rtol=1e-3, atol=1e-7)
    np.testing.assert_allclose(frame.gradient_mean, [np.abs(g).sum() / g.size for g in found], rtol=1e-3, atol=1e-7)


@some(SURFACE, TWO, AFFINE)
def test_gradient_norms_and_means_are_those_of_central_differences(experiment: Experiment) -> None:
    run, frame, _ = filmed(experiment)
    x, y = probe(run)
    weights, h = weights_of(run), 1e-5
    for layer, weight in enumerate(weights):
        gradient = []
        for entry in range(weight.numel()):
            ends = []
            for change in (h, -2 * h, h):
                weight.view(-1)[entry] += change
                ends.append(float(torch_loss(experiment, forward(run, x, weights).outputs[-1], y)))
            gradient.append((ends[0] - ends[1]) / (2 * h))
        assert frame.gradient_norm[layer] == pytest.approx(np.linalg.norm(gradient), rel=1e-3)
        assert frame.gradient_mean[layer] == pytest.approx(np.abs(gradient).mean(), rel=1e-3)
