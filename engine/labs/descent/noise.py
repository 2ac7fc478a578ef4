"""The gradient of a mini-batch against that of all examples.

For g = mean of g_i and tr(Sigma) = mean of |g_i - g|^2, batches of B drawn with replacement have E|g_B - g|^2 = tr(Sigma) / B;
drawn without, from N, it is smaller by the finite-population factor (N - B) / (N - 1) (Cochran 1977, Sampling Techniques).
tr(Sigma) / |g|^2 is the simple noise scale of McCandlish et al. 2018.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.func import functional_call, grad, vmap

from engine.batches import Batches
from engine.experiment import Experiment
from engine.jobs import Progress
from engine.labs.descent.curvature import largest, random_start
from engine.labs.descent.results import BatchRun, NoiseAt, NoiseResult
from engine.labs.descent.state import BatchNoise
from engine.labs.descent.training import Beat, loss_of, updates
from engine.supervised import SupervisedRun

SIZES = 9
"""Batch sizes that are measured, from 1 to all."""
ROWS_AT_ONCE = 500
"""Examples whose gradients are taken in one call."""
RUN_UPDATES = 400
"""The longest of the three runs."""
MOMENTS = 50


def batch_noise(experiment: Experiment, asked: BatchNoise) -> Iterator[Progress[NoiseResult]]:
    """Train for some epochs, measure the gradients of batches of every size, then train with three sizes."""
    run, beat = SupervisedRun(experiment), Beat()
    before = asked.epochs * run.steps_per_epoch
    for done in updates(run, before):
        if beat.is_due:
            yield Progress(0.3 * done / before, None, "training")
    each = example_gradients(run)
    rows = len(each)
    size = min(asked.batch_size, rows)
    g = each.mean(axis=0)
    trace, squared = _trace(each, g), float(g @ g)
    draws = batches(rows, size, asked.draws, experiment.seed)
    found = NoiseResult(rows, each.shape[1], size, trace, squared, _cloud(each, g, draws))
    for b in sorted({*np.unique(np.geomspace(1, rows, SIZES).round().astype(int)).tolist(), size}):
        found = replace(found, sizes=(*found.sizes, noise_at(each, b, asked.draws, experiment.seed)))
        yield Progress(0.3 + 0.2 * len(found.sizes) / (SIZES + 1), found, f"batches of {b}")
    for place, b in enumerate(sorted({1, size, rows})):
        for one in _training(experiment.patched({"training.batch_size": b}), b):
            share = (place + one.updates[-1] / RUN_UPDATES) / 3
            yield Progress(0.5 + 0.5 * share, replace(found, runs=(*found.runs, one)), f"training, batches of {b}")
        found = replace(found, runs=(*found.runs, one))
    yield Progress(1.0, found)


def example_gradients(run: SupervisedRun) -> Float[np.ndarray, "rows parameters"]:
    """The gradient of each training example's loss with respect to all parameters, in float64."""
    weights = {name: value.detach().double() for name, value in run.model.named_parameters()}
    x, y = run.data.train.x.double(), run.data.train.y
    y = y.double() if y.is_floating_point() else y

    def loss(parameters: dict[str, Tensor], one_x: Tensor, one_y: Tensor) -> Tensor:
        outputs = functional_call(run.model, parameters, (one_x.unsqueeze(0),))
        return run.loss.mean(outputs, one_y.unsqueeze(0))

    of_each = vmap(grad(loss), in_dims=(None, 0, 0))
    parts = []
    for first in range(0, len(x), ROWS_AT_ONCE):
        found = of_each(weights, x[first : first + ROWS_AT_ONCE], y[first : first + ROWS_AT_ONCE])
        parts.append(torch.cat([found[name].flatten(1) for name in weights], dim=1))
    return torch.cat(parts).numpy().copy()


def batches(rows: int, size: int, count: int, seed: int) -> Int[np.ndarray, "draws size"]:
    """Which examples ``count`` batches hold, drawn by the engine: without replacement. Smaller last ones are left out."""
    places = torch.arange(rows)
    drawn = Batches(places.unsqueeze(1).float(), places, size, seed)
    found: list[np.ndarray] = []
    while len(found) < count:
        chosen = drawn.draw()[1].numpy()
        if len(chosen) == size:
            found.append(chosen)
    return np.stack(found).astype(np.int64)


def theory(trace: float, size: int, rows: int) -> tuple[float, float]:
    """(without replacement, with): the expected |g_B - g|^2."""
    finite = (rows - size) / (rows - 1) if rows > 1 else 0.0
    return trace / size * finite, trace / size


def noise_at(each: Float[np.ndarray, "rows parameters"], size: int, draws: int, seed: int) -> NoiseAt:
    """Batches of one size, drawn both ways."""
    rows = len(each)
    g = each.mean(axis=0)
    means = _means(each, batches(rows, size, draws, seed))
    lengths = np.linalg.norm(means, axis=1) * np.linalg.norm(g)
    cosine = float(np.median(np.divide(means @ g, lengths, out=np.zeros(len(means)), where=lengths > 0)))
    error = _squared(means - g)
    replaced = np.random.default_rng([seed, size]).integers(rows, size=(draws, size))
    error_replaced = _squared(_means(each, replaced) - g)
    return NoiseAt(size, error, error_replaced, *theory(_trace(each, g), size, rows), cosine)


def _squared(vectors: Float[np.ndarray, "draws parameters"]) -> float:
    """The mean of |v|^2 over the rows."""
    return float(np.einsum("dp,dp->", vectors, vectors)) / len(vectors)


def _trace(each: Float[np.ndarray, "rows parameters"], g: Float[np.ndarray, " parameters"]) -> float:
    """The mean of |g_i - g|^2, as the mean of |g_i|^2 less |g|^2: no copy of a table that may be large."""
    return max(0.0, _squared(each) - float(g @ g))


def _means(
    each: Float[np.ndarray, "rows parameters"], draws: Int[np.ndarray, "draws size"]
) -> Float[np.ndarray, "draws parameters"]:
    """The gradient of each batch: the mean over its examples. As a product, since a batch of all is a large gather."""
    weights = np.zeros((len(draws), len(each)))
    np.add.at(weights, (np.arange(len(draws))[:, None], draws), 1 / draws.shape[1])
    return weights @ each


def _cloud(
    each: Float[np.ndarray, "rows parameters"],
    g: Float[np.ndarray, " parameters"],
    draws: Int[np.ndarray, "draws size"],
) -> Float[np.ndarray, "draws 2"]:
    """Batch gradients along g, and along the first principal component of the examples' gradients across it."""
    length = np.linalg.norm(g)
    along = g / length if length > 0 else np.eye(len(g))[0]
    across = _largest_spread(each, along)
    return _means(each, draws) @ np.stack([along, across], axis=1)


def _largest_spread(
    each: Float[np.ndarray, "rows parameters"], along: Float[np.ndarray, " parameters"]
) -> Float[np.ndarray, " parameters"]:
    """The direction across ``along`` in which the rows scatter most around their mean; products only, no second table."""

    def covariance(v: Float[np.ndarray, " parameters"]) -> Float[np.ndarray, " parameters"]:
        inside = v - along * (along @ v)
        scores = each @ inside
        back = (scores - scores.mean()) @ each
        return (back - along * (along @ back)) / len(each)

    start = random_start(len(along), 0)
    return largest(covariance, start - along * (along @ start))[1]


def _training(experiment: Experiment, size: int) -> Iterator[BatchRun]:
    """A run from the first weights; the loss of the whole training part along it."""
    run, beat = SupervisedRun(experiment), Beat()
    every = max(1, RUN_UPDATES // MOMENTS)
    counts, epochs, losses = [0.0], [0.0], [loss_of(run)]
    for done in updates(run, RUN_UPDATES):
        if done % every == 0:
            counts.append(float(done))
            epochs.append(run.epochs)
            losses.append(loss_of(run))
            if beat.is_due:
                yield BatchRun(size, np.array(counts), np.array(epochs), np.array(losses))
    yield BatchRun(size, np.array(counts), np.array(epochs), np.array(losses))
