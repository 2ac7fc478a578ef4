"""Penalties: values by hand, gradients by difference quotients, exact zeros beside scikit-learn's lasso."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from sklearn.linear_model import ElasticNet as SklearnElasticNet
from sklearn.linear_model import Lasso
from torch import Tensor, nn

from engine.choice import catalog
from engine.optimizers import SGD, Adam, Momentum, OptimizerChoice
from engine.penalties import L1, L2, ElasticNet, L1Proximal, NoPenalty, Penalty, PenaltyChoice, WeightDecay

RNG = np.random.default_rng(3)
WEIGHTS = [RNG.normal(size=(4, 3)), RNG.normal(size=(2, 4))]
FORMULAS: list[tuple[PenaltyChoice, Callable[[np.ndarray], float]]] = [
    (NoPenalty(), lambda w: 0.0),
    (L1(strength=0.3), lambda w: 0.3 * np.abs(w).sum()),
    (L2(strength=0.3), lambda w: 0.3 / 2 * (w**2).sum()),
    (ElasticNet(strength=0.3, l1_share=0.2), lambda w: 0.3 * (0.2 * np.abs(w).sum() + 0.8 / 2 * (w**2).sum())),
    (L1Proximal(strength=0.3), lambda w: 0.0),
    (WeightDecay(strength=0.3), lambda w: 0.0),
]
rows = pytest.mark.parametrize(("row", "formula"), FORMULAS, ids=[row.kind for row, _ in FORMULAS])


def tensors() -> list[Tensor]:
    return [torch.from_numpy(w.copy()).requires_grad_() for w in WEIGHTS]


def test_every_row_is_tested_here_and_acts_at_one_moment_at_most() -> None:
    assert {row.kind for row, _ in FORMULAS} == set(catalog(Penalty))
    moments = {row.kind: (row.before_update, row.in_loss, row.after_update) for row, _ in FORMULAS}
    assert moments == {
        "none": (False, False, False),
        "l1": (False, True, False),
        "l2": (False, True, False),
        "elastic_net": (False, True, False),
        "l1_proximal": (False, False, True),
        "weight_decay": (True, False, False),
    }


@rows
def test_the_term_of_the_loss_matches_its_formula(row: PenaltyChoice, formula: Callable[[np.ndarray], float]) -> None:
    everything = np.concatenate([w.ravel() for w in WEIGHTS])
    assert row.value(tensors()).item() == pytest.approx(formula(everything), rel=1e-12)


@pytest.mark.parametrize(
    ("row", "formula"), [(r, f) for r, f in FORMULAS if r.in_loss], ids=[r.kind for r, _ in FORMULAS if r.in_loss]
)
def test_the_gradient_matches_central_differences(row: PenaltyChoice, formula: Callable[[np.ndarray], float]) -> None:
    weights = tensors()
    found = torch.autograd.grad(row.value(weights), weights)
    for w, gradient in zip(WEIGHTS, found, strict=True):
        for place in np.ndindex(w.shape):
            h = np.zeros(w.shape)
            h[place] = 1e-6
            slope = (formula(w + h) - formula(w - h)) / 2e-6
            assert gradient[place].item() == pytest.approx(slope, rel=1e-6)


def test_elastic_net_at_its_ends_is_l1_and_l2() -> None:
    weights = tensors()
    assert torch.equal(ElasticNet(strength=0.7, l1_share=1.0).value(weights), L1(strength=0.7).value(weights))
    assert torch.equal(ElasticNet(strength=0.7, l1_share=0.0).value(weights), L2(strength=0.7).value(weights))


def test_the_proximal_step_is_soft_thresholding() -> None:
    weight = nn.Parameter(torch.tensor([[0.5, -0.5, 0.02, -0.02, 0.0, 0.03]], dtype=torch.float64))
    L1Proximal(strength=0.3).shrink([weight], 0.1)
    np.testing.assert_allclose(weight.detach().numpy(), [[0.47, -0.47, 0, 0, 0, 0]], atol=1e-15)
    assert int((weight == 0).sum()) == 4
    assert weight.requires_grad
    assert weight.grad is None


def test_decoupled_decay_scales_by_one_minus_rate_times_strength() -> None:
    weights = tensors()
    WeightDecay(strength=0.3).shrink(weights, 0.1)
    for weight, start in zip(weights, WEIGHTS, strict=True):
        np.testing.assert_allclose(weight.detach().numpy(), start * 0.97, rtol=1e-14)


@pytest.mark.parametrize("row", [NoPenalty(), L1(), L2(), ElasticNet()], ids=lambda row: row.kind)
def test_a_penalty_of_the_loss_never_moves_a_weight_itself(row: PenaltyChoice) -> None:
    weights = tensors()
    row.shrink(weights, 0.5)
    for weight, start in zip(weights, WEIGHTS, strict=True):
        np.testing.assert_array_equal(weight.detach().numpy(), start)


def lasso_problem() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 8))
    truth = np.array([2.0, 0, 0, -1.5, 0, 0, 0.7, 0])
    return x, x @ truth + 0.3 * rng.normal(size=80)


def descended(row: PenaltyChoice, optimizer: OptimizerChoice, steps: int) -> np.ndarray:
    """Weights after full-batch descent of half the mean squared error under the penalty."""
    x, y = map(torch.from_numpy, lasso_problem())
    weight = nn.Parameter(torch.zeros(1, 8, dtype=torch.float64))
    stepper = optimizer.build([weight])
    for _ in range(steps):
        loss = (x @ weight[0] - y).square().mean() / 2 + (row.value([weight]) if row.in_loss else 0)
        stepper.zero_grad()
        loss.backward()
        if row.before_update:
            row.shrink([weight], optimizer.lr)
        stepper.step()
        if row.after_update:
            row.shrink([weight], optimizer.lr)
    return weight.detach().numpy()[0]


def test_proximal_descent_finds_the_lasso_of_scikit_learn_with_its_exact_zeros() -> None:
    reference = Lasso(alpha=0.2, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(*lasso_problem()).coef_
    found = descended(L1Proximal(strength=0.2), SGD(lr=0.2), 600)
    np.testing.assert_allclose(found, reference, atol=1e-8)
    assert 0 < (reference == 0).sum() < 8
    np.testing.assert_array_equal(found == 0, reference == 0)


def test_the_penalty_form_of_l1_hovers_near_the_lasso_without_an_exact_zero() -> None:
    reference = descended(L1Proximal(strength=0.2), SGD(lr=0.2), 600)
    found = descended(L1(strength=0.2), SGD(lr=0.2), 600)
    assert not (found == 0).any()
    np.testing.assert_allclose(found, reference, atol=0.1)


def test_elastic_net_descends_to_the_elastic_net_of_scikit_learn() -> None:
    model = SklearnElasticNet(alpha=0.4, l1_ratio=0.3, fit_intercept=False, tol=1e-12, max_iter=100_000)
    found = descended(ElasticNet(strength=0.4, l1_share=0.3), SGD(lr=0.01), 3000)
    np.testing.assert_allclose(found, model.fit(*lasso_problem()).coef_, atol=0.01)


def test_l2_descends_to_ridge_regression_in_closed_form() -> None:
    x, y = lasso_problem()
    expected = np.linalg.solve(x.T @ x / len(x) + 0.5 * np.eye(8), x.T @ y / len(x))
    np.testing.assert_allclose(descended(L2(strength=0.5), SGD(lr=0.2), 600), expected, atol=1e-9)


def test_decoupled_decay_equals_l2_for_plain_gradient_descent_only() -> None:
    for optimizer, same in ((SGD(lr=0.1), True), (Momentum(lr=0.1), False), (Adam(lr=0.1), False)):
        decayed = descended(WeightDecay(strength=0.5), optimizer, 12)
        penalised = descended(L2(strength=0.5), optimizer, 12)
        assert np.allclose(decayed, penalised, rtol=1e-10) is same, optimizer.kind
