"""Dropout: the share it drops, how it scales the rest, and whose generator it draws from."""

import math

import pytest
import torch

from engine.dropout import Dropout


def made(p: float, seed: int = 0) -> Dropout:
    return Dropout(p, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_dropped_share_is_p_and_the_rest_is_scaled_up(p: float) -> None:
    a = torch.linspace(1, 2, 40_000).reshape(200, 200)
    given = made(p)(a)
    dropped = given == 0
    assert abs(float(dropped.double().mean()) - p) < 4 * math.sqrt(p * (1 - p) / a.numel())
    torch.testing.assert_close(given[~dropped], a[~dropped] / (1 - p))
    assert float(given.mean()) == pytest.approx(float(a.mean()), rel=5 * math.sqrt(p / (1 - p) / a.numel()))


def test_each_example_and_each_step_has_a_mask_of_its_own() -> None:
    layer, a = made(0.5), torch.ones(20, 30)
    first, second = layer(a), layer(a)
    assert not torch.equal(first, second)
    assert len({tuple(row.tolist()) for row in first}) == 20


def test_in_evaluation_and_at_rate_zero_it_is_the_identity_and_draws_nothing() -> None:
    a = torch.randn(5, 6)
    for layer in (made(0.5).eval(), made(0.0)):
        state = layer.generator.get_state()
        assert layer(a) is a
        assert torch.equal(layer.generator.get_state(), state)


def test_it_draws_from_its_own_generator_only() -> None:
    a = torch.ones(20, 30)
    before = torch.random.get_rng_state()
    first = made(0.4, seed=5)(a)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.rand(3)
    assert torch.equal(made(0.4, seed=5)(a), first)
    assert not torch.equal(made(0.4, seed=6)(a), first)
    torch.random.set_rng_state(before)


def test_the_gradient_passes_through_the_kept_units_only() -> None:
    a = torch.ones(10, 10, requires_grad=True)
    given = made(0.25)(a)
    (gradient,) = torch.autograd.grad(given.sum(), a)
    torch.testing.assert_close(gradient, given.detach())
