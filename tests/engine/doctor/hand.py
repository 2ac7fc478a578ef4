"""Cases made by hand: films whose numbers are chosen, so that a threshold can be met from either side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from engine.doctor.case import Case, case_of
from engine.doctor.facts import DataFacts
from engine.experiment import Experiment
from engine.run import Ending
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun

DEFAULT = Experiment()
FINISHED = Ending("finished", 1000, "All planned epochs are done.")


@cache
def _begun(experiment: Experiment) -> Case:
    run = SupervisedRun(experiment)
    return case_of(run, [run.snapshot()])


def numbers(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def hand_case(
    experiment: Experiment = DEFAULT,
    *,
    losses: Sequence[float] = (0.7, 0.7),
    held: Sequence[float] | None = None,
    score: float = 0.5,
    train_score: float | None = None,
    gradients: Sequence[float] | None = None,
    update: float = 0.01,
    details: Mapping[str, Any] | None = None,
    first_details: Mapping[str, Any] | None = None,
    rate: float = 0.01,
    step: int = 1000,
    ending: Ending | None = FINISHED,
    facts: Mapping[str, Any] | None = None,
) -> Case:
    """A run of ``experiment`` whose film says this: two classes, a constant answer costs ln 2, neighbours are all right."""
    begun = _begun(experiment)
    layers = len(begun.layers)
    held = losses if held is None else held
    frames = []
    for place, (loss, other) in enumerate(zip(losses, held, strict=True)):
        at = round(step * place / (len(losses) - 1))
        mine = first_details if place == 0 and first_details is not None else details
        frames.append(
            _frame(begun, at, loss, other, (score, train_score), gradients or [0.1] * layers, update, mine, rate)
        )
    known: DataFacts = replace(
        begun.facts, **{"constant_loss": float(np.log(2)), "neighbour_score": 1.0, **(facts or {})}
    )
    return replace(begun, frames=tuple(frames), ending=ending, facts=known, last_step=1000, steps_per_epoch=10)


def _frame(
    begun: Case,
    step: int,
    loss: float,
    held: float,
    score: tuple[float, float | None],
    gradients: Sequence[float],
    update: float,
    details: Mapping[str, Any] | None,
    rate: float,
) -> Snapshot:
    first = begun.frames[0]
    kind, reached = begun.score_kind, score[0]
    said = {"train.loss": loss, "validation.loss": held, "test.loss": held}
    said |= {f"{part}.{kind}": reached for part in ("validation", "test")}
    said[f"train.{kind}"] = reached if score[1] is None else score[1]
    scores = [said.get(name, np.nan) for name in begun.scene.score_names]
    detail = None if first.detail is None else replace(first.detail, **(details or {}))
    return replace(
        first,
        step=step,
        scores=numbers(*scores),
        gradient_norm=numbers(*gradients),
        update_ratio=numbers(*[update if step else np.nan] * len(gradients)),
        rate=rate,
        detail=detail,
    )
