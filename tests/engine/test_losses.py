"""Losses beside scikit-learn, SciPy and NumPy; their gradients beside difference quotients."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.special import expit, huber, softmax
from sklearn.metrics import hinge_loss, log_loss, mean_absolute_error, mean_squared_error

from engine.choice import catalog
from engine.losses import BCE, MAE, MSE, CrossEntropy, Hinge, Huber, Loss, LossChoice, Matched, resolve, task_of
from tests.rows import defaults_of

RNG = np.random.default_rng(7)
N, K = 40, 4
ONE = RNG.normal(scale=2, size=(N, 1))
MANY = RNG.normal(scale=2, size=(N, K))
VALUES = RNG.normal(size=N)
TWO_CLASSES = RNG.integers(0, 2, N)
CLASSES = RNG.integers(0, K, N)


def weston_watkins(z: np.ndarray, y: np.ndarray) -> float:
    """Sum over wrong classes of max(0, 1 - z_y + z_j), over the number of classes, in loops."""
    total = 0.0
    for scores, label in zip(z, y, strict=True):
        total += sum(max(0.0, 1 - scores[label] + scores[j]) for j in range(len(scores)) if j != label)
    return total / (len(y) * z.shape[1])


Case = tuple[LossChoice, np.ndarray, np.ndarray, Callable[[np.ndarray, np.ndarray], float]]
CASES: list[Case] = [
    (MSE(), ONE, VALUES, lambda z, y: mean_squared_error(y, z[:, 0])),
    (MSE(), ONE, TWO_CLASSES, lambda z, y: mean_squared_error(np.where(y == 1, 1, -1), z[:, 0])),
    (MSE(), MANY, CLASSES, lambda z, y: mean_squared_error(2 * np.eye(K)[y] - 1, z)),
    (MAE(), ONE, VALUES, lambda z, y: mean_absolute_error(y, z[:, 0])),
    (Huber(), ONE, VALUES, lambda z, y: float(huber(1.0, z[:, 0] - y).mean())),
    (Huber(delta=0.3), ONE, VALUES, lambda z, y: float(huber(0.3, z[:, 0] - y).mean())),
    (BCE(), ONE, TWO_CLASSES, lambda z, y: log_loss(y, expit(z[:, 0]))),
    (CrossEntropy(), MANY, CLASSES, lambda z, y: log_loss(y, softmax(z, axis=1), labels=range(K))),
    (CrossEntropy(), MANY[:, :2], TWO_CLASSES, lambda z, y: log_loss(y, softmax(z, axis=1))),
    (Hinge(), ONE, TWO_CLASSES, lambda z, y: hinge_loss(np.where(y == 1, 1, -1), z[:, 0])),
    (Hinge(), MANY, CLASSES, weston_watkins),
]
cases = pytest.mark.parametrize(
    ("loss", "outputs", "targets", "reference"),
    CASES,
    ids=[f"{loss.kind}-{z.shape[1]}-{y.dtype.kind}-{i}" for i, (loss, z, y, _) in enumerate(CASES)],
)


def test_every_row_and_task_is_tested_here() -> None:
    task = {"f": "regression", "i": "two classes"}
    here = {(loss.kind, "many classes" if z.shape[1] > 2 else task[y.dtype.kind]) for loss, z, y, _ in CASES}
    offered = {(row.kind, t) for row in defaults_of(Loss).values() for t in row.tasks if row.kind != "matched"}
    assert here == offered
    assert set(catalog(Loss)) == {loss.kind for loss, *_ in CASES} | {"matched"}


@cases
def test_the_mean_matches_an_independent_implementation(
    loss: LossChoice, outputs: np.ndarray, targets: np.ndarray, reference: Callable[..., float]
) -> None:
    found = loss.mean(torch.from_numpy(outputs), torch.from_numpy(targets))
    assert found.item() == pytest.approx(reference(outputs, targets), rel=1e-6)


@cases
def test_each_example_has_the_loss_it_would_have_alone(
    loss: LossChoice, outputs: np.ndarray, targets: np.ndarray, reference: Callable[..., float]
) -> None:
    z, y = torch.from_numpy(outputs), torch.from_numpy(targets)
    each = loss.each(z, y)
    assert each.shape == (N,)
    alone = [loss.mean(z[i : i + 1], y[i : i + 1]).item() for i in range(N)]
    np.testing.assert_allclose(each.numpy(), alone, rtol=1e-6, atol=1e-9)


@cases
def test_the_gradient_matches_central_differences_of_the_reference(
    loss: LossChoice, outputs: np.ndarray, targets: np.ndarray, reference: Callable[..., float]
) -> None:
    z = torch.from_numpy(outputs).requires_grad_()
    (found,) = torch.autograd.grad(loss.mean(z, torch.from_numpy(targets)), z)
    h = 1e-6
    for i, j in [(0, 0), (3, -1), (17, 0), (39, -1), (8, 0)]:
        up, down = outputs.copy(), outputs.copy()
        up[i, j] += h
        down[i, j] -= h
        slope = (reference(up, targets) - reference(down, targets)) / (2 * h)
        assert found[i, j].item() == pytest.approx(slope, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize(
    ("loss", "outputs", "targets"),
    [(loss, z, y) for loss, z, y, _ in CASES if y.dtype.kind == "i"],
    ids=[f"{loss.kind}-{z.shape[1]}" for loss, z, y, _ in CASES if y.dtype.kind == "i"],
)
def test_class_weights_give_the_weighted_mean(loss: LossChoice, outputs: np.ndarray, targets: np.ndarray) -> None:
    weights = np.array([0.5, 3.0, 1.0, 7.0])[: max(2, outputs.shape[1])]
    z, y = torch.from_numpy(outputs), torch.from_numpy(targets)
    expected = np.average(loss.each(z, y).numpy(), weights=weights[targets])
    assert loss.mean(z, y, torch.from_numpy(weights)).item() == pytest.approx(expected, rel=1e-6)
    even = torch.full((len(weights),), 2.5, dtype=torch.float64)
    assert loss.mean(z, y, even).item() == pytest.approx(loss.mean(z, y).item(), rel=1e-6)


def test_weighted_entropies_match_scikit_learn() -> None:
    weights = np.array([0.5, 3.0, 1.0, 7.0])
    many = CrossEntropy().mean(torch.from_numpy(MANY), torch.from_numpy(CLASSES), torch.from_numpy(weights))
    assert many.item() == pytest.approx(
        log_loss(CLASSES, softmax(MANY, axis=1), sample_weight=weights[CLASSES], labels=range(K)), rel=1e-9
    )
    two = BCE().mean(torch.from_numpy(ONE), torch.from_numpy(TWO_CLASSES), torch.from_numpy(weights[:2]))
    assert two.item() == pytest.approx(
        log_loss(TWO_CLASSES, expit(ONE[:, 0]), sample_weight=weights[TWO_CLASSES]), rel=1e-6
    )


@pytest.mark.parametrize("k", [2, 3, 5, 10])
def test_with_zero_outputs_the_k_class_loss_is_the_logarithm_of_k(k: int) -> None:
    labels = torch.arange(20) % k
    assert CrossEntropy().mean(torch.zeros(20, k), labels).item() == pytest.approx(math.log(k), rel=1e-6)


def test_with_zero_outputs_the_two_class_losses_are_those_of_knowing_nothing() -> None:
    labels = torch.arange(20) % 2
    assert BCE().mean(torch.zeros(20, 1), labels).item() == pytest.approx(math.log(2), rel=1e-6)
    assert Hinge().mean(torch.zeros(20, 1), labels).item() == 1.0
    assert MSE().mean(torch.zeros(20, 1), labels).item() == 1.0


@pytest.mark.parametrize(
    ("loss", "by_classes"),
    [
        (MSE(), {0: 1, 2: 1, 3: 3, 10: 10}),
        (MAE(), {0: 1}),
        (Huber(), {0: 1}),
        (BCE(), {2: 1}),
        (CrossEntropy(), {2: 2, 3: 3, 10: 10}),
        (Hinge(), {2: 1, 3: 3, 10: 10}),
    ],
    ids=lambda item: getattr(item, "kind", ""),
)
def test_a_loss_asks_for_the_right_number_of_outputs(loss: LossChoice, by_classes: dict[int, int]) -> None:
    assert {count: loss.outputs(count) for count in by_classes} == by_classes


@cases
def test_predictions_are_probabilities_scores_or_values_as_the_row_says(
    loss: LossChoice, outputs: np.ndarray, targets: np.ndarray, reference: Callable[..., float]
) -> None:
    z = torch.from_numpy(outputs).requires_grad_()
    found = loss.predict(z)
    assert not found.requires_grad
    if loss.gives == "probability":
        p = expit(outputs) if outputs.shape[1] == 1 else softmax(outputs, axis=1)
        expected = np.concatenate([1 - p, p], axis=1) if outputs.shape[1] == 1 else p
        np.testing.assert_allclose(found.sum(dim=1).numpy(), 1.0, rtol=1e-12)
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-9)
    else:
        np.testing.assert_array_equal(found.numpy(), outputs)


@pytest.mark.parametrize("loss", [MSE(), BCE(), Hinge()], ids=lambda item: item.kind)
def test_one_output_chooses_the_second_class_above_zero(loss: LossChoice) -> None:
    assert loss.classify(torch.tensor([[-2.0], [-0.1], [0.1], [3.0]])).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("loss", [MSE(), CrossEntropy(), Hinge()], ids=lambda item: item.kind)
def test_many_outputs_choose_the_largest(loss: LossChoice) -> None:
    assert loss.classify(torch.from_numpy(MANY)).tolist() == [int(np.argmax(row)) for row in MANY]


def test_the_class_of_the_highest_probability_is_the_class_chosen() -> None:
    for loss, z in ((BCE(), ONE), (CrossEntropy(), MANY)):
        outputs = torch.from_numpy(z)
        assert torch.equal(loss.classify(outputs), loss.predict(outputs).argmax(dim=1))


@pytest.mark.parametrize("z", [-1e4, -200.0, 200.0, 1e4])
def test_the_entropies_stay_finite_and_exact_for_huge_outputs(z: float) -> None:
    assert BCE().mean(torch.tensor([[z]]), torch.tensor([0])).item() == pytest.approx(max(z, 0.0))
    both = torch.tensor([[0.0, z]])
    assert CrossEntropy().mean(both, torch.tensor([0])).item() == pytest.approx(max(z, 0.0))


@pytest.mark.parametrize(("count", "kind"), [(0, "mse"), (2, "bce"), (3, "cross_entropy"), (10, "cross_entropy")])
def test_the_matched_loss_is_the_likelihood_of_the_task(count: int, kind: str) -> None:
    assert resolve(Matched(), count).kind == kind
    assert task_of(count) in resolve(Matched(), count).tasks
    assert resolve(Hinge(), count) == Hinge()
