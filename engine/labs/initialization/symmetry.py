"""Units that begin equal stay equal: two small networks that learn, and how far apart their units get."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Float

from engine.data.toy import Circle
from engine.experiment import Experiment, Training
from engine.initializers import InitializerChoice
from engine.jobs import Progress
from engine.labs.initialization.compare import name_of
from engine.labs.initialization.results import Twins, Units
from engine.labs.initialization.state import Symmetry
from engine.model import MLP, Model
from engine.optimizers import SGD
from engine.probes import at_rest
from engine.supervised import SupervisedRun

MOMENTS = 60
"""So many times the weights are noted, evenly over the updates."""
PIECE = 20
"""Updates between two looks at the clock."""


def experiment_of(asked: Symmetry, row: InitializerChoice) -> Experiment:
    """Circle, full batches, plain gradient descent: nothing random but the first weights and dropout."""
    model = Model(
        hidden=(asked.units,) * asked.layers, activation=asked.activation, initializer=row, dropout=asked.dropout
    )
    training = Training(optimizer=SGD(lr=0.5), batch_size="all", epochs=asked.updates)
    return Experiment(data=Circle(), model=model, training=training, seed=asked.seed)


def twins(asked: Symmetry) -> Iterator[Progress[Twins]]:
    """Train the network with equal weights, then the one with drawn weights."""
    left = None
    for place, row in enumerate((asked.equal, asked.drawn)):
        for share, units in trained(experiment_of(asked, row), asked.updates):
            both = Twins(units, None) if left is None else Twins(left, units)
            yield Progress((place + share) / 2, both, f"{units.label}: update {units.steps[-1]:.0f} of {asked.updates}")
        left = units


def trained(experiment: Experiment, updates: int) -> Iterator[tuple[float, Units]]:
    """(share done, what is known by then) of one network's training."""
    run = SupervisedRun(experiment)
    label = name_of(experiment.model.initializer)
    steps, weights, apart = [0], [_first(run.model)], [difference(run.model)]
    every = max(1, updates // MOMENTS)
    yield 0.0, _units(label, run, steps, weights, apart)
    while run.steps < updates and run.ending is None:
        done = run.advance(min(every, updates - run.steps))
        if not done:
            break
        steps.append(run.steps)
        weights.append(_first(run.model))
        apart.append(difference(run.model))
        if run.steps % PIECE < every:
            yield run.steps / updates, _units(label, run, steps, weights, apart)
    yield 1.0, _units(label, run, steps, weights, apart)


def difference(model: MLP) -> float:
    """Largest |difference| between two units of one hidden layer, over their incoming, bias and outgoing weights."""
    largest = 0.0
    for linear, after in pairwise(model.linears):
        wide = linear.weight.shape[0] // after.weight.shape[1]  # pieces of a maxout unit
        parts = [linear.weight.detach().unflatten(0, (-1, wide)).flatten(1), after.weight.detach().T]
        if linear.bias is not None:
            parts.append(linear.bias.detach().unflatten(0, (-1, wide)))
        largest = max([largest, *(float((part.amax(dim=0) - part.amin(dim=0)).max()) for part in parts)])
    return largest


def _first(model: MLP) -> Float[np.ndarray, "units inputs"]:
    return model.linears[0].weight.detach().numpy().copy()


def _units(
    label: str, run: SupervisedRun, steps: Sequence[int], weights: Sequence[np.ndarray], apart: Sequence[float]
) -> Units:
    matrices = [linear.weight.detach().numpy() for linear in run.model.linears]
    examples = run.data.train
    with at_rest(run.model), torch.no_grad():
        out = run.model(examples.x)
        loss = float(run.loss.mean(out, examples.y))
        right = float((run.loss.predict(out).argmax(dim=1) == examples.y).float().mean())
    return Units(
        label,
        np.array(steps, dtype=float),
        np.stack(weights).astype(float),
        np.array(apart),
        tuple(rank_of(matrix) for matrix in matrices),
        tuple(min(matrix.shape) for matrix in matrices),
        right,
        loss,
    )


def rank_of(matrix: Float[np.ndarray, "rows columns"]) -> int:
    """The numerical rank; 0 for weights that are not finite."""
    return int(np.linalg.matrix_rank(matrix)) if np.isfinite(matrix).all() else 0
