"""What networks answer, and what is true, as plain arrays with pictures along the first axis."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.vision.experiment import VisionExperiment
from engine.vision.heads.detect import Detect
from engine.vision.heads.segment import Segment, at_full_size
from engine.vision.heads.steering import Steer
from engine.vision.images import Part
from engine.vision.sources.drawn import HELD_BACK
from engine.vision.sources.roads import Roads

Arrays = Mapping[str, np.ndarray]
GRID = 121
"""Angles at which a density is told."""
REACH = math.radians(40)
"""From minus to plus this angle, in radians."""


def grid() -> Float[np.ndarray, " angles"]:
    """The angles at which densities are told, in radians, to the right first."""
    return np.linspace(-REACH, REACH, GRID)


def answers_of(experiment: VisionExperiment, outputs: Float[Tensor, "pictures outputs *places"]) -> Arrays:
    """What outputs stand for."""
    return ANSWERS[experiment.head.kind](experiment, outputs)


def truth_of(experiment: VisionExperiment, part: Part) -> Arrays:
    """What is true of the validation part of an experiment's pictures."""
    known = {name: value.numpy() for name, value in vars(part.truth).items() if value is not None}
    if isinstance(experiment.data, Roads):
        ways, _ = experiment.data.ways(2 * HELD_BACK, experiment.seed)
        known["ways"] = ways[HELD_BACK:].numpy()
    return {"label": part.label.numpy(), **known}


def _masks(experiment: VisionExperiment, outputs: Tensor) -> Arrays:
    assert isinstance(experiment.head, Segment)
    scores = at_full_size(outputs, experiment.data.shape[1:])
    return {"mask": scores.argmax(1).byte().numpy()}


def _box(experiment: VisionExperiment, outputs: Tensor) -> Arrays:
    return {"box": _head(experiment).answer(outputs).numpy()}


def _several(experiment: VisionExperiment, outputs: Tensor) -> Arrays:
    """Of every cell, in reading order; ``cells`` has how many there are down and across."""
    assert isinstance(experiment.head, Detect)
    found = experiment.head.answer(outputs)
    cells = np.tile(np.array(outputs.shape[2:], np.uint8), (len(outputs), 1))
    label = found.label.byte().numpy()
    return {"boxes": found.boxes.numpy(), "score": found.score.numpy(), "class": label, "cells": cells}


def _angle(experiment: VisionExperiment, outputs: Tensor) -> Arrays:
    return {"angle": _head(experiment).angle(outputs).numpy()}


def _steering(experiment: VisionExperiment, outputs: Tensor) -> Arrays:
    """``density`` per radian at ``grid``, where there is one; ``angle``: the likeliest; ``mean``: what is expected."""
    head = experiment.head
    assert isinstance(head, Steer)
    angle = head.angle(outputs).numpy()
    if head.answers == "number":
        return {"angle": angle, "mean": angle}
    mixture = head.mixture(outputs)
    at = torch.tensor(grid(), dtype=outputs.dtype).expand(len(outputs), GRID)
    return {"angle": angle, "mean": mixture.expected().numpy(), "density": mixture.log_density(at).exp().numpy()}


def _head(experiment: VisionExperiment) -> Any:
    return experiment.head


ANSWERS: dict[str, Callable[[VisionExperiment, Tensor], Arrays]] = {
    "segment": _masks,
    "box": _box,
    "detect": _several,
    "angle": _angle,
    "steering": _steering,
}
"""By the kind of head."""
