"""Sharpness over full-batch training, beside what the optimizer can bear: the edge of stability.

Networks train there (Cohen et al. 2021 and 2022).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.divergence import is_finite
from engine.experiment import Experiment
from engine.jobs import Progress
from engine.labs.descent.bounds import BOUNDS, limit, preconditioned
from engine.labs.descent.curvature import Hessian, largest, power_iteration, random_start, smallest
from engine.labs.descent.results import SharpnessResult
from engine.labs.descent.training import Beat, loss_of, updates
from engine.supervised import SupervisedRun

MOMENTS = 50
"""So often along the run the eigenvalue is taken."""
ITERATIONS = 60
"""Of power iteration at the last weights."""


def trace(experiment: Experiment, steps: int) -> Iterator[Progress[SharpnessResult]]:
    """Full-batch descent, its loss at every update and its sharpness now and then; then the method at the last weights."""
    run, beat = SupervisedRun(experiment), Beat()
    optimizer = experiment.training.optimizer
    is_preconditioned = BOUNDS[type(optimizer)].diagonal is not None
    hessian = Hessian(run)
    vector = scaled = random_start(hessian.size, experiment.seed)
    moments, losses = [], [loss_of(run)]
    every = max(1, steps // MOMENTS)
    value, vector = largest(hessian.product, vector)
    moments.append((0.0, value, np.nan if is_preconditioned else value))

    def so_far() -> SharpnessResult:
        at, sharpness, effective = np.array(moments).T
        counted = np.arange(len(losses), dtype=np.float64)
        return SharpnessResult(
            at, sharpness, effective, limit(optimizer), counted, np.array(losses), hessian.size, is_preconditioned
        )

    yield Progress(0.0, so_far())
    for done in updates(run, steps):
        if not is_finite(run.tensors):
            break
        losses.append(loss_of(run))
        if done % every == 0 or done == steps:
            hessian = Hessian(run)
            value, vector = largest(hessian.product, vector)
            effective = value
            if is_preconditioned:
                effective, scaled = largest(preconditioned(run, hessian), scaled)
            moments.append((float(done), value, effective))
            if beat.is_due:
                yield Progress(0.9 * done / steps, so_far(), f"step {done} of {steps}")
    diverged = len(losses) <= steps or not np.isfinite(losses[-1])
    found = replace(so_far(), has_diverged=diverged)
    yield Progress(0.9, found, "power iteration")
    if not diverged:
        yield Progress(1.0, _method(found, Hessian(run), experiment.seed))


def _method(found: SharpnessResult, hessian: Hessian, seed: int) -> SharpnessResult:
    """Plain power iteration from a random direction, and the same with a shift."""
    start = random_start(hessian.size, seed)
    low = smallest(hessian.product, start)
    shift = max(0.0, -low)
    plain = power_iteration(hessian.product, start, ITERATIONS)
    shifted = power_iteration(hessian.product, start, ITERATIONS, shift)
    return replace(found, power=plain, shifted=shifted, shift=shift, smallest=low)
