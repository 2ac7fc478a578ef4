"""Sharpness over full-batch training, beside what the optimizer can bear: the edge of stability.

On a parabola of curvature s an optimizer with a fixed preconditioner is a linear recurrence; it diverges where s (of the
preconditioned parabola) is above a limit. Cohen et al. 2021 (momentum, Nesterov) and 2022 (Adam): networks train there.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.divergence import is_finite
from engine.experiment import Experiment
from engine.jobs import Progress
from engine.labs.descent.curvature import Hessian, Vector, largest, power_iteration, random_start, smallest
from engine.labs.descent.results import SharpnessResult
from engine.labs.descent.training import Beat, loss_of, updates
from engine.optimizers import SGD, Adam, Momentum, Nesterov, OptimizerChoice, RMSProp
from engine.supervised import SupervisedRun

MOMENTS = 50
"""So often along the run the eigenvalue is taken."""
ITERATIONS = 60
"""Of power iteration at the last weights."""

LIMITS: dict[type[OptimizerChoice], tuple[str, Callable[[Any], float]]] = {
    SGD: (r"\frac{2}{\eta}", lambda o: 2 / o.lr),
    Momentum: (
        r"\frac{2 (1 + \beta)}{\eta (1 - d)}",
        lambda o: 2 * (1 + o.momentum) / (o.lr * (1 - o.dampening)) if o.dampening < 1 else np.inf,
    ),
    Nesterov: (
        r"\frac{2 (1 + \beta)}{\eta (1 + 2 \beta)}",
        lambda o: 2 * (1 + o.momentum) / (o.lr * (1 + 2 * o.momentum)),
    ),
    RMSProp: (r"\frac{2 (1 + \beta)}{\eta}", lambda o: 2 * (1 + o.momentum) / o.lr),
    Adam: (r"\frac{2 + 2 \beta_1}{(1 - \beta_1) \eta}", lambda o: (2 + 2 * o.beta1) / ((1 - o.beta1) * o.lr)),
}
"""Of each optimizer: the largest stable curvature, as LaTeX and as a number."""


def limit(optimizer: OptimizerChoice) -> float:
    """The largest curvature (preconditioned, where there is a preconditioner) at which the optimizer does not diverge."""
    return float(LIMITS[type(optimizer)][1](optimizer))


def _adam(o: Adam, state: dict[str, Any]) -> Tensor:
    t = float(state["step"])
    v = state["max_exp_avg_sq"] if o.amsgrad else state["exp_avg_sq"]
    return (1 - o.beta1**t) * ((v.double() / (1 - o.beta2**t)).sqrt() + o.eps)


def _rmsprop(o: RMSProp, state: dict[str, Any]) -> Tensor:
    s = state["square_avg"].double()
    if o.centered:
        s = (s - state["grad_avg"].double() ** 2).clamp(min=0)
    return s.sqrt() + o.eps


PRECONDITIONERS: dict[type[OptimizerChoice], Callable[[Any, dict[str, Any]], Tensor]] = {
    Adam: _adam,
    RMSProp: _rmsprop,
}
"""The diagonal of P, from the averages that PyTorch's optimizer keeps of one parameter tensor."""


def root(run: SupervisedRun) -> Vector | None:
    """The diagonal of P^-1/2 at a run's present averages; None without a preconditioner, or before the first update."""
    optimizer = run.experiment.training.optimizer
    state = run.optimizer.state
    if type(optimizer) not in PRECONDITIONERS or not state:
        return None
    diagonal = PRECONDITIONERS[type(optimizer)]
    parts = [diagonal(optimizer, state[parameter]).reshape(-1) for parameter in run.parameters]
    return torch.cat(parts).clamp(min=1e-30).pow(-0.5).numpy().copy()


def trace(experiment: Experiment, steps: int) -> Iterator[Progress[SharpnessResult]]:
    """Full-batch descent, its loss at every update and its sharpness now and then; then the method at the last weights."""
    run, beat = SupervisedRun(experiment), Beat()
    optimizer = experiment.training.optimizer
    hessian = Hessian(run)
    vector = scaled = random_start(hessian.size, experiment.seed)
    moments, losses = [], [loss_of(run)]
    every = max(1, steps // MOMENTS)
    value, vector = largest(hessian.product, vector)
    moments.append((0.0, value, np.nan if type(optimizer) in PRECONDITIONERS else value))

    def so_far() -> SharpnessResult:
        at, sharpness, effective = np.array(moments).T
        counted = np.arange(len(losses), dtype=np.float64)
        preconditioned = type(optimizer) in PRECONDITIONERS
        return SharpnessResult(
            at, sharpness, effective, limit(optimizer), counted, np.array(losses), hessian.size, preconditioned
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
            if (scale := root(run)) is not None:
                effective, scaled = largest(hessian.scaled(scale), scaled)
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
