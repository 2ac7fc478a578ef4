"""Runs on sequences for the doctor: ordinary ones, what makes one of them healthy, and ill ones by what ails them.

An experiment is *healthy* by a criterion on the outcome alone, set before any tuning: trained to its planned end,

1. it did not diverge,
2. its last validation loss is at most 1.25 times the lowest that any experiment of the grid reached on the same task (at any
   step), plus a tenth of the chance loss,
3. its last validation loss is at most 1.25 times its own lowest, plus a tenth of the chance loss,
4. on a task with exact answers its last validation loss is at most a quarter of the chance loss.
"""

import itertools
from collections.abc import Sequence
from typing import Any

from benchmarks.doctor_grid import near_best, picker
from engine.doctor.sequences.case import SequenceCase
from engine.sequences.experiment import SequenceExperiment

SOLVED = 0.25
"""Share of the chance loss that may be left of a task with exact answers."""

RNN = {"model.cell.kind": "rnn"}
SMALL_TRANSFORMER = {
    "model.kind": "transformer",
    "model.width": 32,
    "model.heads": 2,
    "model.feed_forward": 64,
    "model.layers": 1,
}
TASKS: tuple[dict[str, Any], ...] = (
    {"task.kind": "recall", "task.delay": 5, "task.samples": 1000},
    {"task.kind": "adding", "task.length": 8, "task.samples": 2000},
    {"task.kind": "reverse", "task.length": 4, "task.symbols": 5, "task.samples": 1000},
    {"task.kind": "copy", "task.length": 3, "task.symbols": 4, "task.samples": 1000},
    {"task.kind": "sort", "task.length": 4, "task.symbols": 5, "task.samples": 1000},
    {"task.kind": "brackets", "task.length": 6, "task.samples": 1000},
    {"task.kind": "sine", "task.length": 12, "task.samples": 1000},
    {"task.kind": "mood"},
    {"task.kind": "language", "task.context": 16},
)
MODELS: tuple[dict[str, Any], ...] = (
    {"model.cell.kind": "lstm"},
    {"model.cell.kind": "gru"},
    {"model.cell.kind": "gru", "model.units": 24, "model.layers": 2},
    {"model.cell.kind": "rnn"},
    SMALL_TRANSFORMER,
    {**SMALL_TRANSFORMER, "model.layers": 2, "model.positions": {"kind": "learned"}},
    {**SMALL_TRANSFORMER, "model.positions": {"kind": "rotary"}},
)
TRAININGS: tuple[dict[str, Any], ...] = (
    {"training.optimizer.lr": 0.003},
    {"training.optimizer.lr": 0.01},
    {"training.optimizer.lr": 0.005, "training.schedule.kind": "cosine"},
    {"training.optimizer.kind": "rmsprop", "training.optimizer.lr": 0.003},
    {"training.optimizer.lr": 0.005, "training.schedule.kind": "warm_up"},
)


def made(*parts: dict[str, Any], updates: int, seed: int) -> SequenceExperiment:
    """An experiment with all these settings; those of a kind are written after it."""
    patch = {name: value for part in parts for name, value in part.items()}
    return SequenceExperiment().patched({**patch, "training.updates": updates, "seed": seed})


def ordinary(each: int, updates: int, seed: int) -> list[SequenceExperiment]:
    """``each`` experiments on every task: networks, optimizers, schedules, each drawn by itself."""
    found = []
    for place, number in itertools.product(range(len(TASKS)), range(each)):
        pick = picker(1000 * seed + place * each + number)
        found.append(made(TASKS[place], pick(MODELS), pick(TRAININGS), updates=updates, seed=seed))
    return found


def few() -> list[SequenceExperiment]:
    """Some that are small enough for tests: short tasks, every network once or twice."""
    quick = (TASKS[0], TASKS[3], TASKS[1])
    networks = (MODELS[0], MODELS[1], MODELS[3], MODELS[4])
    paces = (TRAININGS[0], TRAININGS[1], TRAININGS[2])
    return [
        made(task, networks[(place + number) % 4], paces[number % 3], updates=300, seed=2)
        for place, task in enumerate(quick)
        for number in range(4)
    ]


def healthy(cases: Sequence[SequenceCase]) -> list[bool]:
    """Which of these finished experiments are healthy, by the criterion above."""
    well = near_best(cases, lambda case: (case.experiment.task, case.experiment.seed))
    return [
        good and (not case.facts.is_exact or case.score("validation.loss") <= SOLVED * case.scene.chance)
        for case, good in zip(cases, well, strict=True)
    ]


SMALL = {"task.samples": 400, "model.units": 16, "model.embedding": 8, "training.batch_size": 16}
FREE = {"training.clip.kind": "none"}
RECALL = {"task.kind": "recall", "task.delay": 4, "task.symbols": 4}
LONG_RECALL = {**RECALL, "task.delay": 12}
REVERSE = {"task.kind": "reverse", "task.length": 3, "task.symbols": 4}
ADDING = {"task.kind": "adding", "task.length": 8}
SGD, RMSPROP = {"training.optimizer.kind": "sgd"}, {"training.optimizer.kind": "rmsprop"}
ADAM_FAST = {"training.optimizer.lr": 0.01}


def rate(lr: float) -> dict[str, Any]:
    """A learning rate."""
    return {"training.optimizer.lr": lr}


def first(where: str, scale: float) -> dict[str, Any]:
    """First weights from N(0, scale^2)."""
    return {f"model.{where}.kind": "normal", f"model.{where}.scale": scale}


def ill(*parts: dict[str, Any], updates: int = 240) -> SequenceExperiment:
    """A small experiment with these settings; a task or network of another kind has none of the small one's knobs."""
    patch = {name: value for part in parts for name, value in part.items()}
    kept = dict(SMALL)
    if patch.get("task.kind") in ("mood", "language"):
        del kept["task.samples"]
    if patch.get("model.kind") == "transformer":
        kept = {name: value for name, value in kept.items() if not name.startswith("model.")}
    kinds = {name: value for name, value in patch.items() if name in ("task.kind", "model.kind")}
    return SequenceExperiment().patched({**kinds, **kept, **patch, "training.updates": updates, "seed": 0})


ILLS: dict[str, dict[str, SequenceExperiment]] = {
    "diverged": {
        "transformer, SGD at rate 10": ill(ADDING, SMALL_TRANSFORMER, FREE, SGD, rate(10.0)),
        "LSTM, SGD at rate 10": ill(ADDING, FREE, SGD, rate(10.0)),
    },
    "leak": {
        "text without a mask": ill(
            {"task.kind": "language", "task.context": 12}, SMALL_TRANSFORMER, {"model.causal": False}
        ),
        "reverse without a mask": ill(REVERSE, SMALL_TRANSFORMER, {"model.causal": False}, ADAM_FAST),
    },
    "padding": {
        "reviews, padding read by an RNN": ill(
            {"task.kind": "mood", "task.context": 64}, RNN, {"model.masking": False}
        ),
        "reviews, padding read by a GRU": ill(
            {"task.kind": "mood", "task.context": 64, "model.cell.kind": "gru"},
            {"model.masking": False, "model.units": 32},
            updates=160,
        ),
    },
    "exploding": {
        "LSTM from N(0, 8)": ill(LONG_RECALL, {"task.symbols": 8}, first("recurrent_initializer", 8.0), rate(0.001)),
        "RNN from N(0, 1)": ill(
            {"task.kind": "adding", "task.length": 40},
            RNN,
            SGD,
            rate(0.001),
            first("recurrent_initializer", 0.55),
            first("initializer", 0.1),
        ),
    },
    "saturated": {
        "LSTM, inputs from N(0, 10)": ill(LONG_RECALL, first("initializer", 10.0), rate(0.001)),
        "RNN from N(0, 5)": ill(
            LONG_RECALL, RNN, first("initializer", 5.0), first("recurrent_initializer", 3.0), rate(0.001)
        ),
    },
    "vanishing": {
        "RNN, small recurrent weights": ill(LONG_RECALL, RNN, first("recurrent_initializer", 0.02)),
        "LSTM, forget gate shut": ill(LONG_RECALL, {"model.cell.forget_bias": -3.0}),
        "LSTM that goes back 6 steps of 14": ill(LONG_RECALL, {"training.chunk": 6}, ADAM_FAST),
    },
    "rate_high": {
        "LSTM, Adam at rate 1": ill(
            RECALL, {"task.delay": 5, "task.symbols": 8, "model.units": 32}, rate(1.0), updates=300
        ),
        "transformer, Adam at rate 0.3": ill(REVERSE, SMALL_TRANSFORMER, rate(0.3)),
        "adding, RMSProp at rate 0.3": ill(ADDING, RMSPROP, rate(0.3)),
    },
    "rate_low": {
        "LSTM, Adam at 1e-5": ill(RECALL, rate(1e-5)),
        "transformer, SGD at 1e-4": ill(REVERSE, SMALL_TRANSFORMER, SGD, rate(1e-4)),
        "sine, SGD at 1e-4": ill({"task.kind": "sine"}, SGD, rate(1e-4)),
    },
    "overfit": {
        "few sums, a transformer": ill({"task.kind": "addition", "task.samples": 50}, SMALL_TRANSFORMER, ADAM_FAST),
        "few reviews, a large LSTM": made(
            {"task.kind": "mood", "task.examples": 60, "model.units": 96}, ADAM_FAST, updates=400, seed=0
        ),
    },
    "underfit": {
        "one unit recalls one of eight symbols": ill(
            RECALL, {"task.delay": 2, "task.symbols": 8, "model.units": 1}, ADAM_FAST
        ),
        "six layers without residuals": ill(REVERSE, SMALL_TRANSFORMER, {"model.layers": 6, "model.residual": False}),
        "one unit for brackets": ill(
            {"task.kind": "brackets", "task.length": 6, "model.units": 1, "model.embedding": 1}, RNN, ADAM_FAST
        ),
    },
}
