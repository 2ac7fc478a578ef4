"""Mixtures beside ``torch.distributions``, and whether they are densities."""

import math

import numpy as np
import pytest
import torch
from torch import distributions as D

from engine.vision.mixture import FARTHEST, mixture_of


def outputs(components: int, spread: float = 1.0) -> torch.Tensor:
    return spread * torch.randn(6, 3 * components, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("components", [1, 3])
def test_the_density_of_gaussians_is_that_of_torch(components):
    made = mixture_of(outputs(components), "gaussians", 0.5)
    theirs = D.MixtureSameFamily(D.Categorical(logits=made.weight), D.Normal(made.mean, made.width))
    angle = torch.linspace(-2, 2, 7, dtype=torch.float64)
    found = made.log_density(angle.expand(6, 7))
    for place, value in enumerate(angle):
        torch.testing.assert_close(found[:, place], theirs.log_prob(value.expand(6)), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("components", [1, 3])
def test_the_density_of_von_mises_is_that_of_torch(components):
    made = mixture_of(outputs(components, 0.4), "von mises", 1.0)
    theirs = D.MixtureSameFamily(
        D.Categorical(logits=made.weight), D.VonMises(made.mean, made.width.pow(-2)), validate_args=False
    )
    angle = torch.linspace(-2, 2, 7, dtype=torch.float64)
    found = made.log_density(angle.expand(6, 7))
    for place, value in enumerate(angle):
        torch.testing.assert_close(found[:, place], theirs.log_prob(value.expand(6)), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("density", ["gaussians", "von mises"])
def test_the_density_sums_to_one(density):
    made = mixture_of(outputs(3, 0.5), density, 0.5)
    reach = math.pi if density == "von mises" else 12.0
    angle = torch.linspace(-reach, reach, 20_001, dtype=torch.float64)
    mass = torch.trapezoid(made.log_density(angle.expand(6, -1)).exp(), angle, dim=1)
    np.testing.assert_allclose(mass.numpy(), 1, atol=1e-4)


def test_a_narrow_von_mises_is_a_gaussian_and_stays_finite():
    told = torch.tensor([[0.0, 0.1, -1e6]], dtype=torch.float64)
    angle = torch.tensor([[0.1, 0.11, 0.12]], dtype=torch.float64)
    normal, circular = (mixture_of(told, kind, 0.3).log_density(angle) for kind in ("gaussians", "von mises"))
    torch.testing.assert_close(normal, circular, rtol=1e-3, atol=1e-3)


def test_the_likeliest_angle_is_a_peak_and_the_expected_one_lies_between_two():
    told = torch.tensor([[math.log(0.6), math.log(0.4), 0.4, -0.4, 0.0, 0.0]])
    made = mixture_of(told, "gaussians", 0.05)
    assert float(made.likeliest()) == pytest.approx(0.4, abs=0.01)
    assert float(made.expected()) == pytest.approx(0.6 * 0.4 - 0.4 * 0.4, abs=1e-6)


def test_a_width_has_bounds_and_a_gradient_everywhere_between():
    wide = torch.tensor([-8.0, 0.0, 0.1, 8.0], dtype=torch.float64, requires_grad=True)
    told = torch.stack([torch.zeros_like(wide), torch.zeros_like(wide), wide], dim=1)
    width = mixture_of(told, "gaussians", 0.3).width
    assert 0.3 * math.exp(-FARTHEST) <= width.min().item() and width.max().item() <= 0.3 * math.exp(FARTHEST)
    assert width[1].item() == pytest.approx(0.3) and width[2].item() == pytest.approx(0.3 * math.exp(0.1), rel=1e-3)
    width.log().sum().backward()
    assert (wide.grad > 0.01).all()
