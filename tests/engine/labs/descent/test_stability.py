"""Limits of stable curvature, beside the recurrences that PyTorch's optimizers run."""

import numpy as np
import pytest
import torch

from engine.choice import catalog
from engine.labs.descent.proofs import end_on_parabola
from engine.labs.descent.stability import LIMITS, PRECONDITIONERS, limit, root, trace
from engine.labs.descent.state import DescentLab, FullBatch
from engine.optimizers import SGD, Adam, Momentum, Nesterov, OptimizerChoice, RMSProp
from tests.engine.labs.descent.runs import TINY, experiment, run

LINEAR = [
    SGD(lr=0.1),
    Momentum(lr=0.1),
    Momentum(lr=0.03, momentum=0.5, dampening=0.3),
    Nesterov(lr=0.1),
    Nesterov(lr=0.02, momentum=0.5),
]


@pytest.mark.parametrize("optimizer", LINEAR, ids=str)
def test_below_its_limit_an_optimizer_converges_on_a_parabola_and_above_it_diverges(optimizer: OptimizerChoice) -> None:
    assert end_on_parabola(optimizer, 0.97 * limit(optimizer), 2000) < 1e-3
    assert end_on_parabola(optimizer, 1.03 * limit(optimizer), 2000) > 1e3


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
def test_the_limit_of_adam_is_where_its_recurrence_with_a_fixed_divisor_turns_unstable(beta: float) -> None:
    made = Adam(lr=0.01, beta1=beta)

    def radius(curvature: float) -> float:
        # (x, m) -> m' = b m + (1 - b) s x, x' = x - lr m'
        step = np.array([[1 - made.lr * (1 - beta) * curvature, -made.lr * beta], [(1 - beta) * curvature, beta]])
        return float(np.abs(np.linalg.eigvals(step)).max())

    assert radius(0.99 * limit(made)) < 1 < radius(1.01 * limit(made))


def test_adams_limit_at_the_usual_momentum_is_38_over_the_rate() -> None:
    assert limit(Adam(lr=0.02)) == pytest.approx(38 / 0.02)


def test_rmsprop_with_a_settled_divisor_turns_unstable_at_its_limit() -> None:
    # The gradient's sign alternates at one size g, so the divisor settles at g; in units of it the curvature is s / g.
    for momentum in (0.0, 0.5):
        made = RMSProp(lr=0.01, momentum=momentum)
        step = lambda s: np.array([[1 - made.lr * s, -made.lr * momentum], [s, momentum]])  # noqa: E731, B023
        radius = lambda s: float(np.abs(np.linalg.eigvals(step(s))).max())  # noqa: E731, B023
        assert radius(0.99 * limit(made)) < 1 + 1e-9 < radius(1.01 * limit(made))


def test_every_optimizer_of_the_section_has_a_limit() -> None:
    assert set(catalog(FullBatch).values()) == set(LIMITS)
    assert set(PRECONDITIONERS) == {Adam, RMSProp}


@pytest.mark.parametrize("optimizer", [Adam(), Adam(amsgrad=True), RMSProp(), RMSProp(centered=True)], ids=str)
def test_the_preconditioner_turns_the_average_gradient_into_the_optimizers_step(optimizer: OptimizerChoice) -> None:
    made = run(optimizer=optimizer, batch_size="all", steps=30)
    before = torch.cat([p.detach().double().reshape(-1) for p in made.parameters])
    made.step()
    after = torch.cat([p.detach().double().reshape(-1) for p in made.parameters])
    scale = root(made)
    assert scale is not None
    if isinstance(optimizer, Adam):
        average = torch.cat([made.optimizer.state[p]["exp_avg"].double().reshape(-1) for p in made.parameters])
    else:
        average = torch.cat([p.grad.double().reshape(-1) for p in made.parameters if p.grad is not None])
    expected = -optimizer.lr * scale**2 * average.numpy()
    assert np.allclose((after - before).numpy(), expected, rtol=2e-3, atol=1e-6)


def test_no_preconditioner_before_the_first_update_and_none_without_one() -> None:
    assert root(run(optimizer=Adam())) is None
    assert root(run(optimizer=SGD(), steps=3)) is None


def test_gradient_descent_on_all_examples_comes_to_the_edge_of_stability() -> None:
    lab = DescentLab()
    *_, last = trace(experiment(lab, optimizer=SGD(lr=0.1), batch_size="all", epochs=400), 400)
    found = last.result
    assert found is not None and not found.has_diverged
    assert np.median(found.sharpness[-10:]) == pytest.approx(2 / 0.1, rel=0.1)
    assert found.sharpness[0] < 0.8 * 2 / 0.1, "it began below"
    assert found.shifted is not None
    assert found.shifted[-1] == pytest.approx(found.sharpness[-1], rel=0.02)


def test_a_run_that_diverges_is_told_and_keeps_what_was_measured() -> None:
    *_, last = trace(experiment(TINY, optimizer=SGD(lr=10.0), batch_size="all"), 60)
    assert last.result is not None
    lab = DescentLab()
    *_, last = trace(experiment(lab, optimizer=SGD(lr=5.0), batch_size="all"), 200)
    found = last.result
    assert found is not None and found.has_diverged
    assert np.isfinite(found.sharpness[0])
