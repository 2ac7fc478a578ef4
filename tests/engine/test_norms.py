"""Normalizations beside their formulas in NumPy."""

import numpy as np
import pytest
import torch

from engine.choice import catalog
from engine.model import MLP, Model
from engine.norms import BatchNorm, LayerNorm, NoNorm, Norm

RNG = np.random.default_rng(2)
Z = RNG.normal(loc=[3, -1, 0, 7], scale=[1, 5, 0.2, 2], size=(16, 4))
GAIN, SHIFT = np.array([1.0, 2.0, -0.5, 3.0]), np.array([0.0, 1.0, -1.0, 0.5])


def scaled(module: torch.nn.Module) -> torch.nn.Module:
    """In double precision, with a gain and a shift that are not the first ones."""
    module.double()
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(GAIN))
        module.bias.copy_(torch.from_numpy(SHIFT))
    return module


def test_every_row_is_tested_here() -> None:
    assert set(catalog(Norm)) == {"none", "batch_norm", "layer_norm"}


def test_no_norm_puts_nothing_between_the_affine_map_and_the_activation() -> None:
    assert NoNorm().build(4) is None
    layer = MLP(Model(hidden=(3,)), 4, 1, seed=0).layers[0]
    z = torch.from_numpy(Z).float()
    assert torch.equal(layer(z), torch.tanh(layer.linear(z)))


@pytest.mark.parametrize("eps", [1e-5, 0.1])
def test_batch_norm_standardizes_each_unit_over_the_batch(eps: float) -> None:
    found = scaled(BatchNorm(eps=eps).build(4))(torch.from_numpy(Z)).detach().numpy()
    expected = GAIN * (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + eps) + SHIFT
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("momentum", [0.1, 0.35, 1.0])
def test_batch_norm_uses_its_running_averages_at_test_time(momentum: float) -> None:
    module = scaled(BatchNorm(momentum=momentum).build(4))
    mean, variance = np.zeros(4), np.ones(4)
    for shift in (0.0, 2.0, -5.0):
        module(torch.from_numpy(Z + shift))
        mean = (1 - momentum) * mean + momentum * (Z + shift).mean(axis=0)
        variance = (1 - momentum) * variance + momentum * Z.var(axis=0, ddof=1)
    module.eval()
    found = module(torch.from_numpy(Z[:3])).detach().numpy()
    np.testing.assert_allclose(found, GAIN * (Z[:3] - mean) / np.sqrt(variance + 1e-5) + SHIFT, rtol=1e-9)


@pytest.mark.parametrize("eps", [1e-5, 0.1])
def test_layer_norm_standardizes_each_example_over_its_units_at_all_times(eps: float) -> None:
    module = scaled(LayerNorm(eps=eps).build(4))
    expected = GAIN * (Z - Z.mean(axis=1, keepdims=True)) / np.sqrt(Z.var(axis=1, keepdims=True) + eps) + SHIFT
    for mode in (True, False):
        module.train(mode)
        np.testing.assert_allclose(module(torch.from_numpy(Z)).detach().numpy(), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("row", [BatchNorm(), LayerNorm()], ids=lambda row: row.kind)
def test_a_norm_begins_with_gain_one_and_shift_zero(row: BatchNorm | LayerNorm) -> None:
    module = row.build(5)
    assert [p.tolist() for p in module.parameters()] == [[1.0] * 5, [0.0] * 5]
