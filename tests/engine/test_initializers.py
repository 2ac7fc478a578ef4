"""First weights beside theory: mean, variance, bounds, orthogonality; and the generator they come from."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from engine.choice import catalog
from engine.initializers import (
    Constant,
    HeNormal,
    HeUniform,
    Initializer,
    InitializerChoice,
    LeCunNormal,
    Normal,
    Orthogonal,
    Uniform,
    XavierNormal,
    XavierUniform,
    Zeros,
)
from tests.rows import defaults_of

OUT, IN = 300, 200
UNIFORM: list[tuple[InitializerChoice, float]] = [
    (Uniform(scale=0.3), 0.3),
    (XavierUniform(), math.sqrt(6 / (IN + OUT))),
    (HeUniform(), math.sqrt(6 / IN)),
]
NORMAL: list[tuple[InitializerChoice, float]] = [
    (Normal(scale=0.7), 0.7),
    (XavierNormal(), math.sqrt(2 / (IN + OUT))),
    (HeNormal(), math.sqrt(2 / IN)),
    (LeCunNormal(), math.sqrt(1 / IN)),
]
EVERY = list(defaults_of(Initializer).values())


def kind_of(item: object) -> str:
    return getattr(item, "kind", "")


def drawn(row: InitializerChoice, shape: tuple[int, int] = (OUT, IN), seed: int = 0) -> np.ndarray:
    weight = torch.full(shape, torch.nan)
    row.fill(weight, torch.Generator().manual_seed(seed))
    return weight.numpy()


def test_every_row_is_tested_here() -> None:
    here = {row.kind for row, _ in [*UNIFORM, *NORMAL]} | {"zeros", "constant", "orthogonal"}
    assert here == set(catalog(Initializer))


@pytest.mark.parametrize(("row", "half_width"), UNIFORM, ids=kind_of)
def test_uniform_weights_fill_their_interval_evenly(row: InitializerChoice, half_width: float) -> None:
    weight = drawn(row)
    assert np.abs(weight).max() <= half_width * (1 + 1e-6)
    assert np.abs(weight).max() > half_width * 0.999
    assert stats.kstest(weight.ravel(), stats.uniform(-half_width, 2 * half_width).cdf).pvalue > 1e-3
    assert weight.var() == pytest.approx(half_width**2 / 3, rel=0.02)


@pytest.mark.parametrize(("row", "deviation"), NORMAL, ids=kind_of)
def test_normal_weights_follow_their_bell_curve(row: InitializerChoice, deviation: float) -> None:
    weight = drawn(row)
    assert abs(weight.mean()) < 4 * deviation / math.sqrt(weight.size)
    assert weight.std() == pytest.approx(deviation, rel=4 / math.sqrt(2 * weight.size))
    assert stats.kstest(weight.ravel(), stats.norm(0, deviation).cdf).pvalue > 1e-3


@pytest.mark.parametrize("row", [row for row, _ in [*UNIFORM, *NORMAL]], ids=kind_of)
def test_weights_of_different_entries_are_independent_draws(row: InitializerChoice) -> None:
    weight = drawn(row)
    assert abs(np.corrcoef(weight[:-1].ravel(), weight[1:].ravel())[0, 1]) < 0.02
    assert len(np.unique(weight)) > 0.9 * weight.size


@pytest.mark.parametrize("shape", [(7, 7), (12, 5), (5, 12), (1, 6), (6, 1)], ids=str)
def test_orthogonal_weights_have_all_singular_values_equal_to_the_gain(shape: tuple[int, int]) -> None:
    weight = drawn(Orthogonal(gain=1.7), shape).astype(np.float64)
    gram = weight.T @ weight if shape[0] >= shape[1] else weight @ weight.T
    np.testing.assert_allclose(gram, 1.7**2 * np.eye(min(shape)), atol=1e-5)


def test_orthogonal_weights_have_no_preferred_sign() -> None:
    corners = [drawn(Orthogonal(), (3, 3), seed)[0, 0] for seed in range(200)]
    assert 70 < sum(corner > 0 for corner in corners) < 130


def test_zeros_and_constants_are_what_they_say() -> None:
    assert not drawn(Zeros()).any()
    np.testing.assert_array_equal(drawn(Constant(value=-0.25)), np.full((OUT, IN), -0.25, np.float32))


@pytest.mark.parametrize("row", EVERY, ids=kind_of)
def test_the_same_seed_gives_the_same_weights_and_the_global_generator_is_left_alone(row: InitializerChoice) -> None:
    before = torch.random.get_rng_state()
    first = drawn(row, (6, 9), seed=3)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.rand(17)
    np.testing.assert_array_equal(drawn(row, (6, 9), seed=3), first)
    torch.random.set_rng_state(before)
    assert np.isfinite(first).all()


@pytest.mark.parametrize("row", [r for r in EVERY if r.kind not in ("zeros", "constant")], ids=kind_of)
def test_another_seed_gives_other_weights(row: InitializerChoice) -> None:
    assert not np.array_equal(drawn(row, (6, 9), seed=3), drawn(row, (6, 9), seed=4))


@pytest.mark.parametrize("shape", [(OUT, IN), (IN, OUT)], ids=["widening", "narrowing"])
@pytest.mark.parametrize("row", EVERY, ids=kind_of)
def test_the_variance_a_row_states_is_that_of_its_draws(row: InitializerChoice, shape: tuple[int, int]) -> None:
    weight = drawn(row, shape).astype(float)
    stated = row.variance(fan_in=shape[1], fan_out=shape[0])
    if stated is None:
        assert weight.var() == pytest.approx(0, abs=1e-12)
    else:
        assert stated == pytest.approx((weight**2).mean(), rel=0.03)
