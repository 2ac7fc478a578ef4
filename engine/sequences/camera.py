"""Measurements of a network on sequences at rest: losses, metrics, gradients, and what it does with one example."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Shaped
from torch import Tensor

from engine.probes import at_rest
from engine.sequences.data import IGNORED, Part, Sequences
from engine.sequences.network import Network
from engine.sequences.scene import SequenceScene
from engine.snapshot import Measured, freeze

MEASURED_ROWS = 256
"""Losses and metrics are taken on so many examples of each part, evenly over it."""
PROBE_ROWS = 32
"""Gradients are taken on the first so many training examples."""
PARTS = ("train", "validation")
CLASS_METRICS = {"each step": ("accuracy", "exact"), "end": ("accuracy",)}
NUMBER_METRICS = ("rmse", "r2")
LABELS = {"cross entropy": ("Cross-entropy", "nats"), "squared error": ("Mean squared error", "squared unit")}


def loss_of(
    outputs: Float[Tensor, "examples *answers outputs"], y: Shaped[Tensor, "examples *answers"], data: Sequences
) -> Float[Tensor, ""]:
    """Mean cross-entropy in nats over all that is asked for, or mean squared error."""
    if data.loss == "squared error":
        return F.mse_loss(outputs.squeeze(-1), y)
    return F.cross_entropy(outputs.flatten(0, -2), y.flatten(), ignore_index=IGNORED)


def answered(network: Network, part: Part) -> tuple[Tensor, Tensor]:
    """(outputs, y): an encoder-decoder answers at the last tokens only, and y is cut to these."""
    outputs = network(part.x)
    return outputs, asked_of(outputs, part.y)


def asked_of(outputs: Tensor, y: Tensor) -> Tensor:
    """y where ``outputs`` answer: all of it, or what stands at the last tokens."""
    return y[:, y.shape[1] - outputs.shape[1] :] if outputs.ndim == 3 else y


def in_chunks(
    network: Network, x: Shaped[Tensor, "examples tokens *features"], chunk: int, *, carried: bool
) -> Float[Tensor, "examples *answers outputs"]:
    """Scores as ``network(x)`` gives them where states are carried; no gradient passes from a chunk to the one before.

    Truncated back-propagation through time (Williams and Peng 1990), in pieces that do not overlap.
    """
    states, found = None, []
    for part in x.split(chunk, dim=1):
        outputs, states = network.read(part, states)
        found.append(outputs)
        states = [state.detached() for state in states] if carried else None
    return torch.cat(found, dim=1) if found[0].ndim == 3 else found[-1]


def scores(outputs: Tensor, y: Tensor, data: Sequences) -> list[float]:
    """The loss, then the metrics of the task in the order of ``metrics_of``."""
    loss = float(loss_of(outputs, y, data))
    if data.loss == "squared error":
        error = float(F.mse_loss(outputs.squeeze(-1), y))
        spread = float(y.var(correction=0))
        return [loss, error**0.5, 1 - error / spread if spread else float("nan")]
    asked = y != IGNORED
    right = (outputs.argmax(-1) == y) & asked
    share = float(right.sum() / asked.sum().clamp(min=1))
    if data.answers_at == "end":
        return [loss, share]
    return [loss, share, float((right | ~asked).all(-1).float().mean())]


def metrics_of(data: Sequences) -> tuple[str, ...]:
    """Names of the metrics of a task: the share of answers that are right, of sequences without a mistake; RMSE and R²."""
    return NUMBER_METRICS if data.loss == "squared error" else CLASS_METRICS[data.answers_at]


def chance_of(data: Sequences) -> float:
    """The training loss of who knows only how often each answer occurs, or the mean."""
    y = data.train.y
    if data.loss == "squared error":
        return float(y.var(correction=0))
    counts = torch.bincount(y[y != IGNORED].flatten()).double()
    share = counts[counts > 0] / counts.sum()
    return float(-(share * share.log()).sum())


class SequenceCamera:
    """Measures the networks of one run, on fixed examples."""

    def __init__(self, data: Sequences, device: torch.device) -> None:
        self.data = data
        self.parts = [part.spread(MEASURED_ROWS).to(device) for part in (data.train, data.validation)]
        self.probe = data.train.first(PROBE_ROWS).to(device)
        self.example = Part(data.validation.x[:1], data.validation.y[:1]).to(device)
        self.score_names = tuple(f"{part}.{name}" for part in PARTS for name in ("loss", *metrics_of(data)))

    def take(self, network: Network, *, detail: bool) -> dict[str, Any]:
        """The measured fields of a ``Snapshot``; nothing of the network changes."""
        with at_rest(network):
            with torch.no_grad():
                found = [value for part in self.parts for value in scores(*answered(network, part), self.data)]
                shown = self._shown(network) if detail else None
            outputs, y = answered(network, self.probe)
            wanted = list(network.matrices.values())
            gradients = torch.autograd.grad(loss_of(outputs, y, self.data), wanted, materialize_grads=True)
        return {
            "scores": freeze(np.array(found, np.float32)),
            "gradient_norm": freeze(np.array([float(g.norm()) for g in gradients], np.float32)),
            "gradient_mean": freeze(np.array([float(g.abs().mean()) for g in gradients], np.float32)),
            "boundary": freeze(np.zeros((0, 0), np.uint8)),
            "detail": shown,
        }

    def _shown(self, network: Network) -> Measured:
        """What it does with the example, and the probability of each right answer (or the number it answers)."""
        outputs, y = answered(network, self.example)
        if self.data.answers:
            wanted = y.clamp(min=0).reshape(-1, 1)
            right = outputs.flatten(0, -2).softmax(-1).gather(1, wanted).flatten()
            right = torch.where(y.flatten() == IGNORED, torch.nan, right)
        else:
            right = outputs.flatten()
        arrays = {"right": right.float().cpu().numpy(), **network.filmed(self.example.x)}
        return Measured({name: freeze(array) for name, array in arrays.items()})

    def scene(self, network: Network, task: str, kind: str) -> SequenceScene:
        """What stays the same through the film."""
        data = self.data
        label, unit = LABELS[data.loss]
        numbers = self.example.x[0].cpu() if data.features else torch.zeros((0, 0))
        return SequenceScene(
            task=task,
            network=kind,
            loss=label,
            loss_unit=unit,
            measured_rows=MEASURED_ROWS,
            probe_rows=min(PROBE_ROWS, len(data.train)),
            score_names=self.score_names,
            layer_names=tuple(network.matrices),
            classes=data.answers,
            target="answer",
            target_unit=data.unit,
            example=self._tokens(),
            answers=self._asked(),
            source=data.source,
            chance=chance_of(data),
            pictures=network.pictures,
            inputs=freeze(numbers.double().numpy()),
        )

    def _tokens(self) -> tuple[str, ...]:
        x = self.example.x[0].tolist()
        if not self.data.features:
            return tuple(self.data.tokens[token] for token in x)
        return tuple(" ".join(f"{value:.2g}" for value in step) for step in x)

    def _asked(self) -> tuple[str, ...]:
        y = self.example.y[0]
        if not self.data.answers:
            return (f"{float(y):.3g}",)
        wanted: Sequence[int] = y.reshape(-1).tolist()
        return tuple("" if answer == IGNORED else self.data.answers[answer] for answer in wanted)
