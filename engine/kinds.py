"""The kinds of run that pages of their own train before one's eyes: a row each, by the class of their experiments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.network_run import NetworkRun
from engine.recipe import Consequence, Recipe
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.experiment import consequence as of_sequences
from engine.sequences.run import SequenceRun
from engine.vision.experiment import VisionExperiment
from engine.vision.experiment import consequence as of_pictures
from engine.vision.run import VisionRun


@dataclass(frozen=True)
class Kind:
    """One kind of run."""

    run: type[NetworkRun[Any]]
    consequence: Callable[[Any, Any], Consequence]


KINDS: dict[type[Recipe], Kind] = {
    SequenceExperiment: Kind(SequenceRun, of_sequences),
    VisionExperiment: Kind(VisionRun, of_pictures),
}


def consequence(old: Recipe, new: Recipe) -> Consequence:
    """What a change of an experiment of any of these kinds asks of its run."""
    return KINDS[type(old)].consequence(old, new)
