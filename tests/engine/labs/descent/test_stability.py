"""Limits of stable curvature, beside the recurrences that PyTorch's optimizers run."""

import numpy as np
import pytest
import torch

from engine.choice import catalog
from engine.data.regression import Sine
from engine.data.toy import Spiral
from engine.labs.descent.bounds import BOUNDS, limit, preconditioned, scaling
from engine.labs.descent.curvature import Hessian, largest, random_start
from engine.labs.descent.proofs import end_on_parabola
from engine.labs.descent.stability import trace
from engine.labs.descent.state import DescentLab, SmallData
from engine.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, Optimizer, OptimizerChoice, RMSProp
from tests.engine.labs.descent.runs import TINY, experiment, run
from tests.engine.labs.descent.test_curvature import full_hessian

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


FIXED = [
    (Adam(lr=0.05, eps=1.0), 1.0),
    (Adam(lr=0.02, beta1=0.5, eps=1.0, amsgrad=True), 1.0),
    (AdamW(lr=0.1, beta1=0.8, eps=1.0, weight_decay=6.0), 1.0),
    (AdamW(lr=0.05, eps=1.0, weight_decay=0.1), 1.0),
    (RMSProp(lr=0.05, eps=1.0), 1.0),
    (RMSProp(lr=0.05, eps=1.0, momentum=0.7), 1.0),
    (Adagrad(lr=0.1, initial_accumulator_value=9.0), 3.0),
    (Adagrad(lr=0.3, initial_accumulator_value=4.0), 2.0),
]
"""Optimizers whose divisor stays at the number beside it as long as the gradients are tiny."""


def sizes_on_parabola(optimizer: OptimizerChoice, curvature: float, steps: int) -> np.ndarray:
    """|x| after each update of PyTorch's own optimizer on curvature x^2 / 2, from x = 1e-9.

    300 updates at x = 0 come before: by then Adam's averages need no correction for starting at 0.
    """
    x = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    moved = optimizer.build([x])
    sizes = []
    for done in range(300 + steps):
        if done == 300:
            x.data.fill_(1e-9)
        x.grad = curvature * x.detach()
        moved.step()
        sizes.append(abs(float(x.detach())))
    return np.array(sizes[300:])


def is_stable(optimizer: OptimizerChoice, curvature: float) -> bool:
    """Whether a tiny x falls to 1e-13 before it grows to 1e-6, where the divisor would no longer stand still."""
    sizes = sizes_on_parabola(optimizer, curvature, 4000)
    grown = np.flatnonzero(sizes > 1e-6)
    fallen = np.flatnonzero(np.array([sizes[k : k + 10].max() for k in range(len(sizes))]) < 1e-13)
    assert len(grown) or len(fallen), "neither: more steps"
    return not len(grown) or bool(len(fallen) and fallen[0] < grown[0])


@pytest.mark.long
@pytest.mark.parametrize(("optimizer", "divisor"), FIXED, ids=str)
def test_with_a_divisor_that_stands_still_a_run_grows_above_the_limit_and_shrinks_below(
    optimizer: OptimizerChoice, divisor: float
) -> None:
    bound = BOUNDS[type(optimizer)]
    most = divisor * (limit(optimizer) - bound.decay(optimizer) * getattr(optimizer, "weight_decay", 0.0))
    assert most > 0
    assert is_stable(optimizer, 0.97 * most)
    assert not is_stable(optimizer, 1.03 * most)


def test_the_limit_of_adamw_on_a_parabola_is_adams_less_what_the_decay_takes() -> None:
    """By hand: the recurrence meets -1 at (1 + b) (2 - lr d) / (lr (1 - b))."""
    made = AdamW(lr=0.1, beta1=0.8, weight_decay=6.0)
    by_hand = (1 + 0.8) * (2 - 0.1 * 6.0) / (0.1 * (1 - 0.8))
    assert limit(made) - BOUNDS[AdamW].decay(made) * 6.0 == pytest.approx(by_hand)


def test_decay_that_spares_some_weights_is_counted_exactly() -> None:
    """(w, m) -> m' = b m + (1 - b) M w, w' = (1 - lr D) w - lr m', for any M: unstable where M + c D is above the limit."""
    rng = np.random.default_rng(0)
    made, size = AdamW(lr=0.1, beta1=0.8, weight_decay=6.0), 6
    decays = np.diag(made.weight_decay * (np.arange(size) % 2))
    half = rng.standard_normal((size, size))
    shape = half @ half.T

    def radius(matrix: np.ndarray) -> float:
        eye, b, lr = np.eye(size), made.beta1, made.lr
        step = np.block([[eye - lr * decays - lr * (1 - b) * matrix, -lr * b * eye], [(1 - b) * matrix, b * eye]])
        return float(np.abs(np.linalg.eigvals(step)).max())

    def effective(matrix: np.ndarray) -> float:
        return float(np.linalg.eigvalsh(matrix + BOUNDS[AdamW].decay(made) * decays)[-1])

    low, high = 0.0, 1e4
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(middle * shape) < limit(made) else (low, middle)
    assert radius(0.999 * low * shape) < 1 < radius(1.001 * low * shape)


def test_an_overshoot_of_adagrad_ends_itself() -> None:
    made = Adagrad(lr=0.1, initial_accumulator_value=1.0)
    sizes = sizes_on_parabola(made, 3 * limit(made), 2000)
    assert sizes[20] > 1e3 * sizes[0], "above the limit it grows"
    assert sizes[-1] < 1e-9 * sizes.max(), "until the sum of its squares has grown"


def test_every_optimizer_of_the_catalog_has_a_limit() -> None:
    assert list(BOUNDS) == list(catalog(Optimizer).values())
    assert {row for row, bound in BOUNDS.items() if bound.diagonal} == {Adam, AdamW, RMSProp, Adagrad}
    assert all(bound.caveat for bound in BOUNDS.values() if bound.diagonal)


SCALED = [
    Adam(),
    Adam(amsgrad=True),
    AdamW(weight_decay=0.5),
    RMSProp(),
    RMSProp(centered=True),
    Adagrad(),
    Adagrad(lr_decay=0.1, initial_accumulator_value=0.5),
]


@pytest.mark.parametrize("optimizer", SCALED, ids=str)
def test_the_preconditioner_turns_the_average_gradient_into_the_optimizers_step(optimizer: OptimizerChoice) -> None:
    made = run(optimizer=optimizer, batch_size="all", steps=30)
    before = torch.cat([p.detach().double().reshape(-1) for p in made.parameters])
    made.step()
    after = torch.cat([p.detach().double().reshape(-1) for p in made.parameters])
    scale = scaling(made)
    assert scale is not None
    if isinstance(optimizer, Adam):
        average = torch.cat([made.optimizer.state[p]["exp_avg"].double().reshape(-1) for p in made.parameters])
    else:
        average = torch.cat([p.grad.double().reshape(-1) for p in made.parameters if p.grad is not None])
    decayed = optimizer.lr * scale.added / BOUNDS[type(optimizer)].decay(optimizer) if scale.added.any() else 0.0
    expected = -optimizer.lr * scale.root**2 * average.numpy() - decayed * before.numpy()
    assert np.allclose((after - before).numpy(), expected, rtol=2e-3, atol=1e-6)


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
@pytest.mark.parametrize("optimizer", SCALED, ids=str)
def test_the_sharpness_that_counts_is_that_of_the_whole_preconditioned_hessian(optimizer: OptimizerChoice) -> None:
    made = run(optimizer=optimizer, batch_size="all", steps=20)
    found = Hessian(made)
    value, _ = largest(preconditioned(made, found), random_start(found.size, 0))
    root, decays = [], []
    for parameter in made.parameters:
        state = {
            name: np.asarray(held, dtype=np.float64).ravel() for name, held in made.optimizer.state[parameter].items()
        }
        root.append(divisor(optimizer, state, 20) ** -0.5)
        is_weight = parameter.ndim == 2
        own = getattr(optimizer, "weight_decay", 0.0) * is_weight
        decays.append(np.full(parameter.numel(), own * (1 + 0.9) / (1 - 0.9)))
    scale = np.concatenate(root)
    whole = scale[:, None] * full_hessian(made) * scale + np.diag(np.concatenate(decays))
    assert value == pytest.approx(np.linalg.eigvalsh(whole)[-1], rel=1e-3)


def divisor(optimizer: OptimizerChoice, state: dict[str, np.ndarray], t: int) -> np.ndarray:
    """What the published formula of an optimizer divides the (averaged) gradient by after t updates."""
    match optimizer:
        case Adam(beta1=first, beta2=second, amsgrad=largest_so_far):
            v = state["max_exp_avg_sq" if largest_so_far else "exp_avg_sq"]
            return (1 - first**t) * (np.sqrt(v / (1 - second**t)) + optimizer.eps)
        case RMSProp(centered=is_centered):
            mean = state["grad_avg"] if is_centered else 0.0
            return np.sqrt(state["square_avg"] - mean**2) + optimizer.eps
        case Adagrad():
            return (np.sqrt(state["sum"]) + optimizer.eps) * (1 + (t - 1) * optimizer.lr_decay)
    raise AssertionError(optimizer)


@pytest.mark.parametrize("optimizer", [Adam(), Adagrad(initial_accumulator_value=1.0)], ids=str)
def test_no_preconditioner_before_the_first_update(optimizer: OptimizerChoice) -> None:
    assert scaling(run(optimizer=optimizer)) is None


def test_no_preconditioner_where_the_gradient_is_not_rescaled() -> None:
    assert scaling(run(optimizer=SGD(), steps=3)) is None


def test_what_adagrad_divides_by_only_grows() -> None:
    made = run(optimizer=Adagrad(), batch_size="all", steps=1)
    roots = []
    for _ in range(20):
        made.step()
        scale = scaling(made)
        assert scale is not None
        roots.append(scale.root)
    assert (np.diff(roots, axis=0) <= 0).all() and (roots[-1] < roots[0]).all()


@pytest.mark.long
@pytest.mark.parametrize(
    ("data", "rate", "keeps_to_it"), [(Sine(), 0.1, True), (Spiral(), 0.3, False)], ids=["sine", "spiral"]
)
def test_adagrad_keeps_to_its_limit_only_where_the_loss_grows_sharper_too(
    data: SmallData, rate: float, keeps_to_it: bool
) -> None:
    lab = DescentLab(data=data)
    *_, last = trace(experiment(lab, optimizer=Adagrad(lr=rate), batch_size="all", epochs=400), 400)
    found = last.result
    assert found is not None and found.is_preconditioned and not found.has_diverged
    assert np.isnan(found.effective[0]) and np.isfinite(found.effective[1:]).all()
    share = float(np.median(found.effective[-10:])) / found.limit
    assert share == pytest.approx(1.0, abs=0.1) if keeps_to_it else share < 0.6


@pytest.mark.long
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
