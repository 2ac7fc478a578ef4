"""Trains the networks of a view one after another, measures them after every epoch, and keeps what came of it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float, UInt8

from engine.experiment import MAX_SEED
from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.vision.heads.answers import answers_of, truth_of
from engine.labs.vision.heads.contenders import Contender
from engine.labs.vision.heads.results import Course, Known, Pictures
from engine.probes import at_rest
from engine.vision.experiment import VisionExperiment
from engine.vision.images import Part
from engine.vision.run import VisionRun
from engine.vision.sources.catalog import built

PIECE_SECONDS = 0.08
"""Other work comes in between pieces of about so long."""
KEPT_BYTES = 3e6

DONE: Kept[Course] = Kept(lambda: KEPT_BYTES)
"""Those trained to their end since the server began, by experiment and for every visitor."""


def training(chosen: Sequence[Contender], seeds: int, done: Kept[Course] = DONE) -> Iterator[Progress[Known]]:
    """Every network from the first seed, then from the next; what is known already is not trained again."""
    first = chosen[0].experiment
    known = Known(_pictures(first), tuple(one.label for one in chosen), seeds)
    total = seeds * len(chosen)
    yield Progress(0.0, known, "Drawing the pictures")
    for place in range(total):
        number, row = divmod(place, len(chosen))
        own, label = chosen[row].experiment, chosen[row].label
        own = own.patched({"seed": (own.seed + number) % (MAX_SEED + 1)})
        said = f"{label}, seed {number + 1} of {seeds}" if seeds > 1 else label
        kept = done.get(own)
        told = [(1.0, replace(kept, label=label, seed=number))] if kept is not None else _course(own, label, number)
        for share, course in told:
            if course is not None:
                known = replace(known, courses=(*known.courses[:place], course))
            yield Progress((place + share) / total, None if course is None else known, f"{said}: {share:.0%}")
        done.put(own, known.courses[place])
    yield Progress(1.0, known, "Trained")


def _course(experiment: VisionExperiment, label: str, number: int) -> Iterator[tuple[float, Course | None]]:
    """(share that is done, its course, measured after each epoch; None after other pieces of training)."""
    run = VisionRun(experiment)
    names = ("loss", *experiment.head.score_names)
    planned = experiment.training.epochs
    parameters = sum(parameter.numel() for parameter in run.parameters)
    epochs: list[float] = []
    scores: list[list[float]] = []
    pace = 1
    while True:
        found, answers = _measured(run)
        epochs.append(run.epochs)
        scores.append(found)
        ending = run.ending.message if run.ending is not None and run.ending.kind == "diverged" else ""
        unit = experiment.head.loss_unit
        at, table = np.array(epochs, np.float32), np.array(scores, np.float32)
        share = min(1.0, run.epochs / planned)
        yield share, Course(label, number, parameters, planned, at, names, table, unit, answers, ending)
        if run.ending is not None:
            return
        goal = (run.steps // run.steps_per_epoch + 1) * run.steps_per_epoch
        while run.steps < goal and run.ending is None:
            pace = _advance(run, min(pace, goal - run.steps))
            if run.steps < goal and run.ending is None:
                yield min(1.0, run.epochs / planned), None


def _advance(run: VisionRun, steps: int) -> int:
    """Train; returns how many updates the next piece may have."""
    began = time.perf_counter()
    run.advance(steps)
    each = (time.perf_counter() - began) / steps
    return max(1, min(2 * steps, round(PIECE_SECONDS / max(each, 1e-6))))


def _measured(run: VisionRun) -> tuple[list[float], dict[str, np.ndarray]]:
    """(loss and scores on the validation part, the answers to it) of the network at rest."""
    experiment, part = run.experiment, run.data.validation
    with at_rest(run.network), torch.no_grad():
        outputs = run.network(part.x.to(run.device)).cpu()
        y = experiment.head.target(part)
        scores = [float(experiment.head.loss(outputs, y)), *experiment.head.scores(outputs, y)]
        return scores, dict(answers_of(experiment, outputs))


def _pictures(experiment: VisionExperiment) -> Pictures:
    data = built(experiment.data, experiment.seed)
    return Pictures(pixels_of(data.validation), truth_of(experiment, data.validation), data.classes)


def pixels_of(part: Part) -> UInt8[np.ndarray, "pictures height width 3"]:
    """Pictures as they are shown."""
    x: Float[torch.Tensor, "pictures channels height width"] = part.x
    return (x * 255).round().byte().permute(0, 2, 3, 1).expand(-1, -1, -1, 3).numpy()
