"""Every schedule on the same run: same first weights, same batches, same base rate."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from engine.experiment import Experiment
from engine.jobs import Progress
from engine.labs.descent.results import ScheduleResult, ScheduleRun
from engine.labs.descent.training import Beat, loss_of, updates
from engine.schedules import (
    ConstantRate,
    Cosine,
    Exponential,
    OneCycle,
    ScheduleChoice,
    StepDecay,
    WarmUp,
)
from engine.supervised import SupervisedRun

MOMENTS = 60
"""So often along a run the loss of the whole training part is measured."""
LEFT_AT_END = 0.01
"""Share of the rate at which the exponential schedule ends."""
FITTED: dict[type[ScheduleChoice], Callable[[int], ScheduleChoice]] = {
    ConstantRate: lambda horizon: ConstantRate(),
    StepDecay: lambda horizon: StepDecay(every=max(1, horizon // 3), gamma=0.3),
    Exponential: lambda horizon: Exponential(gamma=max(0.9, LEFT_AT_END ** (1 / max(1, horizon)))),
    Cosine: lambda horizon: Cosine(),
    WarmUp: lambda horizon: WarmUp(steps=max(1, horizon // 10)),
    OneCycle: lambda horizon: OneCycle(),
}
"""Each schedule with knobs that suit a run of so many updates."""


def compare(experiment: Experiment) -> Iterator[Progress[ScheduleResult]]:
    """Train under the experiment's own schedule first, then under every other one, fitted to the run's length."""
    horizon = SupervisedRun(experiment).horizon
    chosen = experiment.training.schedule
    offered: list[ScheduleChoice] = [chosen]
    left_out: list[str] = []
    for row in FITTED:
        fits = not row.needs_momentum or experiment.training.optimizer.has_momentum
        if fits and type(chosen) is not row:
            offered.append(FITTED[row](horizon))
        elif not fits:
            left_out.append(f"{row.label} needs an optimizer with momentum")
    found = ScheduleResult(horizon, (), "; ".join(left_out))
    for place, schedule in enumerate(offered):
        for run in _run(_under(experiment, schedule), horizon, is_chosen=schedule is chosen):
            share = (place + len(run.rates) / horizon) / len(offered)
            yield Progress(share, replace(found, runs=(*found.runs, run)), schedule.label)
        found = replace(found, runs=(*found.runs, run))
    yield Progress(1.0, found)


def _under(experiment: Experiment, schedule: ScheduleChoice) -> Experiment:
    training = experiment.training.model_copy(update={"schedule": schedule})
    return Experiment.model_validate({**experiment.model_dump(), "training": training.model_dump()})


def _run(experiment: Experiment, horizon: int, *, is_chosen: bool) -> Iterator[ScheduleRun]:
    """The run so far, now and then, and at its end."""
    run, beat = SupervisedRun(experiment), Beat()
    every = max(1, horizon // MOMENTS)
    rates: list[float] = []
    momenta: list[float] = []
    steps, losses = [0.0], [loss_of(run)]
    label = experiment.training.schedule.label

    def so_far() -> ScheduleRun:
        return ScheduleRun(label, is_chosen, np.array(rates), np.array(momenta), np.array(steps), np.array(losses))

    for done in updates(run, horizon):
        group = run.optimizer.param_groups[0]
        rates.append(float(group["lr"]))
        momentum = experiment.training.optimizer.momentum_in(group)
        momenta.append(math.nan if momentum is None else momentum)
        if done % every == 0 or done == horizon:
            steps.append(float(done))
            losses.append(loss_of(run))
            if beat.is_due:
                yield so_far()
    diverged = len(rates) < horizon or not math.isfinite(losses[-1])
    yield replace(so_far(), validation=loss_of(run, "validation"), is_done=True, has_diverged=diverged)
