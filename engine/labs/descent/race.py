"""Optimizers from the same first weights on the same batches, from several seeds: the optimizer, or the seed?"""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.experiment import MAX_SEED, Experiment
from engine.jobs import Progress
from engine.labs.descent.results import RaceResult, RaceRun, Spread
from engine.labs.descent.state import Race
from engine.labs.descent.training import Beat, loss_of, updates
from engine.optimizers import OptimizerChoice
from engine.supervised import SupervisedRun

MOMENTS = 25
TRIED = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Factors on an optimizer's own rate that tuning tries."""
LOST_AT = 100.0
"""A run counts as diverged when its training loss is this many times the first."""
TUNING_SEEDS = 2
"""Tuning tries each rate on so many seeds, none of which races."""
LOWEST_RATE, HIGHEST_RATE = 1e-6, 10.0


def race(experiment: Experiment, asked: Race) -> Iterator[Progress[RaceResult]]:
    """All optimizers from one seed, then from the next; tuned first where that is asked."""
    racers = asked.racers
    labels = tuple(racer.label for racer in racers)
    found = RaceResult(labels, tuple(racer.lr for racer in racers), asked.seeds)
    before = 0.5 if asked.tuned else 0.0
    if asked.tuned:
        for place, racer in enumerate(racers):
            yield Progress(before * place / len(racers), found, f"tuning {racer.label}")
            for tuned in _tuned(experiment, racer, asked.seeds, found, place):
                found = tuned
                yield Progress(before * (place + 0.5) / len(racers), found, f"tuning {racer.label}")
    total = asked.seeds * len(racers)
    for k in range(asked.seeds):
        seed = (experiment.seed + k) % (MAX_SEED + 1)
        for racer, rate in zip(racers, found.rates, strict=True):
            begun = Experiment.model_validate(_with(experiment, racer, rate, seed))
            for run in run_of(begun):
                share = before + (1 - before) * len(found.runs) / total
                yield Progress(share, replace(found, runs=(*found.runs, run)), f"seed {k + 1} of {asked.seeds}")
            found = replace(found, runs=(*found.runs, run))
    yield Progress(1.0, found)


def _with(experiment: Experiment, racer: OptimizerChoice, rate: float, seed: int) -> dict[str, object]:
    tree = experiment.model_dump()
    tree["training"]["optimizer"] = {**racer.model_dump(), "lr": rate}
    return {**tree, "seed": seed}


def run_of(experiment: Experiment) -> Iterator[RaceRun]:
    """One run's losses, now and then and at its end; NaN from a divergence on."""
    run, beat = SupervisedRun(experiment), Beat()
    every = max(1, run.horizon // MOMENTS)
    steps = np.array(sorted({*range(0, run.horizon, every), run.horizon}), dtype=np.float64)
    train, validation = np.full(len(steps), np.nan), np.full(len(steps), np.nan)

    first = loss_of(run)

    def measure(place: int) -> None:
        loss = loss_of(run)
        if loss <= LOST_AT * first:
            train[place], validation[place] = loss, loss_of(run, "validation")

    def so_far() -> RaceRun:
        label = experiment.training.optimizer.label
        return RaceRun(label, experiment.seed, steps, train.copy(), validation.copy())

    measure(0)
    place = 0
    for done in updates(run, run.horizon):
        if done == steps[place + 1]:
            place += 1
            measure(place)
        if beat.is_due:
            yield so_far()
    yield so_far()


def _tuned(
    experiment: Experiment, racer: OptimizerChoice, seeds: int, found: RaceResult, place: int
) -> Iterator[RaceResult]:
    """The racer's rate replaced by the best of those tried: the lowest mean of log loss on the seeds after the racing ones."""
    rates = tuple(sorted({min(max(racer.lr * factor, LOWEST_RATE), HIGHEST_RATE) for factor in TRIED}))
    scores: list[float] = []
    for rate in rates:
        score = 0.0
        for extra in range(TUNING_SEEDS):
            seed = (experiment.seed + seeds + extra) % (MAX_SEED + 1)
            last = math.nan
            for run in run_of(Experiment.model_validate(_with(experiment, racer, rate, seed))):
                last = float(run.train[-1])
                yield found
            score += math.log(max(last, 1e-300)) / TUNING_SEEDS if math.isfinite(last) else math.inf
        scores.append(math.exp(score) if math.isfinite(score) else math.inf)
    chosen = (*found.rates[:place], rates[int(np.argmin(scores))], *found.rates[place + 1 :])
    yield replace(found, rates=chosen, tuning=(*found.tuning, tuple(scores)), tried=(*found.tried, rates))


def last_losses(found: RaceResult) -> tuple[np.ndarray, bool]:
    """((optimizers, seeds) of the losses at the end, whether of the validation part): NaN where a run is missing."""
    seeds = list(dict.fromkeys(run.seed for run in found.runs))
    on_validation = any(np.isfinite(run.validation).any() for run in found.runs)
    table = np.full((len(found.optimizers), len(seeds)), np.nan)
    for run in found.runs:
        values = run.validation if on_validation else run.train
        table[found.optimizers.index(run.optimizer), seeds.index(run.seed)] = values[-1]
    return table, on_validation


def spread(losses: np.ndarray) -> Spread | None:
    """The two-way split of log10 of an (optimizers, seeds) table of losses; None below 2 of either.

    y_os = mean + optimizer_o + seed_s + rest: only seeds on which every optimizer came to its end count.
    """
    whole = np.isfinite(losses).all(axis=0)
    y = np.log10(np.maximum(losses[:, whole], 1e-300))
    if min(y.shape) < 2:
        return None
    of_optimizers, of_seeds = y.mean(axis=1), y.mean(axis=0)
    rest = y - of_optimizers[:, None] - of_seeds[None, :] + y.mean()
    freedom = (y.shape[0] - 1) * (y.shape[1] - 1)
    winners = y.argmin(axis=0)
    wins = tuple(int((winners == place).sum()) for place in range(len(y)))
    return Spread(
        float(of_optimizers.std(ddof=1)),
        float(of_seeds.std(ddof=1)),
        float(np.sqrt((rest**2).sum() / freedom)),
        wins,
        int(whole.sum()),
    )
