"""An activation by itself: its curve, its derivative by autograd, where it is flat, what it makes of drawn inputs."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from engine.activations import ActivationChoice
from engine.labs.activations.inputs import InputChoice
from engine.labs.activations.results import Curve, Interval, Response
from engine.probes import SATURATED_SHARE
from engine.streams import stream

POINTS = 601
DRAWS = 4000
HALVINGS = 30
"""Of the gap between two points, to find where between them a slope passes a level."""
USUAL_REACH = 6.0
"""Where the largest slope is looked for, as ``engine.probes`` does."""


def curve(choice: ActivationChoice, reach: float) -> Curve:
    """``choice`` from -``reach`` to ``reach``."""
    z = torch.linspace(-reach, reach, POINTS, dtype=torch.float64)
    a, slope = through(choice, z)
    largest = float(through(choice, torch.linspace(-USUAL_REACH, USUAL_REACH, 241, dtype=torch.float64))[1].abs().max())
    level = SATURATED_SHARE * largest
    flat = intervals(z.numpy(), lambda at: (through(choice, at)[1].abs() <= level).numpy())
    return Curve(choice.label, z.numpy(), a.numpy(), slope.numpy(), largest, flat)


def response(choice: ActivationChoice, inputs: InputChoice, seed: int = 0) -> Response:
    """What ``choice`` makes of single pre-activations drawn from ``inputs``."""
    z = inputs.draw(DRAWS, 1, stream(seed, "data"))[:, 0]
    a, slope = through(choice, z)
    largest = curve(choice, USUAL_REACH).largest
    flat = slope.abs() <= SATURATED_SHARE * largest
    return Response(
        choice.label, z.numpy(), a.numpy(), float(flat.double().mean()), float((slope == 0).double().mean())
    )


def through(
    choice: ActivationChoice, z: Float[Tensor, " points"]
) -> tuple[Float[Tensor, " points"], Float[Tensor, " points"]]:
    """(a, da/dz) at each z; the slope is autograd's."""
    at = z.detach().clone().requires_grad_()
    a = choice.build()(example_pieces(choice, at)).squeeze(-1)
    (slope,) = torch.autograd.grad(a.sum(), at, allow_unused=True, materialize_grads=True)
    return a.detach(), slope


def example_pieces(choice: ActivationChoice, z: Float[Tensor, " points"]) -> Float[Tensor, "points pieces"]:
    """What a unit receives: z; for maxout, whose pieces are learned, the example s z + 1 - s² with slopes s from -1 to 1.

    With two pieces that is |z|.
    """
    if choice.pieces == 1:
        return z.unsqueeze(-1)
    slopes = torch.linspace(-1, 1, choice.pieces, dtype=z.dtype)
    return z.unsqueeze(-1) * slopes + 1 - slopes.square()


def intervals(
    x: Float[np.ndarray, " points"], holds: Callable[[Float[Tensor, " points"]], Bool[np.ndarray, " points"]]
) -> tuple[Interval, ...]:
    """The stretches of ``x`` on which ``holds``; their ends are found by halving, as a slope may jump there."""
    seen = holds(torch.from_numpy(x))
    changes = np.flatnonzero(seen[1:] != seen[:-1])
    left, right = x[changes], x[changes + 1]
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        is_as_left = holds(torch.from_numpy(middle)) == seen[changes]
        left, right = np.where(is_as_left, middle, left), np.where(is_as_left, right, middle)
    ends = [*([x[0]] if seen[0] else []), *((left + right) / 2), *([x[-1]] if seen[-1] else [])]
    return tuple((float(low), float(high)) for low, high in zip(ends[::2], ends[1::2], strict=True))


def bounds(module: nn.Module, reach: float = 30.0) -> Interval:
    """Smallest and largest output of an element-wise activation for inputs from -``reach`` to ``reach``."""
    a = module(torch.linspace(-reach, reach, 100_001, dtype=torch.float64))
    return float(a.min()), float(a.max())
