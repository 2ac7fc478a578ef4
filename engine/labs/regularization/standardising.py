"""Batch norm: its statistics over training, and how its batch's mean scatters."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn

from engine.data.toy import Gaussians, Moons
from engine.experiment import Experiment, Training
from engine.initializers import Normal
from engine.jobs import Progress
from engine.labs.regularization.results.standardising import BatchNoise, RateCell, Running
from engine.labs.regularization.state import Standardising
from engine.model import Model
from engine.norms import BatchNorm, NoNorm, NormChoice
from engine.optimizers import SGD
from engine.probes import at_rest
from engine.supervised import SupervisedRun

RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
SCALES = (0.03, 0.1, 0.3, 1.0, 3.0)
"""Standard deviations of the first weights."""
RATE_STEPS = 60
LEARNED = 0.4
"""A training loss, in nats, below which a network counts as one that learns."""
BATCHES, ROWS = 2000, 300
PIECE = 10
SETTINGS: tuple[tuple[str, NormChoice], ...] = (("without", NoNorm()), ("with batch norm", BatchNorm()))


def experiment(asked: Standardising, seed: int) -> Experiment:
    """Moons and one hidden layer with batch norm between the affine map and tanh."""
    return Experiment(
        data=Moons(samples=300, noise=0.15),
        model=Model(hidden=(asked.units,), norm=BatchNorm(momentum=asked.momentum)),
        training=Training(optimizer=SGD(lr=0.3), batch_size=asked.batch_size, epochs=10_000),
        seed=seed,
    )


def running(asked: Standardising, seed: int) -> Iterator[Progress[Running]]:
    """Train, and after every step note what the batch said, what the running average holds, γ and β."""
    run = SupervisedRun(experiment(asked, seed))
    norm = norm_of(run)
    notes: list[list[np.ndarray]] = []
    while run.steps < asked.steps:
        x, y = _next_batch(run)
        notes.append(_note(run, norm, x, y))
        run.advance(1)
        notes[-1] += [kept(norm.running_mean), kept(norm.running_var)]
        if run.steps % PIECE == 0 or run.steps == asked.steps:
            yield Progress(run.steps / asked.steps, _running(notes), f"step {run.steps} of {asked.steps}")
        if run.ending is not None:
            return


def norm_of(run: SupervisedRun) -> nn.BatchNorm1d:
    """The batch norm of the first hidden layer. Raises TypeError where it has none."""
    norm = getattr(run.model.layers[0], "norm", None)
    if not isinstance(norm, nn.BatchNorm1d):
        raise TypeError(f"got {type(norm).__name__}; the first hidden layer must have batch norm")
    return norm


def kept(statistic: torch.Tensor | None) -> np.ndarray:
    """A copy of a running statistic. Raises ValueError where the norm keeps none."""
    if statistic is None:
        raise ValueError("the norm keeps no running statistics; it must be made with track_running_stats")
    return statistic.double().numpy().copy()


def _next_batch(run: SupervisedRun) -> tuple[torch.Tensor, torch.Tensor]:
    """The batch that the next step will draw; it is left for that step."""
    position = run.batches.position
    batch = run.batches.draw()
    run.batches.go_to(position)
    return batch


@torch.no_grad()
def _note(run: SupervisedRun, norm: nn.BatchNorm1d, x: torch.Tensor, y: torch.Tensor) -> list[np.ndarray]:
    """[batch mean, batch variance (n - 1), γ, β, training-mode loss, inference-mode loss], before the step."""
    layer = run.model.layers[0]
    z = layer.linear(x)
    mean, variance = z.mean(dim=0), z.var(dim=0)
    hat = (z - mean) / torch.sqrt(z.var(dim=0, unbiased=False) + norm.eps) * norm.weight + norm.bias
    in_training = float(run.loss.mean(run.model.output(layer.activation(hat)), y))
    with at_rest(run.model):
        at_inference = float(run.loss.mean(run.model(x), y))
    values = [value.detach().double().numpy().copy() for value in (mean, variance, norm.weight, norm.bias)]
    return [*values, np.array(in_training), np.array(at_inference)]


def _running(notes: list[list[np.ndarray]]) -> Running:
    mean, variance, gamma, beta, training, inference, running_mean, running_variance = (
        np.stack(values) for values in zip(*notes, strict=True)
    )
    unit = int(np.ptp(running_mean, axis=0).argmax())
    return Running(
        steps=np.arange(1, len(notes) + 1),
        batch_mean=mean[:, unit],
        batch_variance=variance[:, unit],
        running_mean=running_mean[:, unit],
        running_variance=running_variance[:, unit],
        gamma=gamma,
        beta=beta,
        training_loss=training,
        inference_loss=inference,
        unit=unit + 1,
    )


def rate_experiment(norm: NormChoice, rate: float, scale: float, seed: int) -> Experiment:
    """Three hidden layers, plain descent on all examples, first weights of one standard deviation."""
    return Experiment(
        data=Moons(samples=120, noise=0.1),
        model=Model(hidden=(16, 16, 16), norm=norm, initializer=Normal(scale=scale)),
        training=Training(optimizer=SGD(lr=rate), batch_size="all", epochs=RATE_STEPS),
        seed=seed,
    )


def rates(seed: int) -> Iterator[Progress[tuple[RateCell, ...]]]:
    """Every rate and every scale of first weights, with and without batch norm."""
    asked = [(label, norm, rate, scale) for scale in SCALES for rate in RATES for label, norm in SETTINGS]
    found: list[RateCell] = []
    for label, norm, rate, scale in asked:
        run = SupervisedRun(rate_experiment(norm, rate, scale, seed))
        while run.ending is None:
            run.advance(RATE_STEPS // 3)
            yield Progress(len(found) / len(asked), said=f"rate {rate:g}, first weights {scale:g}")
        scores = dict(zip(run.score_names, run.snapshot(detail=False).scores, strict=True))
        diverged = run.ending.kind == "diverged"
        found.append(RateCell(label, rate, scale, math.inf if diverged else float(scores["train.loss"])))
        both = tuple(found) if len(found) % len(SETTINGS) == 0 else None
        yield Progress(len(found) / len(asked), both, f"rate {rate:g}, first weights {scale:g}")


def batch_noise(seed: int) -> BatchNoise:
    """Scatter of the batch mean of one standardised column over many batches, drawn without replacement from 300 rows.

    σ_B = σ / √B · √((N - B) / (N - 1)). Source: Cochran 1977, theorem 2.2.
    """
    column = Gaussians(samples=ROWS).draw(seed).x[:, 0]
    x = (column - column.mean()) / column.std()
    rng = np.random.default_rng((seed, 7))
    sizes = np.array([2, 4, 8, 16, 32, 64, 128])
    order = np.argsort(rng.random((BATCHES, len(x))), axis=1)
    measured = [float(x[order[:, :size]].mean(axis=1).std()) for size in sizes]
    exact = x.std() / np.sqrt(sizes) * np.sqrt((len(x) - sizes) / (len(x) - 1))
    return BatchNoise(sizes, np.array(measured), exact)


def stable_rate(cells: Sequence[RateCell], setting: str) -> tuple[float, float, int]:
    """(largest rate that learns at the worst scale of first weights, at the best one, settings that learn).

    0 where no rate learns at that scale.
    """
    mine = [cell for cell in cells if cell.setting == setting]
    scales = sorted({cell.scale for cell in mine})
    learns = [cell for cell in mine if cell.loss < LEARNED]
    best = [max((cell.rate for cell in learns if cell.scale == scale), default=0.0) for scale in scales]
    return min(best, default=0.0), max(best, default=0.0), len(learns)
