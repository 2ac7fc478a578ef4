"""The check with random weights (Adebayo et al. 2018): does a map hang on what the network learned?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Float32

from engine.experiment import MAX_SEED
from engine.jobs import Progress
from engine.labs.vision.course import course
from engine.labs.vision.looked import Subject, answered, array, fit, pixels, rows_of, subject
from engine.labs.vision.looked_settings import Looked
from engine.labs.vision.results.looked import Cascade
from engine.labs.vision.training import first_weights
from engine.vision.attribution.alike import rank_correlation, structural_similarity
from engine.vision.attribution.cascade import cascade, parts_from_the_top
from engine.vision.attribution.method import Method
from engine.vision.experiment import VisionExperiment
from engine.vision.network import VisionNetwork

TRAINED = "as trained"
Maps = Float32[np.ndarray, "pictures height width"]


@dataclass(frozen=True)
class Likeness:
    """How alike the maps of some pictures are to those of the trained network."""

    rank: Float[np.ndarray, " pictures"]
    signed_rank: Float[np.ndarray, " pictures"]
    ssim: Float[np.ndarray, " pictures"]
    picture: Float[np.ndarray, " pictures"]


def likeness(before: Maps, after: Maps, brightness: Maps) -> Likeness:
    """Picture by picture; of the sizes of the maps, and of the maps with their signs."""
    sizes = list(zip(np.abs(before), np.abs(after), strict=True))
    return Likeness(
        rank=np.array([rank_correlation(a, b) for a, b in sizes]),
        signed_rank=np.array([rank_correlation(a, b) for a, b in zip(before, after, strict=True)]),
        ssim=np.array([structural_similarity(a, b) for a, b in sizes]),
        picture=np.array([rank_correlation(b, x) for (_, b), x in zip(sizes, brightness, strict=True)]),
    )


def blank(methods: Sequence[Method], stages: Sequence[str], pictures: int, shape: tuple[int, ...]) -> Cascade:
    """Before anything is measured; ``shape`` is that of a picture."""
    none = np.full((len(methods), len(stages), pictures), np.nan)
    return Cascade(
        stages=tuple(stages),
        methods=tuple(method.label for method in methods),
        signed=tuple(method.is_signed for method in methods),
        rank=none,
        signed_rank=none,
        ssim=none,
        picture=none,
        accuracy=(),
        maps=np.full((len(methods), len(stages), *shape[1:]), np.nan, np.float32),
        pixels=np.zeros(shape, np.uint8),
    )


def checking(experiment: VisionExperiment, asked: Looked) -> Iterator[Progress[Cascade]]:
    """Train the network, then check its maps against those with the first weights of another seed."""
    for step in course(experiment):
        if step.result is None or not step.result.is_done:
            yield Progress(step.share / 2, said=step.said)
            continue
        other = (experiment.seed + 1) % (MAX_SEED + 1)
        fresh = first_weights(experiment, step.result.data, other)
        for found in check(subject(step.result), fresh, asked):
            yield replace(found, share=(1 + found.share) / 2)


def check(subject: Subject, fresh: VisionNetwork, asked: Looked) -> Iterator[Progress[Cascade]]:
    """Every method at every stage, the trained network first. ``fresh`` is built alike and has other, random weights.

    The answer that is explained stays the same at all stages: the trained network's.
    """
    methods = fit(subject, asked)
    part = subject.part.first(asked.pictures)
    rows = [row for row, _ in rows_of(subject, asked)] or [0]
    shown = rows[min(asked.picture, len(rows)) - 1]
    stages = [TRAINED, *(name for name, _ in parts_from_the_top(subject.network))]
    found = replace(
        blank(methods, stages, len(part), tuple(part.x.shape[1:])), pixels=pixels(subject.part.x[shown : shown + 1])
    )
    answers = _answers(subject, [*range(len(part)), shown])
    brightness = array(part.x.mean(1))
    total, done, first = len(stages) * len(methods), 0, []
    for stage, network in enumerate(_stages(subject.network, fresh)):
        asking = replace(subject, network=network)
        found = replace(found, accuracy=(*found.accuracy, _accuracy(asking)))
        for place, method in enumerate(methods):
            # A few at a time: other work comes in between.
            maps = array(method.map(asking.question([*range(len(part)), shown], answers)))
            if stage == 0:
                first.append(maps[:-1])
            found = _with(found, place, stage, likeness(first[place], maps[:-1], brightness), maps[-1])
            done += 1
            yield Progress(done / total, found, f"{stages[stage]}: {method.label}")
    yield Progress(1.0, replace(found, is_done=True))


def _stages(trained: VisionNetwork, fresh: VisionNetwork) -> Iterator[VisionNetwork]:
    yield trained
    for _, network in cascade(trained, fresh):
        yield network


def _answers(subject: Subject, rows: list[int]) -> list[int]:
    """Of each picture the trained network's class, or the first number where there are no classes."""
    if not subject.is_classifier:
        return [0] * len(rows)
    return [int(k) for k in answered(subject.network, subject.part.rows(torch.tensor(rows))).guess]


def _accuracy(subject: Subject) -> float:
    if not subject.is_classifier:
        return float("nan")
    return float(answered(subject.network, subject.part).is_right.mean())


def _with(found: Cascade, method: int, stage: int, alike: Likeness, shown: Float32[np.ndarray, "h w"]) -> Cascade:
    """With one more measurement, in copies: what was shown before stays as it was."""
    changed = {}
    for name in ("rank", "signed_rank", "ssim", "picture"):
        table = getattr(found, name).copy()
        table[method, stage] = getattr(alike, name)
        changed[name] = table
    maps = found.maps.copy()
    maps[method, stage] = shown
    return replace(found, **changed, maps=maps)
