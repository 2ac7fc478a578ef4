"""Gradient clipping beside its formula in NumPy."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.choice import catalog
from engine.clipping import Clip, ClipChoice, ClipNorm, ClipValue, NoClip

RNG = np.random.default_rng(11)
GRADIENTS = [RNG.normal(size=(5, 3)), RNG.normal(size=5), RNG.normal(size=(2, 5))]
NORM = float(np.sqrt(sum((g**2).sum() for g in GRADIENTS)))


def clipped(row: ClipChoice, gradients: list[np.ndarray]) -> list[np.ndarray]:
    parameters = [nn.Parameter(torch.zeros(g.shape, dtype=torch.float64)) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.from_numpy(gradient.copy())
    row.apply(parameters)
    assert not any(parameter.detach().any() for parameter in parameters)
    return [parameter.grad.numpy() for parameter in parameters if parameter.grad is not None]


def test_every_row_is_tested_here() -> None:
    assert set(catalog(Clip)) == {"none", "norm", "value"}


def test_without_clipping_gradients_stay_as_they_are() -> None:
    for found, given in zip(clipped(NoClip(), GRADIENTS), GRADIENTS, strict=True):
        np.testing.assert_array_equal(found, given)


@pytest.mark.parametrize("limit", [0.1, 1.0, 0.999 * NORM, 1.001 * NORM, 100.0])
def test_clipping_by_norm_scales_all_layers_together(limit: float) -> None:
    factor = min(1.0, limit / (NORM + 1e-6))
    found = clipped(ClipNorm(limit=limit), GRADIENTS)
    for one, given in zip(found, GRADIENTS, strict=True):
        np.testing.assert_allclose(one, given * factor, rtol=1e-12)
    assert np.sqrt(sum((g**2).sum() for g in found)) <= max(limit, 0) * (1 + 1e-9) or limit > NORM


@pytest.mark.parametrize("limit", [0.05, 0.5, 100.0])
def test_clipping_by_value_cuts_each_entry_by_itself(limit: float) -> None:
    for found, given in zip(clipped(ClipValue(limit=limit), GRADIENTS), GRADIENTS, strict=True):
        np.testing.assert_array_equal(found, np.maximum(-limit, np.minimum(limit, given)))


def test_clipping_by_norm_keeps_the_direction_and_by_value_turns_it() -> None:
    def cosine(row: ClipChoice) -> float:
        one, two = (np.concatenate([g.ravel() for g in side]) for side in (clipped(row, GRADIENTS), GRADIENTS))
        return float(one @ two / np.linalg.norm(one) / np.linalg.norm(two))

    assert cosine(ClipNorm(limit=0.3)) == pytest.approx(1.0, abs=1e-12)
    assert cosine(ClipValue(limit=0.3)) < 0.99


@pytest.mark.parametrize("row", [NoClip(), ClipNorm(), ClipValue()], ids=lambda row: row.kind)
def test_a_parameter_without_a_gradient_is_passed_over(row: ClipChoice) -> None:
    one, other = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))
    one.grad = torch.full((3,), 0.25)
    row.apply([one, other])
    assert other.grad is None
    assert torch.equal(one.grad, torch.full((3,), 0.25))
