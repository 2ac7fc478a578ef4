"""What a data set itself says, whatever network learns it: class counts, spread of inputs, scores without a network."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Float, Shaped

from engine import metrics
from engine.data.catalog import Data
from engine.data.prepare import Dataset, Part, prepare
from engine.losses import LossChoice

NEIGHBOURS = 10
FACT_ROWS = 1000
"""Neighbours are looked for among so many training examples, for so many held-back ones."""


@dataclass(frozen=True)
class DataFacts:
    """Numbers of one data set, as the network receives it."""

    classes: tuple[str, ...]
    """Empty for regression."""
    counts: tuple[int, ...]
    """Training examples of each class; empty for regression."""
    inputs: tuple[str, ...]
    size: Float[np.ndarray, " inputs"]
    """Root mean square of each input on the training part: 1 after standard scaling."""
    target_size: float
    """Root mean square of the target as it is learned; 1 for classes."""
    constant_loss: float
    """The least training loss of a network that gives the same answer whatever it is asked."""
    constant_score: float
    """Accuracy of always naming the commonest class, on the held-back part; 0, the R² of the mean, for numbers."""
    neighbour_score: float
    """Accuracy (or R²) of the mean of the nearest training examples, on the held-back part: no network is involved."""

    @property
    def rarest(self) -> int:
        """The class with the fewest training examples."""
        return int(np.argmin(self.counts))


@lru_cache(maxsize=32)
def facts_of(data: Data, seed: int, loss: LossChoice) -> DataFacts:
    """Measure the data set of an experiment. Raises what ``prepare`` raises."""
    found = prepare(data, seed)
    held = held_back(found)
    x = found.train.x.numpy().astype(np.float64)
    counts = np.bincount(found.train.raw_y.astype(np.int64), minlength=found.class_count) if found.classes else ()
    common = int(np.argmax(counts)) if found.classes else 0
    always = float((held.raw_y == common).mean()) if found.classes else 0.0
    return DataFacts(
        classes=found.classes,
        counts=tuple(int(count) for count in counts),
        inputs=found.feature_names,
        size=np.sqrt((x**2).mean(axis=0)),
        target_size=1.0 if found.classes else float(found.train.y.square().mean().sqrt()),
        constant_loss=constant_loss(loss, found),
        constant_score=always,
        neighbour_score=neighbour_score(_numbers(found, found.train), _numbers(found, held), found.class_count),
    )


def _numbers(data: Dataset, part: Part) -> Part:
    """A part whose columns can be told apart by distance: categories and gaps as the network receives them."""
    return replace(part, raw_x=part.x.numpy().astype(np.float64)) if data.kinds else part


def held_back(data: Dataset) -> Part:
    """The validation part; the test part where there is none, and the training part where all examples are in it."""
    return next((part for part in (data.validation, data.test) if len(part.raw_y)), data.train)


def constant_loss(loss: LossChoice, data: Dataset) -> float:
    """The least loss on the training part of outputs that depend on no input.

    One output: exact, by narrowing down a convex function. Several: the best of the log shares, which are exact for
    cross-entropy, of twice the shares minus 1, exact for squares, and of naming the commonest class by a margin of 1.
    """
    y = data.train.y
    columns = loss.outputs(data.class_count)

    def at(outputs: torch.Tensor) -> float:
        return float(loss.mean(outputs.expand(len(y), columns), y))

    if columns == 1:
        return _lowest(lambda value: at(torch.tensor([[value]])), *_bounds(data))
    share = torch.bincount(y, minlength=columns).float() / len(y)
    named = torch.nn.functional.one_hot(share.argmax(), columns).float()
    return min(at(candidate.unsqueeze(0)) for candidate in (share.clamp_min(1e-12).log(), 2 * share - 1, named))


def _bounds(data: Dataset) -> tuple[float, float]:
    """Outputs between which the best constant lies: logits or scores for classes, the target's range for numbers."""
    return (-20.0, 20.0) if data.classes else (float(data.train.y.min()), float(data.train.y.max()))


def _lowest(function, low: float, high: float) -> float:  # type: ignore[no-untyped-def]
    """The minimum of a convex function of one number, by thirds."""
    for _ in range(60):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, right) if function(left) < function(right) else (left, high)
    return float(function((low + high) / 2))


def neighbour_score(train: Part, held: Part, classes: int) -> float:
    """Accuracy (numbers: R²) on ``held`` when the nearest training examples vote (or are averaged).

    Distances are taken between standardized raw columns, so the network's scaling plays no part (Cover and Hart 1967).
    """
    centre, width = train.raw_x.mean(axis=0), train.raw_x.std(axis=0)
    width = np.where(width > 0, width, 1.0)
    known, asked = ((part.raw_x[:FACT_ROWS] - centre) / width for part in (train, held))
    answers, truth = train.raw_y[:FACT_ROWS], held.raw_y[:FACT_ROWS]
    votes = answers[_nearest(known, asked, min(NEIGHBOURS, len(known)))]
    if not classes:
        return metrics.r2(truth, votes.mean(axis=1))
    counts = np.stack([(votes == label).sum(axis=1) for label in range(classes)], axis=1)
    return float((counts.argmax(axis=1) == truth).mean())


def _nearest(
    known: Float[np.ndarray, "rows columns"], asked: Float[np.ndarray, "asked columns"], count: int
) -> Shaped[np.ndarray, "asked count"]:
    """Row numbers of the ``count`` nearest known examples of each one asked."""
    squares = (asked**2).sum(axis=1)[:, None] - 2 * asked @ known.T + (known**2).sum(axis=1)[None, :]
    return np.argpartition(squares, count - 1, axis=1)[:, :count]
