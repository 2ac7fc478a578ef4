"""Running the experiments of a prediction side by side, with what each came to so far."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from engine.data.prepare import Part
from engine.experiment import Experiment
from engine.jobs import Progress
from engine.probes import at_rest, gradients, saturation, traced
from engine.supervised import SupervisedRun
from quiz.criteria import SCORES, Curve, Outcome
from quiz.kinds.predict import NotMeasured, Predict

MOMENTS = 20
"""Looks at each run on its way."""


@dataclass(frozen=True)
class Race:
    """The runs of a question, as far as they are."""

    curves: tuple[Curve, ...]
    is_over: bool = False


class Lane:
    """One run, and what was seen of it."""

    def __init__(self, label: str, experiment: Experiment, wanted: str) -> None:
        self.label = label
        self.wanted = wanted
        self.run = SupervisedRun(experiment)
        self.updates: list[int] = []
        self.scores: dict[str, list[float]] = {name: [] for name in SCORES}
        self.look()

    def advance(self, goal: int) -> None:
        """Train until ``goal`` updates are done, or until the run ends, and look."""
        if self.run.ending is None and self.run.advance(goal - self.run.steps):
            self.look()

    def look(self) -> None:
        """Measure the network as it stands."""
        self.updates.append(self.run.steps)
        for name, value in scores_of(self.run, self.wanted).items():
            self.scores[name].append(value)

    def curve(self) -> Curve:
        """What is known so far. A run that diverged has no last score."""
        ended = "" if self.run.ending is None else self.run.ending.message
        has_broken = self.run.ending is not None and self.run.ending.kind == "diverged"
        updates = [*self.updates, self.updates[-1] + 1] if has_broken else self.updates
        scores = {name: np.array(values + [np.nan] * has_broken) for name, values in self.scores.items()}
        return Curve(self.label, np.array(updates), scores, ended)


@torch.no_grad()
def scores_of(run: SupervisedRun, wanted: str) -> dict[str, float]:
    """Losses and accuracies, and of the other ``SCORES`` the one that is wanted; NaN where there is none."""
    train, validation = (part_scores(run, part) for part in (run.data.train, run.data.validation))
    known = {
        "train.loss": train[0],
        "train.accuracy": train[1],
        "validation.loss": validation[0],
        "validation.accuracy": validation[1],
        "gap": validation[0] - train[0],
    }
    if wanted in PROBES:
        known[wanted] = PROBES[wanted](run)
    return {name: known.get(name, math.nan) for name in SCORES}


def part_scores(run: SupervisedRun, part: Part) -> tuple[float, float]:
    """(loss, accuracy) on all examples of a part; the accuracy of numbers is NaN."""
    with at_rest(run.model):
        outputs = run.model(part.x)
    accuracy = (run.loss.classify(outputs) == part.y).float().mean() if run.data.class_count else math.nan
    return float(run.loss.mean(outputs, part.y)), float(accuracy)


def dead_share(run: SupervisedRun) -> float:
    """Share of hidden units whose slope is exactly 0 on every training example; NaN without any."""
    with at_rest(run.model), traced(run.model) as trace:
        run.model(run.data.train.x)
    seen = zip(run.model.layers, trace.pre_activations, strict=True)
    counts = [saturation(layer.activation, z)[1] * z.shape[1] for layer, z in seen]
    return sum(counts) / sum(run.experiment.model.hidden) if counts else math.nan


def gradient_ratio(run: SupervisedRun) -> float:
    """Norm of the gradient of the first layer's weights over that of the last's; NaN where that is 0."""
    found = gradients(run.model, run.loss, run.data.train.x, run.data.train.y)
    first, last = float(found[0].norm()), float(found[-1].norm())
    return first / last if last > 0 else math.nan


def share_of_zeros(run: SupervisedRun) -> float:
    """Share of weights that are exactly 0."""
    weights = torch.cat([linear.weight.flatten() for linear in run.model.linears])
    return float((weights == 0).float().mean())


PROBES = {"gradient.ratio": gradient_ratio, "weights.zero": share_of_zeros, "dead": dead_share}


def raced(question: Predict, seed: int | None = None) -> Iterator[Progress[Race]]:
    """All runs of a question under way, in turns; the last one is over. ``seed`` stands in for the experiments' own."""
    within = question.criterion.within
    chosen = [
        each.experiment if seed is None else each.experiment.patched({"seed": seed}) for each in question.contestants
    ]
    labels = [each.label for each in question.contestants]
    lanes = [
        Lane(label, experiment, question.criterion.score) for label, experiment in zip(labels, chosen, strict=True)
    ]
    for moment in range(1, MOMENTS + 1):
        goal = max(1, round(within * moment / MOMENTS))
        for lane in lanes:
            lane.advance(goal)
        race = Race(tuple(lane.curve() for lane in lanes), is_over=moment == MOMENTS)
        yield Progress(moment / MOMENTS, race, f"update {goal} of {within}")


def outcome(question: Predict, race: Race) -> Outcome:
    """What the runs came to: the answer. Raises NotMeasured while they go on."""
    if not race.is_over:
        raise NotMeasured("the experiments are still running")
    return question.criterion.judge(race.curves)
