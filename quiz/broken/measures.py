"""Numbers that are read off a dashboard, and signs: what such a number has to be."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quiz.broken.dashboard import Dashboard, Examined

EARLY = 12
"""Updates that count as the beginning."""


@dataclass(frozen=True)
class Measure:
    """One number of a dashboard."""

    id: str
    label: str
    read: Callable[[Dashboard, Examined], float]

    def of(self, seen: Dashboard) -> float:
        """The number; NaN where the run gives none, or is not over."""
        return math.nan if seen.examined is None else self.read(seen, seen.examined)


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


def _start_loss(seen: Dashboard, _: Examined) -> float:
    return float(seen.curves.train_loss[0]) / math.log(seen.batches.classes.shape[1])


def _early_ratio(seen: Dashboard, _: Examined) -> float:
    return _most(seen.curves.update_ratio[seen.curves.updates <= EARLY])


def _weights_left(seen: Dashboard, _: Examined) -> float:
    start, end = seen.curves.weight_norm[[0, -1]]
    return _most(np.divide(end, start, out=np.full(len(end), np.nan), where=start > 0))


def _third(_: Dashboard, end: Examined) -> float:
    return float(end.inputs.importance[2]) if len(end.inputs.importance) > 2 else math.nan


def _fresh_gap(seen: Dashboard, end: Examined) -> float:
    return float(seen.curves.validation_accuracy[-1]) - end.fresh.accuracy


def _wrong_labels(_: Dashboard, end: Examined) -> float:
    train, validation = end.inputs.label_agreement
    return validation - train


def _mode_gap(_: Dashboard, end: Examined) -> float:
    return end.checks.train_accuracy_in_training - end.checks.train_accuracy


_ROWS: tuple[tuple[str, str, Callable[[Dashboard, Examined], float]], ...] = (
    ("start_loss", "training loss before the first update, over ln K", _start_loss),
    ("lowest_loss", "lowest training loss", lambda seen, _: _least(seen.curves.train_loss)),
    ("early_ratio", f"largest update over weights in the first {EARLY} updates", _early_ratio),
    ("largest_ratio", "largest update over weights", lambda seen, _: _most(seen.curves.update_ratio)),
    ("excess", "gradient used over the batch's own, median", lambda seen, _: _median(seen.curves.gradient_excess)),
    ("start_weights", "norm of the first weights", lambda seen, _: float(seen.curves.weight_norm[0].max())),
    ("weights_left", "norm of the last weights over that of the first", _weights_left),
    ("dead_at_start", "share of dead units before the first update", lambda seen, _: _most(seen.curves.dead[0])),
    ("classes_per_batch", "classes in a batch, mean of the last", lambda seen, _: seen.batches.variety),
    ("input_range", "largest input, whatever its sign", lambda _, end: end.inputs.reach),
    ("third", "validation accuracy lost when x3 is shuffled", _third),
    ("wrong_labels", "labels like their neighbours', validation less training", _wrong_labels),
    ("lowest_output", "lowest output", lambda _, end: end.outputs.lowest),
    ("highest_output", "highest output", lambda _, end: end.outputs.highest),
    ("linear_share", "share of the outputs that a straight line explains", lambda _, end: end.outputs.linear_share),
    ("asked_twice", "answers that differ when asked again", lambda _, end: end.checks.asked_twice),
    ("in_batches", "answers that differ when asked a few at a time", lambda _, end: end.checks.in_batches),
    ("mode_gap", "training accuracy in training mode, less the one reported", _mode_gap),
    ("validation", "validation accuracy", lambda seen, _: float(seen.curves.validation_accuracy[-1])),
    ("fresh_gap", "validation accuracy less that on fresh data", _fresh_gap),
)
MEASURES = {id: Measure(id, label, read) for id, label, read in _ROWS}
