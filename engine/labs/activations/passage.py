"""Inputs sent through many untrained layers of one activation: what is left of them, layer by layer."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from engine.activations import ActivationChoice
from engine.jobs import Progress
from engine.labs.activations.inputs import InputChoice
from engine.labs.activations.results import LayerSeen, Passage
from engine.labs.activations.state import Stack
from engine.model import MLP, HiddenLayer, Model
from engine.probes import SATURATED_SHARE, largest_slope, slopes
from engine.streams import stream

EXAMPLES = 256
KEPT = 2048
"""Values of each layer that are kept for its histogram."""
QUICK = 200_000
"""Weights of all layers together that inputs pass in 0.1 s, about."""
TOGETHER = 4
"""Layers in one piece of work."""


def is_quick(stack: Stack, activations: tuple[ActivationChoice, ...]) -> bool:
    """Whether it takes less than about a tenth of a second, so that a page can have it at once."""
    return stack.depth * stack.width**2 * sum(activation.pieces for activation in activations) <= QUICK


def network(stack: Stack, activation: ActivationChoice) -> Model:
    """The network of the stack: every layer as wide as its input."""
    return Model(hidden=(stack.width,) * stack.depth, activation=activation, initializer=stack.initializer)


def passage(stack: Stack, activation: ActivationChoice, inputs: InputChoice) -> Iterator[Passage]:
    """The layers from the input on, some at a time. Runs in single precision, as training does."""
    model = MLP(network(stack, activation), stack.width, 1, stack.seed)
    x = inputs.draw(EXAMPLES, stack.width, stream(stack.seed, "data")).float()
    seen: list[LayerSeen] = []
    for number, layer in enumerate(model.layers, start=1):
        x, found = _through(layer, x)
        seen.append(found)
        if number % TOGETHER == 0 or number == stack.depth:
            yield Passage(activation.label, tuple(seen))


def both(
    stack: Stack, activations: tuple[ActivationChoice, ActivationChoice], inputs: InputChoice
) -> Iterator[Progress[tuple[Passage, ...]]]:
    """Two activations through stacks of the same shape and seed, for ``engine.jobs``."""
    for shown in zip(*(passage(stack, activation, inputs) for activation in activations), strict=True):
        done = len(shown[0].layers)
        yield Progress(done / stack.depth, shown, f"layer {done} of {stack.depth}")


def _through(layer: HiddenLayer, x: Tensor) -> tuple[Tensor, LayerSeen]:
    with torch.no_grad():
        z = layer.linear(x)
        a = layer.activation(z)
    slope = slopes(layer.activation, z).abs()
    flat = slope <= SATURATED_SHARE * largest_slope(layer.activation)
    return a, LayerSeen(
        z=_some(z),
        a=_some(a),
        mean=float(a.double().mean()),
        std=float(a.double().std(correction=0)),
        signal=float(a.double().var(dim=0, correction=0).mean().sqrt()),
        saturated=float(flat.float().mean()),
        dead=float((slope == 0).all(dim=0).float().mean()),
        slope=float(slope.mean()),
    )


def _some(values: Tensor) -> np.ndarray:
    """Up to ``KEPT`` of the values, drawn once for all layers of one size."""
    flat = values.flatten().numpy()
    return flat[np.random.default_rng(0).permutation(len(flat))[:KEPT]]
