"""The same network trained with each penalty of the engine, at the same λ."""

from collections.abc import Iterator

import numpy as np

from engine.data.regression import Polynomial
from engine.experiment import Experiment, Training
from engine.jobs import Progress
from engine.labs.regularization.results.paths import Penalised
from engine.labs.regularization.state import Paths
from engine.model import Model
from engine.optimizers import SGD, Adam
from engine.penalties import L1, L2, ElasticNet, L1Proximal, NoPenalty, PenaltyChoice, WeightDecay
from engine.supervised import SupervisedRun

ROWS: tuple[type[PenaltyChoice], ...] = (NoPenalty, L2, WeightDecay, L1, L1Proximal, ElasticNet)
EPOCHS = 300
PIECE = 40


def experiment(asked: Paths, seed: int, row: type[PenaltyChoice]) -> Experiment:
    """A small network on few noisy points, with one penalty."""
    penalty = row(kind=row.model_fields["kind"].default)
    if "strength" in row.model_fields:
        penalty = penalty.model_copy(update={"strength": asked.network_strength})
    optimizer = SGD(lr=0.05) if asked.optimizer == "sgd" else Adam(lr=0.02)
    training = Training(optimizer=optimizer, batch_size="all", epochs=EPOCHS, penalty=penalty)
    return Experiment(data=Polynomial(samples=60), model=Model(hidden=(16, 16)), training=training, seed=seed)


def weights_of(run: SupervisedRun) -> np.ndarray:
    """All weights, layer by layer, in one row."""
    return np.concatenate([weight.detach().numpy().ravel().astype(np.float64) for weight in run.weights])


def compared(asked: Paths, seed: int) -> Iterator[Progress[tuple[Penalised, ...]]]:
    """One row of the penalties after another; each begins with the same weights and sees the same data."""
    found: list[Penalised] = []
    of_l2 = np.array([])
    for row in ROWS:
        run = SupervisedRun(experiment(asked, seed, row))
        while run.ending is None:
            run.advance(PIECE)
            share = (len(found) + min(run.steps / run.last_step, 1.0)) / len(ROWS)
            yield Progress(share, said=f"{row.label}, step {run.steps} of {run.last_step}")
        weights = weights_of(run)
        of_l2 = weights if row is L2 else of_l2
        scores = dict(zip(run.score_names, run.snapshot(detail=False).scores, strict=True))
        found.append(
            Penalised(
                label=row.label,
                weights=weights,
                train=float(scores["train.loss"]),
                validation=float(scores["validation.loss"]),
                ending=run.ending.kind,
                from_l2=float(np.abs(weights - of_l2).max()) if of_l2.size else float("nan"),
            )
        )
        yield Progress(len(found) / len(ROWS), tuple(found))
