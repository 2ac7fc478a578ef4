"""A curve and its derivative, as PyTorch's autograd gives it."""

import torch

from engine.activations import ActivationChoice
from engine.labs.activations.results import Curve

POINTS = 401


def curve(choice: ActivationChoice, reach: float) -> Curve:
    """``choice`` from -``reach`` to ``reach``; every pre-activation of a unit with several pieces is the same z."""
    z = torch.linspace(-reach, reach, POINTS, dtype=torch.float64, requires_grad=True)
    a = choice.build()(z.unsqueeze(-1).expand(-1, choice.pieces)).squeeze(-1)
    (slope,) = torch.autograd.grad(a.sum(), z, allow_unused=True, materialize_grads=True)
    return Curve(choice.label, z.detach().numpy().copy(), a.detach().numpy().copy(), slope.numpy().copy())
