"""A deep network without activations, and the one affine map that its matrices multiply to."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.activations import ActivationChoice, Linear
from engine.data.source import HALF_WIDTH
from engine.data.toy import Circle
from engine.experiment import Experiment, Training
from engine.initializers import LeCunNormal
from engine.jobs import Progress
from engine.labs.activations.results import Collapsed, Gaps
from engine.labs.activations.state import MOST_LAYERS, LinearStack
from engine.model import MLP, Model
from engine.optimizers import Adam
from engine.streams import stream

SIDE = 51
BIAS = 0.5
"""Standard deviation of the biases: zero ones would make it too easy."""
DEPTHS = (1, 2, 3, 5, 8, 12, 20, 30, 40, MOST_LAYERS)


def collapsed(stack: LinearStack) -> Collapsed:
    """The network on a grid of the inputs' plane, beside the one affine map, and with an activation between layers."""
    side, grid = _grid()
    model = network(stack, Linear())
    weight, bias = multiplied(model)
    with torch.no_grad():
        deep, bent = model(grid)[:, 0], network(stack, stack.beside)(grid)[:, 0]
    flat = grid @ weight[0] + bias[0]
    return Collapsed(
        weight=weight[0].numpy(),
        bias=float(bias[0]),
        x=side.numpy(),
        deep=deep.reshape(SIDE, SIDE).numpy(),
        flat=flat.reshape(SIDE, SIDE).numpy(),
        bent=bent.reshape(SIDE, SIDE).numpy(),
    )


def gaps(stack: LinearStack) -> Iterator[Progress[Gaps]]:
    """The difference at other depths, one after another."""
    apart: list[float] = []
    for count, depth in enumerate(DEPTHS, start=1):
        apart.append(relative_gap(stack.model_copy(update={"depth": depth})))
        known = Gaps(np.array(DEPTHS[:count]), np.array(apart))
        yield Progress(count / len(DEPTHS), known, f"{depth} layers")


def network(stack: LinearStack, activation: ActivationChoice) -> MLP:
    """Two inputs, one output, in double precision; weights N(0, 1/n_in), biases N(0, 1/4) where there are any."""
    configured = Model(
        hidden=(stack.width,) * stack.depth, activation=activation, initializer=LeCunNormal(), bias=stack.bias
    )
    model = MLP(configured, 2, 1, stack.seed).double()
    for layer, linear in enumerate(model.linears, start=1):
        if linear.bias is not None:
            linear.bias.data.normal_(0.0, BIAS, generator=stream(stack.seed, "noise", layer))
    return model


@torch.no_grad()
def multiplied(model: MLP) -> tuple[Float[Tensor, "outputs inputs"], Float[Tensor, " outputs"]]:
    """(W, b) of the whole: W = W_L ... W_1, and b <- W_l b + b_l from the input on."""
    first = model.linears[0]
    weight = torch.eye(first.in_features, dtype=first.weight.dtype)
    bias = torch.zeros(first.in_features, dtype=first.weight.dtype)
    for linear in model.linears:
        weight = linear.weight @ weight
        bias = linear.weight @ bias + (linear.bias if linear.bias is not None else 0)
    return weight, bias


def relative_gap(stack: LinearStack) -> float:
    """Largest |deep - flat| on the grid, as a share of the largest |deep|."""
    _, grid = _grid()
    model = network(stack, Linear())
    weight, bias = multiplied(model)
    with torch.no_grad():
        deep = model(grid)[:, 0]
    scale = float(deep.abs().max()) or 1.0
    return float((deep - grid @ weight[0] - bias[0]).abs().max()) / scale


def experiment(stack: LinearStack, activation: ActivationChoice) -> Experiment:
    """The stack with an activation, or ``Linear()``, on a circle, which no straight line can part."""
    hidden = (stack.width,) * stack.depth
    model = Model.model_validate(
        {"hidden": hidden, "activation": activation, "initializer": LeCunNormal(), "bias": stack.bias}
    )
    return Experiment(
        data=Circle(), model=model, training=Training(optimizer=Adam(lr=0.003), epochs=100), seed=stack.seed
    )


def _grid() -> tuple[Float[Tensor, " side"], Float[Tensor, "cells 2"]]:
    side = torch.linspace(-HALF_WIDTH, HALF_WIDTH, SIDE, dtype=torch.float64)
    x2, x1 = torch.meshgrid(side, side, indexing="ij")
    return side, torch.stack([x1, x2], dim=-1).reshape(-1, 2)
