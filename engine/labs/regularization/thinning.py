"""Dropout: the mask of a training step, the scaling, and the ensemble of thinned networks."""

import math
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.data.toy import Moons
from engine.dropout import Dropout
from engine.experiment import Experiment, Training
from engine.jobs import Progress
from engine.labs.regularization.results.thinning import DropoutRuns, Thinned
from engine.labs.regularization.state import Thinning
from engine.model import MLP, Model
from engine.optimizers import Adam
from engine.probes import at_rest
from engine.streams import stream
from engine.supervised import SupervisedRun

EPOCHS = 150
PIECE = 40
SCALING_MASKS = 4000
"""Masks of the scaling picture: enough that the average's own error is small."""
MASK_STREAM = 100
"""Far from the layers' own numbers, so that looking at masks shifts no draw of training."""


def experiment(asked: Thinning, seed: int, rate: float) -> Experiment:
    """Noisy moons and a network of two hidden layers, with dropout after each."""
    return Experiment(
        data=Moons(samples=200, noise=asked.noise),
        model=Model(hidden=(asked.units, asked.units), dropout=rate),
        training=Training(optimizer=Adam(lr=0.02), epochs=EPOCHS),
        seed=seed,
    )


@torch.no_grad()
def thinned_outputs(
    model: MLP, x: Float[Tensor, "rows inputs"], rate: float, masks: int, seed: int
) -> Float[Tensor, "masks rows"]:
    """Outputs of ``masks`` thinned networks; each has one mask for all rows, as one network would."""
    drop = Dropout(rate, stream(seed, "dropout", MASK_STREAM))
    found = []
    for _ in range(masks):
        a = x
        for layer in model.layers:
            a = layer.activation(layer.linear(a)) * drop(torch.ones(1, layer.linear.out_features))
        found.append(model.output(a)[:, 0])
    return torch.stack(found)


def shown_masks(asked: Thinning, seed: int) -> tuple[np.ndarray, ...]:
    """The mask that step number ``asked.mask`` draws for one example, layer by layer."""
    shown = []
    for layer in (1, 2):
        drop = Dropout(asked.rate, stream(seed, "dropout", MASK_STREAM + layer))
        drawn = [drop(torch.ones(1, asked.units)) for _ in range(asked.mask)]
        shown.append((drawn[-1][0] > 0).numpy().astype(np.float64))
    return tuple(shown)


def cross_entropy(probability: Float[np.ndarray, " rows"], labels: np.ndarray) -> float:
    """In nats."""
    right = np.where(labels == 1, probability, 1 - probability)
    return float(-np.log(np.clip(right, 1e-12, 1)).mean())


@torch.no_grad()
def look(run: SupervisedRun, asked: Thinning, seed: int) -> Thinned:
    """Everything that the pictures show of one trained network."""
    model, test = run.model, run.data.test
    labels = test.y.numpy()
    with at_rest(model):
        rest = torch.sigmoid(model(test.x)[:, 0]).double().numpy()
    each = torch.sigmoid(thinned_outputs(model, test.x, asked.rate, asked.masks, seed)).double().numpy()
    averages = np.cumsum(each, axis=0) / np.arange(1, len(each) + 1)[:, None]
    counts = np.unique(np.geomspace(1, len(each), 40).round().astype(int))
    mean = averages[counts - 1]
    scaling = _scaling(run, asked, seed)
    return Thinned(
        weights=tuple(linear.weight.double().numpy().copy() for linear in model.linears),
        counts=counts,
        distance=np.sqrt(((mean - rest) ** 2).mean(axis=1)),
        accuracy=((mean > 0.5) == labels).mean(axis=1),
        single=float(((each > 0.5) == labels).mean()),
        rest=float(((rest > 0.5) == labels).mean()),
        rest_loss=cross_entropy(rest, labels),
        ensemble_loss=cross_entropy(mean[-1], labels),
        steps=run.steps,
        **scaling,
    )


def _scaling(run: SupervisedRun, asked: Thinning, seed: int) -> dict:
    """One unit of the second layer under many masks of the first, on the first training example."""
    first, second = run.model.layers
    a = first.activation(first.linear(run.data.train.x[:1]))
    drop = Dropout(asked.rate, stream(seed, "dropout", MASK_STREAM))
    masked = drop(a.expand(SCALING_MASKS, -1))
    z, z_rest = second.linear(masked), second.linear(a)
    unit = int((z_rest[0].abs() / z.std(dim=0).clamp_min(1e-9)).argmin())  # the least saturated for its spread
    bias = second.linear.bias[unit]
    return {
        "unit": unit + 1,
        "before": z[:, unit].double().numpy(),
        "before_rest": float(z_rest[0, unit]),
        "after": second.activation(z)[:, unit].double().numpy(),
        "after_rest": float(second.activation(z_rest)[0, unit]),
        "unscaled": float(((z[:, unit] - bias) * (1 - asked.rate) + bias).mean()),
    }


def runs(asked: Thinning, seed: int) -> Iterator[Progress[DropoutRuns]]:
    """The network with dropout first, looked at while it trains; then the same without."""
    dropped = SupervisedRun(experiment(asked, seed, asked.rate))
    yield Progress(0.01, DropoutRuns(look(dropped, asked, seed)), "first weights")
    while dropped.ending is None:
        dropped.advance(PIECE)
        yield Progress(0.5 * dropped.steps / dropped.last_step, said=f"with dropout, step {dropped.steps}")
    seen = look(dropped, asked, seed)
    yield Progress(0.5, DropoutRuns(seen), "without dropout")
    plain = SupervisedRun(experiment(asked, seed, 0.0))
    while plain.ending is None:
        plain.advance(PIECE)
        yield Progress(0.5 + 0.5 * plain.steps / plain.last_step, said=f"without dropout, step {plain.steps}")
    scores = dict(zip(plain.score_names, plain.snapshot(detail=False).scores, strict=True))
    yield Progress(1.0, DropoutRuns(seen, float(scores["test.accuracy"]), float(scores["test.loss"])))


def exact_mean_variance(weights: np.ndarray, a: np.ndarray, rate: float, bias: float) -> tuple[float, float]:
    """Mean and variance of Σ w m a / (1 - p) + b over Bernoulli masks m: the mean is Σ w a + b exactly.

    Var = p / (1 - p) Σ (w a)². Source: Srivastava et al. 2014.
    """
    return float(weights @ a + bias), float(rate / (1 - rate) * np.sum((weights * a) ** 2))


def standard_error(values: np.ndarray) -> float:
    """Standard error of an average over draws."""
    return float(values.std(ddof=1) / math.sqrt(len(values)))
