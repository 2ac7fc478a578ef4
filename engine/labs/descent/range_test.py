"""The learning-rate range test (Smith 2017): one short run in which the rate grows at every step."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter1d

from engine.experiment import Experiment
from engine.jobs import Progress
from engine.labs.descent.results import RangeResult, RateTrial
from engine.labs.descent.state import RangeTest
from engine.labs.descent.training import Beat, loss_of, updates
from engine.supervised import SupervisedRun

BREAKS_AT = 4.0
"""The test ends when the loss is this many times its lowest so far."""
FIRST_AFTER = 5
"""Steps after which the first picture is drawn."""
TRIALS = 9
"""Constant rates that are tried for real."""


def range_test(experiment: Experiment, asked: RangeTest) -> Iterator[Progress[RangeResult]]:
    """Raise the rate evenly in its logarithm from ``low`` to ``high``; then train at constant rates for as many steps.

    The suggestion of a test is a rule of thumb; the runs at constant rates say what it is worth here.
    """
    run = SupervisedRun(experiment)
    planned = np.geomspace(asked.low, asked.high, asked.steps)
    losses: list[float] = []
    first, beat = loss_of(run), Beat()
    _set_rate(run, planned[0])
    for done in updates(run, asked.steps):
        losses.append(loss_of(run))
        if not losses[-1] <= BREAKS_AT * min(first, *losses):
            break
        if done < asked.steps:
            _set_rate(run, planned[done])
        if beat.is_due or done == FIRST_AFTER:
            yield Progress(0.4 * done / asked.steps, read(planned, losses, first), f"step {done} of {asked.steps}")
    found = read(planned, losses, first)
    yield Progress(0.4, found, "constant rates")
    for trial in _trials(experiment, asked):
        found = replace(found, trials=(*found.trials, trial))
        yield Progress(0.4 + 0.6 * len(found.trials) / TRIALS, found, f"constant rate {trial.rate:.3g}")


def read(planned: np.ndarray, losses: list[float], first: float) -> RangeResult:
    """What a test says so far: ``losses[k]`` is the loss after the update at rate ``planned[k]``."""
    finite = np.array([loss for loss in losses if math.isfinite(loss)])
    rates = planned[: len(finite)]
    broke = len(losses) > len(finite) or bool(len(finite) and finite[-1] > BREAKS_AT * min(first, *finite))
    at = float(planned[min(len(losses), len(planned)) - 1]) if broke else None
    if len(finite) < 3:
        return RangeResult(rates, finite, finite, first, broke=at)
    logged = gaussian_filter1d(np.log(np.maximum(finite, 1e-300)), sigma=max(1.0, len(planned) / 50), mode="nearest")
    lowest = int(np.argmin(logged))
    slopes = np.gradient(logged[: lowest + 1]) if lowest >= 1 else np.zeros(1)
    steepest = float(rates[int(np.argmin(slopes))])
    return RangeResult(rates, finite, np.exp(logged), first, float(rates[lowest]), steepest, at)


def _trials(experiment: Experiment, asked: RangeTest) -> Iterator[RateTrial]:
    for rate in np.geomspace(asked.low, asked.high, TRIALS):
        run = SupervisedRun(experiment.patched({"training.optimizer.lr": float(rate)}))
        done = sum(1 for _ in updates(run, asked.steps))
        yield RateTrial(float(rate), loss_of(run) if done == asked.steps else math.inf)


def _set_rate(run: SupervisedRun, rate: float) -> None:
    """The rate of the next update; a constant schedule leaves it alone."""
    for group in run.optimizer.param_groups:
        group["lr"] = float(rate)
