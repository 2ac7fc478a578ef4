"""One forward and one backward pass through a network of the engine, in float64 so that 60 layers can be followed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from engine.labs.initialization.inputs import Batch
from engine.labs.initialization.results import Histogram
from engine.model import MLP, Model

BINS = 41
TINY = 1e-300
"""Below it a range of numbers cannot be cut into bins."""


@dataclass(frozen=True)
class Passed:
    """What one pass through one network measured; NaN for what overflowed."""

    pre: Float[np.ndarray, " layers"]
    post: Float[np.ndarray, " layers"]
    gradient: Float[np.ndarray, " layers"]
    top: float
    """Mean square of the gradient at the outputs."""
    histograms: tuple[Histogram, ...]


def network(model: Model, batch: Batch, seed: int, factors: Sequence[float] = ()) -> MLP:
    """The engine's own network with its own first weights, then in float64; each layer's weights times its factor."""
    made = MLP(model, batch.x.shape[1], batch.outputs, seed).double()
    with torch.no_grad():
        for linear, factor in zip(made.linears, factors, strict=False):
            linear.weight.mul_(factor)
    return made


@contextmanager
def _followed(model: MLP) -> Iterator[list[tuple[Tensor, Tensor]]]:
    """(pre-activations, activations) of each hidden layer of the pass made inside, with their graph."""
    seen: list[tuple[Tensor, Tensor]] = []

    def see(_: nn.Module, received: tuple[Tensor, ...], given: Tensor) -> None:
        seen.append((received[0], given))

    hooks = [layer.activation.register_forward_hook(see) for layer in model.layers]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def passed(model: MLP, batch: Batch, seed: int, histograms: bool = False) -> Passed:
    """Send the batch forward and its gradient backward. ``seed`` draws the gradient where there is no loss."""
    with torch.enable_grad():
        with _followed(model) as seen:
            out = model(batch.x)
        top = batch.top(out, seed)
        pre, post = [z for z, _ in seen], [a for _, a in seen]
        found = torch.autograd.grad(out, pre, top, allow_unused=True, materialize_grads=True)
    places = sorted({0, (len(post) - 1) // 2, len(post) - 1}) if histograms else []
    return Passed(
        np.array([mean_square(z) for z in pre]),
        np.array([_finite(float(a.detach().var(correction=0))) for a in post]),
        np.array([mean_square(g) for g in found]),
        mean_square(top),
        tuple(histogram(place + 1, post[place].detach().numpy()) for place in places),
    )


def mean_square(values: Tensor) -> float:
    """Mean of the squares; NaN where that is not finite."""
    return _finite(float(values.detach().square().mean()))


def _finite(value: float) -> float:
    return value if np.isfinite(value) else float("nan")


def histogram(layer: int, values: Float[np.ndarray, "..."]) -> Histogram:
    """Shares of the values in equal bins over their range, per unit; no bins for values that are not finite."""
    flat = values.ravel()
    if not np.isfinite(flat).all():
        return Histogram(layer, np.zeros(0), np.zeros(0))
    low, high = float(flat.min()), float(flat.max())
    largest = max(abs(low), abs(high))
    if high - low <= largest * 1e-6:  # all the same: a needle with room around it
        room = largest if largest > TINY else 1.0
        low, high = low - room, high + room
    counts, edges = np.histogram(flat, BINS, (low, high))
    return Histogram(layer, edges, counts / (counts.sum() * (edges[1] - edges[0])))
