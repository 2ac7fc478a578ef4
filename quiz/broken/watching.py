"""Watching a run: what is measured at a moment of it, none of which changes a number of the run."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from engine.probes import at_rest, saturation, traced
from quiz.broken.collected import Part
from quiz.broken.dashboard import Batches, Curves
from quiz.broken.loop import Loop

LAST_BATCHES = 12


@dataclass
class Update:
    """What one update did, per layer."""

    gradient: Float[np.ndarray, " layers"]
    excess: float
    ratio: Float[np.ndarray, " layers"]


@dataclass
class Watch:
    """Collects what becomes the curves."""

    loop: Loop
    batch_losses: list[float] = field(default_factory=list)
    batch_labels: list[Int[Tensor, " batch"]] = field(default_factory=list)
    moments: list[dict[str, Any]] = field(default_factory=list)

    def step(self) -> bool:
        """One update; whether its loss was finite."""
        loss, labels = self.loop.step()
        self.batch_losses.append(loss)
        self.batch_labels = [*self.batch_labels[1 - LAST_BATCHES :], labels]
        return bool(np.isfinite(loss))

    @property
    def updates(self) -> int:
        """Batches so far; the last one led to no update where its loss was not finite."""
        return len(self.batch_losses)

    def watched_step(self) -> Update | None:
        """One update, with what it did to each layer; None where its loss was not finite."""
        weights = [linear.weight for linear in self.loop.model.linears]
        before = [weight.detach().clone() for weight in weights]
        held = [_gradient(weight).clone() * (not self.loop.recipe.zeroes_gradients) for weight in weights]
        if not self.step():
            return None
        used = [_gradient(weight) for weight in weights]
        own = [now - old for now, old in zip(used, held, strict=True)]
        changes = [weight.detach() - old for weight, old in zip(weights, before, strict=True)]
        excess = ratio(_norms(used), _norms(own), together=True)
        return Update(_norms(used), float(excess[0]), ratio(_norms(changes), _norms(before)))

    def look(self, update: Update | None) -> None:
        """Measure the network as it stands."""
        layers = len(self.loop.model.linears)
        blank = np.full(layers, np.nan)
        train, validation = (scores(self.loop, part) for part in (self.loop.data.train, self.loop.data.validation))
        self.moments.append(
            {
                "updates": self.updates,
                "train_loss": train[0],
                "train_accuracy": train[1],
                "validation_loss": validation[0],
                "validation_accuracy": validation[1],
                "gradient_norm": blank if update is None else update.gradient,
                "gradient_excess": np.nan if update is None else update.excess,
                "update_ratio": blank if update is None else update.ratio,
                "weight_norm": _norms([linear.weight.detach() for linear in self.loop.model.linears]),
                "dead": dead(self.loop),
            }
        )

    def curves(self) -> Curves:
        """Everything so far."""
        return Curves(**{name: np.array([moment[name] for moment in self.moments]) for name in self.moments[0]})

    def batches(self) -> Batches:
        """What was trained on so far."""
        classes = self.loop.data.classes
        counts = [torch.bincount(labels, minlength=classes).numpy().copy() for labels in self.batch_labels]
        return Batches(np.array(self.batch_losses), np.array(counts, dtype=np.int64).reshape(-1, classes))


def scores(loop: Loop, part: Part) -> tuple[float, float]:
    """(loss in nats, accuracy) as they are reported."""
    outputs = loop.answers(part.x)
    return float(loop.loss(outputs, part.y)), float((outputs.argmax(dim=1) == part.y).float().mean())


@torch.no_grad()
def dead(loop: Loop) -> Float[np.ndarray, " hidden"]:
    """The share of dead units of each hidden layer on the training part."""
    with at_rest(loop.model), traced(loop.model) as trace:
        loop.model(loop.data.train.x)
    seen = zip(loop.model.layers, trace.pre_activations, strict=True)
    return np.array([saturation(layer.activation, z)[1] for layer, z in seen])


def ratio(
    above: Float[np.ndarray, " layers"], below: Float[np.ndarray, " layers"], *, together: bool = False
) -> Float[np.ndarray, " layers"]:
    """Quotients; NaN where ``below`` is 0. Of the norms of all layers ``together``, where asked for."""
    if together:
        above, below = (np.sqrt((norms**2).sum(keepdims=True)) for norms in (above, below))
    return np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)


def _gradient(weight: Tensor) -> Tensor:
    return torch.zeros_like(weight) if weight.grad is None else weight.grad


def _norms(tensors: list[Tensor]) -> Float[np.ndarray, " layers"]:
    return np.array([float(tensor.double().norm()) for tensor in tensors])
