"""The effective receptive field: how much each pixel moves a cell, for random weights (Luo et al. 2016)."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.jobs import Progress
from engine.labs.convolution.receptive import clipped, middle, must_fit, reaches, support
from engine.labs.convolution.results.receptive import Effective
from engine.labs.convolution.settings.receptive import Receptive
from engine.labs.convolution.stacks import Convolving, layers_of
from engine.streams import stream

INPUTS = 8
"""Random inputs of each seed."""
LEAST = 1 - 0.9545
"""Pixels count whose gradient is at least this share of the largest: two standard deviations of a bell (Luo et al. 2016)."""


def effective(asked: Receptive, seed: int) -> Iterator[Progress[Effective]]:
    """Seed after seed, their mean square so far. Raises Refusal where a layer has no place for its window."""
    stack, side = asked.layers, asked.side
    must_fit(stack, side, side)
    lines = reaches(stack, side)
    cells = [middle(reach.cells) for reach in lines]
    paths = np.sqrt(support(stack, (side, side), (cells[-1], cells[-1])).paths)
    theory = [last - first + 1 for first, last in (clipped(r, c, side) for r, c in zip(lines, cells, strict=True))]
    field = clipped(lines[-1], cells[-1], side)
    squares = np.zeros((len(stack), side, side))
    for turn in range(asked.seeds):
        squares += _squares(asked, cells[1:], seed + turn)
        sizes = np.array([side_of(np.sqrt(square)) for square in squares])
        known = Effective(
            alike(np.sqrt(squares[-1]), scaled(paths)),
            scaled(paths),
            (*field, *field),
            tuple(reach.name for reach in lines[1:]),
            np.array(theory[1:]),
            sizes,
            LEAST,
            turn + 1,
        )
        yield Progress((turn + 1) / asked.seeds, known, f"seed {turn + 1} of {asked.seeds}")


def _squares(asked: Receptive, cells: Sequence[int], seed: int) -> Float[np.ndarray, "layers side side"]:
    """Squared gradients of the middle cell of every layer, mean over inputs, of a random direction among its channels."""
    draws = stream(seed, "weights")
    layers = layers_of(asked.layers, asked.channels, draws)
    x = torch.randn(INPUTS, 1, asked.side, asked.side, generator=stream(seed, "data")).requires_grad_()
    with torch.enable_grad():
        outputs = passed(x, asked, layers)
        found = []
        for place, cell in enumerate(cells):
            at = outputs[place][:, :, cell, cell]
            direction = torch.randn(at.shape, generator=draws)
            (gradient,) = torch.autograd.grad((at * direction).sum(), x, retain_graph=True)
            found.append(gradient[:, 0].double().square().mean(0).numpy())
    return np.stack(found)


def passed(x: Tensor, asked: Receptive, layers: Sequence[Callable[[Tensor], Tensor]]) -> list[Tensor]:
    """What comes out of every layer; of a convolution, past its activation."""
    outputs = []
    for row, layer in zip(asked.layers, layers, strict=True):
        x = layer(x)
        if isinstance(row, Convolving) and asked.activation == "ReLU":
            x = torch.relu(x)
        outputs.append(x)
    return outputs


def scaled(values: Float[np.ndarray, "side side"]) -> Float[np.ndarray, "side side"]:
    """The largest being 1; as it is where all are 0."""
    most = values.max()
    return values / most if most > 0 else values


def alike(
    values: Float[np.ndarray, "side side"], other: Float[np.ndarray, "side side"]
) -> Float[np.ndarray, "side side"]:
    """``values`` times the factor that gives them the mean square of ``other``; as they are where all are 0."""
    mean = float(np.square(values).mean())
    return values * float(np.sqrt(np.square(other).mean() / mean)) if mean > 0 else values


def side_of(gradient: Float[np.ndarray, "side side"]) -> float:
    """Side of a square with as many pixels as have at least ``LEAST`` of the largest gradient."""
    most = gradient.max()
    return float(np.sqrt((gradient >= LEAST * most).sum())) if most > 0 else 0.0
