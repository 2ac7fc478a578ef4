"""Softmax with a temperature: probabilities, entropy, Jacobian, and both limits."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.labs.activations.results import Softened
from engine.labs.activations.state import SoftmaxView

TEMPERATURES = np.logspace(-2, 2, 161)


def softened(view: SoftmaxView) -> Softened:
    """What the page shows of the logits; in double precision, but for ``naive``."""
    z = torch.tensor(view.logits, dtype=torch.float64)
    sweep = torch.softmax(z / torch.from_numpy(TEMPERATURES)[:, None], dim=1)
    p = probabilities(z, view.temperature)
    return Softened(
        logits=z.numpy(),
        temperature=view.temperature,
        p=p.numpy(),
        entropy=float(entropy(p)),
        closed=jacobian(p, view.temperature).numpy(),
        autograd=autograd_jacobian(z, view.temperature).numpy(),
        naive=naive(z, view.temperature).numpy(),
        temperatures=TEMPERATURES,
        sweep=sweep.numpy(),
        entropies=entropy(sweep).numpy(),
    )


def probabilities(z: Float[Tensor, " classes"], temperature: float) -> Float[Tensor, " classes"]:
    """p_i = e^(z_i / T) / sum_j e^(z_j / T)."""
    return torch.softmax(z / temperature, dim=-1)


def entropy(p: Float[Tensor, "*rows classes"]) -> Float[Tensor, "*rows"]:
    """H = - sum p_i ln p_i in nats; 0 ln 0 counts as 0."""
    return -torch.special.xlogy(p, p).sum(dim=-1)


def jacobian(p: Float[Tensor, " classes"], temperature: float) -> Float[Tensor, "classes classes"]:
    """dp_i / dz_j = p_i (delta_ij - p_j) / T."""
    return (torch.diag(p) - torch.outer(p, p)) / temperature


def autograd_jacobian(z: Float[Tensor, " classes"], temperature: float) -> Float[Tensor, "classes classes"]:
    """The same by PyTorch's autograd."""
    found: Tensor = torch.autograd.functional.jacobian(lambda at: probabilities(at, temperature), z)
    return found


def naive(z: Float[Tensor, " classes"], temperature: float) -> Float[Tensor, " classes"]:
    """The formula as it stands, in single precision, without taking the largest logit off first."""
    powers = torch.exp(z.float() / temperature)
    return powers / powers.sum()
