"""Numbers that are read off a dashboard, and signs: what such a number has to be."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quiz.broken.dashboard import Dashboard

EARLY = 12
"""Updates that count as the beginning."""


@dataclass(frozen=True)
class Measure:
    """One number of a dashboard. NaN where the run gives none, or is not over."""

    id: str
    label: str
    read: Callable[[Dashboard], float]


@dataclass(frozen=True)
class Sign:
    """What a measure has to be for a fault to show itself."""

    measure: str
    low: float = -math.inf
    high: float = math.inf

    def __str__(self) -> str:
        label = MEASURES[self.measure].label
        if math.isinf(self.high):
            return f"{label} at least {self.low:g}"
        return f"{label} at most {self.high:g}" if math.isinf(self.low) else f"{label} {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Reading:
    """A sign looked for in a dashboard."""

    sign: Sign
    value: float

    @property
    def holds(self) -> bool:
        """Whether it is there."""
        return self.sign.low <= self.value <= self.sign.high

    def __str__(self) -> str:
        return f"{self.sign}: here {self.value:.3g}"


def _least(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.min()) if known.size else math.nan


def _most(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.max()) if known.size else math.nan


def _median(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else math.nan


def _start_loss(seen: Dashboard) -> float:
    return float(seen.curves.train_loss[0]) / math.log(seen.batches.classes.shape[1])


def _early_ratio(seen: Dashboard) -> float:
    return _most(seen.curves.update_ratio[seen.curves.updates <= EARLY])


def _weights_left(seen: Dashboard) -> float:
    start, end = seen.curves.weight_norm[[0, -1]]
    return _most(np.divide(end, start, out=np.full(len(end), np.nan), where=start > 0))


def _classes_per_batch(seen: Dashboard) -> float:
    return float((seen.batches.classes > 0).sum(axis=1).mean()) if len(seen.batches.classes) else math.nan


def _input_range(seen: Dashboard) -> float:
    return float(max(-seen.inputs.low.min(), seen.inputs.high.max())) if seen.inputs else math.nan


def _third(seen: Dashboard) -> float:
    return float(seen.inputs.importance[2]) if seen.inputs and len(seen.inputs.importance) > 2 else math.nan


def _wrong_labels(seen: Dashboard) -> float:
    return seen.inputs.label_agreement[1] - seen.inputs.label_agreement[0] if seen.inputs else math.nan


def _fresh_gap(seen: Dashboard) -> float:
    best = float(seen.curves.validation_accuracy[-1])
    return best - seen.fresh.accuracy if seen.fresh else math.nan


def _mode_gap(seen: Dashboard) -> float:
    return seen.checks.train_accuracy_in_training - seen.checks.train_accuracy if seen.checks else math.nan


MEASURES = {
    measure.id: measure
    for measure in (
        Measure("start_loss", "training loss before the first update, over ln K", _start_loss),
        Measure("lowest_loss", "lowest training loss", lambda seen: _least(seen.curves.train_loss)),
        Measure("early_ratio", f"largest update over weights in the first {EARLY} updates", _early_ratio),
        Measure("largest_ratio", "largest update over weights", lambda seen: _most(seen.curves.update_ratio)),
        Measure(
            "excess",
            "gradient used over gradient of the batch alone, median",
            lambda seen: _median(seen.curves.gradient_excess),
        ),
        Measure("start_weights", "norm of the first weights", lambda seen: float(seen.curves.weight_norm[0].max())),
        Measure("weights_left", "norm of the last weights over that of the first", _weights_left),
        Measure(
            "dead_at_start", "share of dead units before the first update", lambda seen: _most(seen.curves.dead[0])
        ),
        Measure("classes_per_batch", "classes in a batch, mean of the last", _classes_per_batch),
        Measure("input_range", "largest input, whatever its sign", _input_range),
        Measure("third", "validation accuracy lost when x3 is shuffled", _third),
        Measure("wrong_labels", "labels like their neighbours', validation less training", _wrong_labels),
        Measure("lowest_output", "lowest output", lambda seen: seen.outputs.lowest if seen.outputs else math.nan),
        Measure("highest_output", "highest output", lambda seen: seen.outputs.highest if seen.outputs else math.nan),
        Measure(
            "linear_share",
            "share of the outputs that a straight line explains",
            lambda seen: seen.outputs.linear_share if seen.outputs else math.nan,
        ),
        Measure(
            "asked_twice",
            "answers that differ when asked again",
            lambda seen: seen.checks.asked_twice if seen.checks else math.nan,
        ),
        Measure(
            "in_batches",
            "answers that differ when asked a few at a time",
            lambda seen: seen.checks.in_batches if seen.checks else math.nan,
        ),
        Measure("mode_gap", "training accuracy in training mode, less the one reported", _mode_gap),
        Measure("validation", "validation accuracy", lambda seen: float(seen.curves.validation_accuracy[-1])),
        Measure("fresh_gap", "validation accuracy less that on fresh data", _fresh_gap),
    )
}
