"""Mixtures beside ``torch.distributions``, and whether they are densities."""

import math

import numpy as np
import pytest
import torch
from torch import distributions as D

from engine.vision.mixture import NARROWEST, mixture_of


def outputs(components: int, spread: float = 1.0) -> torch.Tensor:
    return spread * torch.randn(6, 3 * components, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("components", [1, 3])
def test_the_density_of_gaussians_is_that_of_torch(components):
    made = mixture_of(outputs(components), "gaussians")
    theirs = D.MixtureSameFamily(D.Categorical(logits=made.weight), D.Normal(made.mean, made.width))
    angle = torch.linspace(-2, 2, 7, dtype=torch.float64)
    found = made.log_density(angle.expand(6, 7))
    for place, value in enumerate(angle):
        torch.testing.assert_close(found[:, place], theirs.log_prob(value.expand(6)), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("components", [1, 3])
def test_the_density_of_von_mises_is_that_of_torch(components):
    made = mixture_of(outputs(components, 0.4), "von mises")
    theirs = D.MixtureSameFamily(
        D.Categorical(logits=made.weight), D.VonMises(made.mean, made.width.pow(-2)), validate_args=False
    )
    angle = torch.linspace(-2, 2, 7, dtype=torch.float64)
    found = made.log_density(angle.expand(6, 7))
    for place, value in enumerate(angle):
        torch.testing.assert_close(found[:, place], theirs.log_prob(value.expand(6)), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("density", ["gaussians", "von mises"])
def test_the_density_sums_to_one(density):
    made = mixture_of(outputs(3, 0.5), density)
    reach = math.pi if density == "von mises" else 12.0
    angle = torch.linspace(-reach, reach, 20_001, dtype=torch.float64)
    mass = torch.trapezoid(made.log_density(angle.expand(6, -1)).exp(), angle, dim=1)
    np.testing.assert_allclose(mass.numpy(), 1, atol=1e-4)


def test_a_narrow_von_mises_is_a_gaussian_and_stays_finite():
    told = torch.tensor([[0.0, 0.1, math.log(NARROWEST / 10)]], dtype=torch.float64)
    angle = torch.tensor([[0.1, 0.11, 0.12]], dtype=torch.float64)
    normal, circular = (mixture_of(told, kind).log_density(angle) for kind in ("gaussians", "von mises"))
    torch.testing.assert_close(normal, circular, rtol=1e-3, atol=1e-3)


def test_the_likeliest_angle_is_a_peak_and_the_expected_one_lies_between_two():
    log = math.log
    told = torch.tensor([[log(0.6), log(0.4), 0.4, -0.4, log(0.05), log(0.05)]])
    made = mixture_of(told, "gaussians")
    assert float(made.likeliest()) == pytest.approx(0.4, abs=0.01)
    assert float(made.expected()) == pytest.approx(0.6 * 0.4 - 0.4 * 0.4, abs=1e-6)
