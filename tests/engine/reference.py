"""The network once more, written out in double precision: the second source of what is measured on a run."""

from dataclasses import dataclass, field

import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from engine.supervised import SupervisedRun


@dataclass
class Pass:
    """What passed through the layers: (rows, units) each."""

    received: list[Tensor] = field(default_factory=list)
    """By the activations of the hidden layers; maxout's pieces side by side."""
    activations: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    """Of every layer: what the next one receives."""


def weights_of(run: SupervisedRun) -> list[Tensor]:
    """Copies of the weights, from the input to the output."""
    return [linear.weight.detach().double().clone() for linear in run.model.linears]


def forward(run: SupervisedRun, x: Tensor, weights: list[Tensor] | None = None) -> Pass:
    """The network at rest on inputs ``x``, with its own weights or others in their place."""
    state = {name: value.double() for name, value in run.model.state_dict().items()}
    weights = weights or weights_of(run)
    model, given, seen = run.experiment.model, x.double(), Pass()
    for layer in range(1, len(weights)):
        prefix = f"hidden.{layer - 1}"
        z = given @ weights[layer - 1].T + state.get(f"{prefix}.linear.bias", 0.0)
        norm = model.norm_of(layer)
        if norm.kind == "batch_norm":
            z = (z - state[f"{prefix}.norm.running_mean"]) / (state[f"{prefix}.norm.running_var"] + norm.eps).sqrt()
            z = z * state[f"{prefix}.norm.weight"] + state[f"{prefix}.norm.bias"]
        elif norm.kind != "none":
            raise NotImplementedError(norm.kind)
        a = activated(model.activation_of(layer).kind, z, model.hidden[layer - 1])
        seen.received.append(z)
        seen.activations.append(a)
        given = given + a if model.residual and given.shape == a.shape else a
        seen.outputs.append(given)
    seen.outputs.append(given @ weights[-1].T + state.get("output.bias", 0.0))
    return seen


def activated(kind: str, z: Tensor, units: int) -> Tensor:
    """The activation functions by their formulas."""
    if kind == "tanh":
        return 1 - 2 / ((2 * z).exp() + 1)
    if kind == "sigmoid":
        return 1 / (1 + (-z).exp())
    if kind == "relu":
        return z * (z > 0)
    if kind == "linear":
        return z
    if kind == "maxout":
        pieces = z.shape[1] // units
        return torch.stack([z[:, unit * pieces : (unit + 1) * pieces].max(dim=1).values for unit in range(units)], 1)
    raise NotImplementedError(kind)


def received(run: SupervisedRun, raw: np.ndarray) -> Tensor:
    """What the network receives for raw columns: standardized as the training part."""
    train = run.data.train.raw_x
    spread = np.where(np.ptp(train, axis=0) > 0, train.std(axis=0), 1.0)
    return torch.from_numpy((raw - train.mean(axis=0)) / spread)


def plane(run: SupervisedRun, side: int) -> Tensor:
    """The network's inputs, row by row from the lowest y, within a row from the lowest x: (side * side, inputs)."""
    low_x, high_x, low_y, high_y = run.scene.extent
    across, up = np.linspace(low_x, high_x, side), np.linspace(low_y, high_y, side)
    if run.scene.dimensions == 1:
        return received(run, across[:, None])
    points = np.array([(s, t) for t in up for s in across])
    if len(run.data.columns) == 2:
        return received(run, points)
    found = PCA(2).fit(received(run, run.data.train.raw_x).numpy()).components_
    largest = found[np.arange(2), np.abs(found).argmax(axis=1)]
    return torch.from_numpy(points @ (found * np.sign(largest)[:, None]))
