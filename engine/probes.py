"""Measurements of a network at rest. Each is a function; hooks live inside a ``with`` and are gone after it.

All run in evaluation mode and use ``autograd.grad``, so they leave no gradient and no running statistic behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor, nn

from engine.activations import MaxPieces
from engine.losses import LossChoice
from engine.model import MLP
from engine.snapshot import HISTOGRAM_BINS

SATURATED_SHARE = 0.05
"""A unit is saturated on an example where its slope is at most this share of the activation's largest slope."""

NARROWEST = 1e-6
"""A histogram's range is at least this share of its largest value: float32 cannot tell closer ones apart."""


_largest_slopes: WeakKeyDictionary[nn.Module, float] = WeakKeyDictionary()


@contextmanager
def at_rest(model: nn.Module) -> Iterator[None]:
    """Evaluation mode inside, the former mode after, also when something fails.

    Nothing is done, and no time spent, where it is in that mode already or has no dropout or batch norm.
    """
    if not (model.training and getattr(model, "has_modes", True)):
        yield
        return
    model.eval()
    try:
        yield
    finally:
        model.train()


@dataclass
class Trace:
    """What passed through the hidden layers in one forward pass."""

    pre_activations: list[Tensor] = field(default_factory=list)
    """(batch, units) per hidden layer: what the activation function received."""
    activations: list[Tensor] = field(default_factory=list)
    """(batch, units) per hidden layer: what the activation function gave."""
    outputs: list[Tensor] = field(default_factory=list)
    """(batch, units) per layer, the output layer included: what the next layer receives."""


@contextmanager
def traced(model: MLP) -> Iterator[Trace]:
    """Record every layer of the forward passes made inside."""
    trace = Trace()

    def see_activation(_: nn.Module, received: tuple[Tensor, ...], given: Tensor) -> None:
        trace.pre_activations.append(received[0].detach())
        trace.activations.append(given.detach())

    def see_output(_: nn.Module, __: tuple[Tensor, ...], given: Tensor) -> None:
        trace.outputs.append(given.detach())

    hooks = [layer.activation.register_forward_hook(see_activation) for layer in model.layers]
    hooks += [layer.register_forward_hook(see_output) for layer in [*model.layers, model.output]]
    try:
        yield trace
    finally:
        for hook in hooks:
            hook.remove()


def gradients(
    model: MLP, loss: LossChoice, x: Float[Tensor, "batch features"], y: Shaped[Tensor, " batch"]
) -> list[Float[Tensor, "out in"]]:
    """Gradient of the loss on (x, y) with respect to each layer's weights, from the input to the output."""
    with at_rest(model), torch.enable_grad():
        weights = [linear.weight for linear in model.linears]
        value = loss.mean(model(x), y)
        found = torch.autograd.grad(value, weights, allow_unused=True)
    return [torch.zeros_like(w) if g is None else g for w, g in zip(weights, found, strict=True)]


def slopes(activation: nn.Module, z: Float[Tensor, "batch wide"]) -> Float[Tensor, "batch units"]:
    """Derivative of the activation at pre-activations ``z``; 1 for maxout, whose chosen piece passes unchanged."""
    if isinstance(activation, MaxPieces):
        return torch.ones(len(z), z.shape[1] // activation.pieces, device=z.device)
    with torch.enable_grad():
        at = z.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad(activation(at).sum(), at)
    return slope


def largest_slope(activation: nn.Module) -> float:
    """The largest |derivative| of the activation on [-6, 6]; looked for once, since no activation learns."""
    if activation not in _largest_slopes:
        width = activation.pieces if isinstance(activation, MaxPieces) else 1
        grid = torch.linspace(-6, 6, 241).unsqueeze(1).repeat(1, width)
        _largest_slopes[activation] = float(slopes(activation, grid).abs().max())
    return _largest_slopes[activation]


def saturation(activation: nn.Module, z: Float[Tensor, "batch wide"]) -> tuple[float, float]:
    """(saturated, dead): the share of activations with almost no slope, and of units with none on any example."""
    slope = slopes(activation, z).abs()
    flat = slope <= SATURATED_SHARE * largest_slope(activation)
    dead = (slope == 0).all(dim=0)
    return float(flat.float().mean()), float(dead.float().mean())


def histogram(values: Shaped[np.ndarray, "..."]) -> tuple[Shaped[np.ndarray, " bins"], Float[np.ndarray, "2"]]:
    """(counts scaled so that the fullest bin is 255, [lowest, highest]) over equal bins; empty for non-finite input."""
    flat = values.ravel()
    low, high = (float(flat.min()), float(flat.max())) if flat.size and np.isfinite(flat).all() else (0.0, 0.0)
    if not np.isfinite(flat).all() or not flat.size:
        return np.zeros(HISTOGRAM_BINS, np.uint8), np.array([low, high], np.float32)
    size = max(abs(low), abs(high))
    least = max(1.0, size * 1e-3) if low == high else size * NARROWEST
    if high - low < least:
        middle = low / 2 + high / 2
        low, high = middle - least / 2, middle + least / 2
    counts = torch.histc(torch.from_numpy(flat.astype(np.float64)), HISTOGRAM_BINS, low, high).numpy()
    shares = np.rint(counts / counts.max() * 255).astype(np.uint8)
    return shares, np.array([low, high], np.float32)
