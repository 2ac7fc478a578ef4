"""How much of the loss at step T reaches the state at step t: every cell, a transformer, and skips over depth and time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from engine.choice import catalog
from engine.clipping import ClipNorm
from engine.experiment import MAX_SEED
from engine.jobs import Progress
from engine.labs.recurrent.results.gradients import Reach, Reaches
from engine.labs.recurrent.state import Gradients
from engine.labs.recurrent.training import paced
from engine.optimizers import Adam
from engine.sequences.cells import Cell, CellChoice
from engine.sequences.data import Part
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.network import Network
from engine.sequences.observed import Seen
from engine.sequences.recurrent import Recurrent, RecurrentNetwork
from engine.sequences.run import SequenceRun
from engine.sequences.tasks.toy import Recall
from engine.sequences.transformer import Transformer, TransformerNetwork

EXAMPLES = 32
"""Sequences over which norms are averaged."""
EMBEDDING = 8
TRANSFORMER = "Transformer"
SAMPLES = 1000
WIDTHS = 16
"""A transformer's width is a multiple of this."""


def task(length: int) -> Recall:
    """A symbol at the first step is asked for at the last one: T steps in all."""
    return Recall(delay=length - 2, samples=SAMPLES)


def cells(asked: Gradients) -> dict[str, Recurrent | Transformer]:
    """One network of each cell, and a transformer of about the same width."""
    found: dict[str, Recurrent | Transformer] = {
        row.label: model(asked, row(kind=kind)) for kind, row in catalog(Cell).items() if issubclass(row, CellChoice)
    }
    width = max(WIDTHS, asked.units // WIDTHS * WIDTHS)
    found[TRANSFORMER] = Transformer(layers=1, width=width, heads=2, feed_forward=2 * width)
    return found


def model(asked: Gradients, cell: CellChoice, **knobs: object) -> Recurrent:
    """A recurrent network as the section asks."""
    settings = {"cell": cell, "units": asked.units, "embedding": EMBEDDING}
    return Recurrent.model_validate({**settings, "recurrent_initializer": asked.recurrent, **knobs})


def variants(asked: Gradients, cell: CellChoice) -> dict[str, Recurrent | Transformer]:
    """Two layers of one cell, plain and with skips."""
    return {
        "no skip": model(asked, cell, layers=2),
        "skip over depth (xₜ)": model(asked, cell, layers=2, depth_skip=True),
        f"skip over time (h at t−{asked.skip})": model(asked, cell, layers=2, time_skip=asked.skip),
        "both": model(asked, cell, layers=2, time_skip=asked.skip, depth_skip=True),
    }


def reaches(models: Mapping[str, Recurrent | Transformer], asked: Gradients, seed: int) -> Iterator[Progress[Reaches]]:
    """Every network of ``models``, from each seed on the same examples, after the same number of updates."""
    found: dict[str, list[Measured]] = {label: [] for label in models}
    done, total = 0, len(models) * asked.seeds
    for number in range(asked.seeds):
        for label, chosen in models.items():
            training = SequenceTraining(optimizer=Adam(lr=0.01), updates=max(1, asked.updates), clip=asked.clip)
            experiment = SequenceExperiment(
                task=task(asked.length), model=chosen, training=training, seed=(seed + number) % (MAX_SEED + 1)
            )
            run = SequenceRun(experiment)
            said = f"{label}, seed {number + 1} of {asked.seeds}"
            for share in paced(run, asked.updates):
                yield Progress((done + share) / total, said=f"{said}: update {run.steps:,} of {asked.updates:,}")
            found[label].append(measured(run.network, run.data.validation.first(EXAMPLES), asked.clip))
            done += 1
            lines = tuple(_reach(name, each) for name, each in found.items() if each)
            yield Progress(done / total, Reaches(lines, asked.updates, asked.seeds), said)


@dataclass(frozen=True)
class Measured:
    """One network."""

    norms: Float[np.ndarray, " steps"]
    cell: Float[np.ndarray, " cell_steps"]
    factor: float
    norm: float


def measured(network: Network, part: Part, clip: ClipNorm) -> Measured:
    """The norms of dL/dh_t, t = 1 .. T, of the lowest layer, in double precision; L is asked at the last step alone."""
    network.double().eval()
    scores, hidden, cell = _states(network, part.x)
    losses = F.cross_entropy(scores[:, -1], part.y[:, -1], reduction="none")
    grads = torch.autograd.grad(losses.sum(), [*hidden, *cell], retain_graph=True)
    weights = torch.autograd.grad(losses.mean(), list(network.parameters()), allow_unused=True)
    whole = float(torch.stack([grad.norm() for grad in weights if grad is not None]).norm())
    factor = min(1.0, clip.limit / (whole + 1e-6))
    return Measured(_norms(grads[: len(hidden)]), _norms(grads[len(hidden) :]), factor, whole)


def _reach(label: str, each: Sequence[Measured]) -> Reach:
    return Reach(
        label,
        np.stack([item.norms for item in each]),
        np.stack([item.cell for item in each]),
        np.array([item.factor for item in each]),
        np.array([item.norm for item in each]),
    )


def _states(network: Network, x: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """(scores, states, cells), joined by autograd's graph: (examples, units) of each step, or all steps in one tensor.

    A transformer's state at t is what its layers begin with: the embedding of token t with its position.
    """
    if isinstance(network, RecurrentNetwork):
        scores, passes = network.unroll(x)
        states = [moment.state for moment in passes[0]]
        return scores, [state.h for state in states], [state.c for state in states if state.c is not None]
    if isinstance(network, TransformerNetwork):
        seen = Seen()
        return network(x, seen), seen.states[:1], []
    raise TypeError(f"no states are known of {type(network).__name__}")


def _norms(grads: Sequence[Tensor]) -> Float[np.ndarray, " steps"]:
    """Mean over the examples of each step's norm."""
    means = [grad.norm(dim=-1).mean(0).reshape(-1) for grad in grads]
    return torch.cat(means).numpy().copy() if means else np.zeros(0)
