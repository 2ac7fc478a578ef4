"""Recurrent networks: a gated cell and a plain one of as many weights on a task that asks for a long memory."""

import statistics
import time
from functools import partial

from benchmarks.report import Figure
from engine.sequences.presets import RECURRENT_PRESETS
from engine.sequences.run import SequenceRun

NOTES = (
    "Adding two of 100 numbers, presets `adding_gru` and `adding_rnn`: R² on 500 examples held back, each run for at most 60 "
    "seconds of the thread's processor time, measuring not counted.",
    "The plain RNN at a third, at one and at three times the preset's rate; its best R² at any time of a run counts.",
)
SOLVED, SECONDS = 0.95, 60.0
SEEDS = (0, 1, 2, 3, 4)
RATES = (0.0003, 0.001, 0.003)
EVERY = 25
"""Updates between two looks."""


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    seeds = SEEDS[:1] if quick else SEEDS
    gated, plain = ("adding_gru", "adding_rnn")
    of_gated = [_trained(gated, seed, 0.001) for seed in seeds]
    median = partial(_median, seeds=len(seeds))
    return [
        Figure("weights: plain RNN / GRU", _weights(plain) / _weights(gated), "", 1.02),
        Figure(median("GRU: R²"), statistics.median(best for best, _ in of_gated), "", SOLVED, at_least=True),
        Figure(median("GRU: R² 0.95 after"), statistics.median(seconds for _, seconds in of_gated), "s", SECONDS),
        *(
            Figure(
                median(f"plain RNN at rate {rate:g}: best R² in 60 s"),
                statistics.median(_trained(plain, seed, rate)[0] for seed in seeds),
                "",
                SOLVED,
            )
            for rate in (RATES[1:2] if quick else RATES)
        ),
    ]


def _median(what: str, seeds: int) -> str:
    return f"{what} (median of {seeds} seeds)" if seeds > 1 else f"{what} (one seed)"


def _weights(preset: str) -> int:
    experiment = RECURRENT_PRESETS[preset].experiment
    return sum(parameter.numel() for parameter in SequenceRun(experiment).parameters)


def _trained(preset: str, seed: int, rate: float) -> tuple[float, float]:
    """(the best R², seconds of training until it was 0.95 or, where it never was, all of them)."""
    changes = {"seed": seed, "training.optimizer.lr": rate, "training.updates": 100_000}
    run = SequenceRun(RECURRENT_PRESETS[preset].experiment.patched(changes))
    place, spent, best = run.score_names.index("validation.r2"), 0.0, float("-inf")
    while spent < SECONDS and run.ending is None and best < SOLVED:
        began = time.thread_time()
        run.advance(EVERY)
        spent += time.thread_time() - began
        best = max(best, float(run.snapshot(detail=False).scores[place]))
    return best, spent
