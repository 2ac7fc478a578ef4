"""The mean-field lines beside SciPy's integrals, closed forms, and real networks."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, special, stats

from engine.activations import (
    ELU,
    Activation,
    ActivationChoice,
    LeakyReLU,
    Linear,
    Maxout,
    ReLU,
    Sigmoid,
    Step,
    Tanh,
)
from engine.initializers import Constant, HeNormal, Initializer, InitializerChoice, XavierNormal, Zeros
from engine.labs.initialization.compare import Way, fans_of, profiles
from engine.labs.initialization.results import Profile
from engine.labs.initialization.state import Measuring
from engine.labs.initialization.theory import moments, theory
from tests.rows import defaults_of

Function = Callable[[float], float]
ROWS: dict[str, tuple[ActivationChoice, Function, Function]] = {
    "step": (Step(), lambda z: float(z > 0), lambda z: 0.0),
    "linear": (Linear(), lambda z: z, lambda z: 1.0),
    "sigmoid": (Sigmoid(), special.expit, lambda z: special.expit(z) * special.expit(-z)),
    "tanh": (Tanh(), math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "relu": (ReLU(), lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "leaky_relu": (LeakyReLU(slope=0.2), lambda z: max(z, 0.2 * z), lambda z: 1.0 if z > 0 else 0.2),
    "elu": (
        ELU(alpha=2.0),
        lambda z: z if z > 0 else 2 * math.expm1(z),
        lambda z: 1.0 if z > 0 else 2 * math.exp(z),
    ),
    "gelu": (
        defaults_of(Activation)["gelu"],  # type: ignore[dict-item]
        lambda z: z * stats.norm.cdf(z),
        lambda z: stats.norm.cdf(z) + z * stats.norm.pdf(z),
    ),
    "silu": (
        defaults_of(Activation)["silu"],  # type: ignore[dict-item]
        lambda z: z * special.expit(z),
        lambda z: special.expit(z) * (1 + z * special.expit(-z)),
    ),
    "softplus": (
        defaults_of(Activation)["softplus"],  # type: ignore[dict-item]
        lambda z: float(np.logaddexp(0, z)),
        special.expit,
    ),
}


def integral(f: Function, q: float) -> float:
    """E[f(sqrt(q) Z)] by SciPy, on either side of 0 and closer to it where the function is steep."""
    cuts = [0.0, *(edge for edge in (3 / math.sqrt(q), 20 / math.sqrt(q)) if edge < 12), 12.0]
    total = 0.0
    for low, high in pairwise(cuts):
        for sign in (-1, 1):
            part, _ = integrate.quad(
                lambda z, s=sign: f(s * math.sqrt(q) * z) * stats.norm.pdf(z), low, high, epsabs=1e-13, limit=200
            )
            total += part
    return total


def test_every_activation_of_one_pre_activation_is_tested_here() -> None:
    assert {*ROWS, "maxout"} == set(defaults_of(Activation))


@pytest.mark.parametrize("q", [1e-3, 1.0, 900.0])
@pytest.mark.parametrize("kind", ROWS)
def test_the_means_are_those_of_scipys_integrals(kind: str, q: float) -> None:
    row, phi, slope = ROWS[kind]
    expected = integral(phi, q), integral(lambda z: phi(z) ** 2, q), integral(lambda z: slope(z) ** 2, q)
    assert moments(row, q) == pytest.approx(expected, rel=2e-6, abs=1e-10)


@pytest.mark.parametrize("q", [1e-200, 1e-8, 1.0, 1e8, 1e200])
def test_relu_halves_the_square_and_the_squared_slope_at_every_scale(q: float) -> None:
    mean, square, slope = moments(ReLU(), q)
    assert mean == pytest.approx(math.sqrt(q / (2 * math.pi)))
    assert square == pytest.approx(q / 2)
    assert slope == pytest.approx(0.5)


def test_the_spike_of_a_saturated_tanhs_slope_is_not_missed() -> None:
    q = 1e8  # E[sech^4(sqrt(q) Z)] -> (4 / 3) / sqrt(2 pi q)
    assert moments(Tanh(), q)[2] == pytest.approx(4 / 3 / math.sqrt(2 * math.pi * q), rel=1e-3)


def test_numbers_that_overflowed_stay_without_a_line() -> None:
    assert np.isnan(moments(ReLU(), math.inf)).all()


# --- the recursion --------------------------------------------------------------------------------------------------


def test_he_keeps_relus_signal_and_gradient_exactly() -> None:
    found = theory(ReLU(), [50, *[50] * 60, 50], [2 / 50] * 61, start=1.0, top=1.0)
    assert found.pre == pytest.approx(np.full(60, 2.0))
    assert found.gradient == pytest.approx(np.full(60, 1.0))
    assert found.chi == pytest.approx(1.0)


def test_a_linear_stack_multiplies_by_fan_in_forward_and_by_fan_out_backward() -> None:
    sizes, variances = [7, 20, 5, 3], [0.1, 0.2, 0.3]
    found = theory(Linear(), sizes, variances, start=2.0, top=1.5)
    assert found.pre == pytest.approx([7 * 0.1 * 2.0, 20 * 0.2 * 7 * 0.1 * 2.0])
    assert found.post == pytest.approx(found.pre)
    assert found.gradient == pytest.approx([5 * 0.2 * 3 * 0.3 * 1.5, 3 * 0.3 * 1.5])
    assert found.chi == pytest.approx(found.gradient[0] / found.gradient[1])


def test_a_signal_that_vanishes_in_tanh_shrinks_by_the_variance_of_its_weights() -> None:
    found = theory(Tanh(), [64] * 62, [0.25 / 64] * 61, start=1.0, top=1.0)
    assert found.pre[-1] / found.pre[-2] == pytest.approx(0.25)
    assert found.chi == pytest.approx(0.25)


def test_where_it_does_not_apply_it_says_why() -> None:
    sizes = [4, 4, 4, 4]
    maxout = theory(Maxout(), sizes, [0.1] * 3, 1.0, 1.0)
    assert "largest of 2 pre-activations" in maxout.silent
    assert np.isnan(maxout.pre).all()
    for row in (Zeros(), Constant()):
        found = theory(Tanh(), sizes, [row.variance(4, 4)] * 3, 1.0, 1.0)
        assert "not drawn at random" in found.silent
        assert np.isnan(found.post).all()
    step = theory(Step(), sizes, [0.25] * 3, 1.0, 1.0)
    assert "no gradient passes" in step.silent
    assert step.pre == pytest.approx([1.0, 0.5])
    assert np.isnan(step.gradient).all()
    assert step.chi == 0


# --- real networks --------------------------------------------------------------------------------------------------


def measured(activation: ActivationChoice, row: InitializerChoice) -> Profile:
    """A wide network of 4 layers whose widths differ."""
    steps = list(profiles(activation, (128, 128, 96, 128), [Way("", row)], Measuring(seeds=6, examples=48)))
    found = steps[-1].result
    assert found is not None
    return found.profiles[0]


def agrees(profile: Profile, *names: str) -> None:
    for name in names:
        mean = getattr(profile, name).mean(axis=0)
        assert mean == pytest.approx(getattr(profile.theory, name), rel=0.2), name


@pytest.mark.parametrize("kind", [kind for kind in ROWS if kind != "step"])
def test_wide_networks_of_every_activation_do_what_the_theory_says(kind: str) -> None:
    agrees(measured(ROWS[kind][0], HeNormal()), "pre", "post", "gradient")


@pytest.mark.parametrize("kind", [kind for kind in defaults_of(Initializer) if kind not in ("zeros", "constant")])
def test_wide_networks_of_every_initializer_do_what_the_theory_says(kind: str) -> None:
    row = defaults_of(Initializer)[kind]
    assert isinstance(row, InitializerChoice)
    agrees(measured(Tanh(), row), "pre", "post", "gradient")


def test_the_steps_signal_follows_its_line_and_its_gradient_is_exactly_zero() -> None:
    profile = measured(Step(), XavierNormal())
    agrees(profile, "pre", "post")
    assert not profile.gradient.any()


def test_a_maxout_layer_has_fan_out_for_all_its_pieces() -> None:
    batch = Measuring().source.batch(8, 0)
    assert fans_of(batch, (10, 20), Maxout(affine_pieces=3)) == [(64, 30), (10, 60), (20, 10)]
