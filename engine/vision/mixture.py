"""Mixtures: a density over an angle whose weights, means and widths a network answers (Bishop 1994)."""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

Density = Literal["gaussians", "von mises"]
FARTHEST = 3.5
"""A width stays within e^-3.5 and e^3.5 times ``first``: none runs off to a spike on one example, and none gets stuck."""


@dataclass(frozen=True)
class Mixture:
    """One density for each picture."""

    weight: Float[Tensor, "pictures components"]
    """Natural logarithm."""
    mean: Float[Tensor, "pictures components"]
    """Radians."""
    width: Float[Tensor, "pictures components"]
    """Standard deviation in radians; of a von Mises 1 / sqrt(kappa), which it comes close to where it is narrow."""
    density: Density

    def log_density(self, angle: Float[Tensor, "pictures points"]) -> Float[Tensor, "pictures points"]:
        """Natural logarithm of the density, per radian: ln sum_k w_k p_k(angle)."""
        away = angle[:, :, None] - self.mean[:, None]
        log = (
            _normal(away, self.width[:, None]) if self.density == "gaussians" else _von_mises(away, self.width[:, None])
        )
        return torch.logsumexp(self.weight[:, None] + log, dim=2)

    def likeliest(self, points: int = 361, reach: float = math.pi / 2) -> Float[Tensor, " pictures"]:
        """The angle of the highest density, among ``points`` between -reach and reach and the means."""
        grid = torch.linspace(-reach, reach, points, device=self.mean.device).expand(len(self.mean), points)
        tried = torch.cat([grid, self.mean], dim=1)
        return tried.gather(1, self.log_density(tried).argmax(1, keepdim=True))[:, 0]

    def expected(self) -> Float[Tensor, " pictures"]:
        """The mean of the density, sum_k w_k mean_k: what least squares would answer."""
        return (self.weight.exp() * self.mean).sum(1)


def mixture_of(
    outputs: Float[Tensor, "pictures outputs"],
    density: Density,
    first: float,
    places: Float[Tensor, " components"] | float = 0.0,
) -> Mixture:
    """A network's outputs, three for each component: score, mean, and the width.

    Weights are a softmax of the scores; means are counted from ``places``; a width is first * exp(f tanh(z / f)) with
    f = ``FARTHEST``, about first * exp(z).
    """
    score, mean, wide = outputs.unflatten(1, (3, -1)).unbind(1)
    width = first * (FARTHEST * torch.tanh(wide / FARTHEST)).exp()
    return Mixture(torch.log_softmax(score, 1), places + mean, width, density)


def _normal(away: Tensor, width: Tensor) -> Tensor:
    return -0.5 * (away / width).square() - torch.log(width) - 0.5 * math.log(2 * math.pi)


def _von_mises(away: Tensor, width: Tensor) -> Tensor:
    """kappa cos(away) - ln(2 pi I0(kappa)); i0e(kappa) = exp(-kappa) I0(kappa) keeps a large kappa finite."""
    kappa = width.pow(-2)
    return kappa * (torch.cos(away) - 1) - torch.log(torch.special.i0e(kappa)) - math.log(2 * math.pi)
