"""Bias and variance of networks: runs of the engine on several drawn training sets, for every size."""

from collections.abc import Iterator

import numpy as np
import torch

from engine.data.source import HALF_WIDTH
from engine.experiment import MAX_SEED, Experiment, Training
from engine.jobs import Progress
from engine.labs.regularization.resampling import GRID, clean, measured
from engine.labs.regularization.results.resampling import Resampled, SizeRow, Sweep
from engine.labs.regularization.state import Resampling
from engine.model import Model
from engine.optimizers import Adam
from engine.penalties import L2, NoPenalty
from engine.probes import at_rest
from engine.supervised import SupervisedRun

WIDTHS = (1, 2, 4, 8, 16, 32)
MOST_SETS = 8
EPOCHS = 300
PIECE = 60
"""Steps trained between two reports: well under a tenth of a second."""


def experiment(asked: Resampling, units: int, seed: int) -> Experiment:
    """A network of ``units`` tanh units, trained on all of its n points at once; another seed is another training set."""
    truth = asked.truth.model_copy(update={"samples": round(asked.points / 0.6), "noise": asked.noise})
    penalty = L2(strength=asked.ridge) if asked.ridge else NoPenalty()
    training = Training(optimizer=Adam(lr=0.05), batch_size="all", epochs=EPOCHS, penalty=penalty)
    return Experiment(
        data=type(truth).model_validate(truth.model_dump()),
        model=Model(hidden=(units,)),
        training=training,
        seed=seed % (MAX_SEED + 1),
    )


def predictions(run: SupervisedRun, x: np.ndarray) -> np.ndarray:
    """What the network says at raw inputs, in the unit of the target."""
    with torch.no_grad(), at_rest(run.model):
        outputs = run.model(run.data.encode(x[:, None])).numpy()[:, 0].astype(np.float64)
    return outputs * run.data.target_std + run.data.target_mean


def networks(asked: Resampling, seed: int) -> Iterator[Progress[Sweep]]:
    """The chosen width first, then the others; a training set more at a time."""
    sets = min(asked.sets, MOST_SETS)
    widths = [asked.units, *(width for width in WIDTHS if width != asked.units)]
    grid = np.linspace(-HALF_WIDTH, HALF_WIDTH, GRID)
    truth = clean(asked.truth, grid)
    rows: list[SizeRow] = []
    shown: Resampled | None = None
    done = 0
    for units in widths:
        fits: list[np.ndarray] = []
        errors: list[tuple[float, float]] = []
        for number in range(sets):
            run = SupervisedRun(experiment(asked, units, seed + number))
            while run.ending is None:
                run.advance(PIECE)
                said = f"{units} units, training set {number + 1} of {sets}"
                yield Progress((done + run.steps / run.last_step) / (len(widths) * sets), said=said)
            done += 1
            fits.append(predictions(run, grid))
            train, validation = run.data.train, run.data.validation
            errors.append(
                (
                    float(np.mean((predictions(run, train.raw_x[:, 0]) - train.raw_y) ** 2)),
                    float(np.mean((predictions(run, validation.raw_x[:, 0]) - validation.raw_y) ** 2)),
                )
            )
            if units == asked.units:
                points = (train.raw_x[:, 0], train.raw_y) if number == 0 else (shown.points_x, shown.points_y)  # type: ignore[union-attr]
                shown = Resampled(f"{units} hidden units", grid, truth, np.stack(fits), *points)
            now = [*rows, _row(units, fits, truth, asked.noise, errors)] if len(fits) > 1 else rows
            result = Sweep("hidden units", tuple(sorted(now, key=lambda row: row.size)), shown)
            yield Progress(done / (len(widths) * sets), result, f"{units} units, {len(fits)} of {sets} training sets")
        rows.append(_row(units, fits, truth, asked.noise, errors))


def _row(
    units: int, fits: list[np.ndarray], truth: np.ndarray, noise: float, errors: list[tuple[float, float]]
) -> SizeRow:
    train, validation = np.mean(errors, axis=0)
    return SizeRow(units, len(fits), measured(np.stack(fits), truth, noise), None, float(train), float(validation))
