"""Early stopping replayed on a run that went on, and training with noise added to the inputs."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from engine.batches import Batches, Position
from engine.data.prepare import Part
from engine.data.regression import Sine
from engine.data.source import HALF_WIDTH
from engine.experiment import Experiment, Training
from engine.jobs import Progress
from engine.labs.regularization.resampling import GRID, clean
from engine.labs.regularization.results.stopping import Jittered, JitterSweep, Stopped
from engine.labs.regularization.sizes import predictions
from engine.labs.regularization.state import Stopping
from engine.model import Model
from engine.optimizers import Adam
from engine.probes import at_rest
from engine.stopping import NeverEarly, Patience, Watch
from engine.streams import stream
from engine.supervised import SupervisedRun

PIECE = 20
STRENGTHS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8)
EPOCHS = 300
"""Of each run with noisy inputs."""


def experiment(asked: Stopping, seed: int, *, stops: bool) -> Experiment:
    """Two wide tanh layers on few noisy points of a sine, all of them in every step: one step is one epoch."""
    training = Training(
        optimizer=Adam(lr=0.01),
        batch_size="all",
        epochs=asked.epochs,
        stopping=Patience(epochs=asked.patience) if stops else NeverEarly(),
    )
    data = Sine(waves=1.0, samples=asked.samples, noise=asked.noise, validation_share=0.3, test_share=0.4)
    return Experiment(data=data, model=Model(hidden=(asked.units, asked.units)), training=training, seed=seed)


@torch.no_grad()
def loss_on(run: SupervisedRun, part: Part) -> float:
    """Mean squared error of a part in scaled units, as the run's rule measures it."""
    with at_rest(run.model):
        return float(run.loss.mean(run.model(part.x), part.y))


def replayed(rule: Patience, validation: list[float]) -> tuple[int, int | None]:
    """(epoch of the best loss, epoch at which training would have stopped or None) by the engine's own watch."""
    watch = Watch(rule)
    for epoch, loss in enumerate(validation, start=1):
        watch.see(epoch, loss)
        if watch.over:
            return watch.best_step, epoch
    return watch.best_step, None


def recorded(asked: Stopping, seed: int) -> Iterator[Progress[Stopped]]:
    """Train to the last epoch, noting all three losses after each."""
    run = SupervisedRun(experiment(asked, seed, stops=False))
    parts = (run.data.train, run.data.validation, run.data.test)
    losses: list[list[float]] = []
    while run.ending is None:
        run.advance(1)
        losses.append([loss_on(run, part) for part in parts])
        if run.steps % PIECE == 0 or run.ending is not None:
            table = np.array(losses)
            found = Stopped(np.arange(1, len(losses) + 1), table[:, 0], table[:, 1], table[:, 2])
            yield Progress(run.steps / run.last_step, found, f"epoch {run.steps} of {run.last_step}")


class JitteredBatches(Batches):
    """Batches with fresh Gaussian noise of one standard deviation on every input."""

    def __init__(self, plain: Batches, noise: float) -> None:
        self.noise = noise
        super().__init__(
            plain.x, plain.y, plain.size, plain.seed, skip_single=plain.skip_single, sampling=plain.sampling
        )

    def go_to(self, position: Position) -> None:
        super().go_to(position)
        self._noise = stream(self.seed, "noise", 1 + self._epoch)

    def draw(self) -> tuple[Tensor, Tensor]:
        noise = self._noise  # before the epoch ends: the next one has a stream of its own
        x, y = super().draw()
        return x + self.noise * torch.randn(x.shape, generator=noise), y


class JitteredRun(SupervisedRun):
    """A run of the engine whose inputs are moved at random in every step."""

    def __init__(self, experiment: Experiment, noise: float) -> None:
        self.jitter = noise
        super().__init__(experiment)

    def _batches(self) -> Batches:
        return JitteredBatches(super()._batches(), self.jitter)


def jittered(asked: Stopping, seed: int) -> Iterator[Progress[JitterSweep]]:
    """The chosen strength first, then others."""
    fixed = asked.model_copy(update={"epochs": EPOCHS})
    strengths = [asked.jitter, *(value for value in STRENGTHS if value != asked.jitter)]
    grid = np.linspace(-HALF_WIDTH, HALF_WIDTH, GRID)
    rows: list[Jittered] = []
    for number, noise in enumerate(strengths):
        run = JitteredRun(experiment(fixed, seed, stops=False), noise)
        while run.ending is None:
            run.advance(2 * PIECE)
            yield Progress((number + min(run.steps / EPOCHS, 1.0)) / len(strengths), said=f"noise {noise:g}")
        train, validation, test = (loss_on(run, part) for part in (run.data.train, run.data.validation, run.data.test))
        rows.append(Jittered(noise, train, validation, test, grid, predictions(run, grid)))
        source = experiment(fixed, seed, stops=False).data
        truth = clean(source, grid) if isinstance(source, Sine) else grid
        points = run.data.train
        found = JitterSweep(tuple(sorted(rows, key=lambda row: row.noise)), truth, points.raw_x[:, 0], points.raw_y)
        yield Progress(len(rows) / len(strengths), found, f"noise {noise:g}")
