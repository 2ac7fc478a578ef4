"""What training for a section is made of: the first weights of an experiment, and its run a piece at a time."""

import time
from collections.abc import Iterator

from engine.vision.experiment import VisionExperiment
from engine.vision.images import Images
from engine.vision.network import Asked, VisionNetwork
from engine.vision.run import VisionRun

PIECE_SECONDS = 0.08
"""Other work comes in between pieces of about so long."""


def first_weights(experiment: VisionExperiment, data: Images, seed: int) -> VisionNetwork:
    """The network of an experiment at rest, with first weights of a seed."""
    head = experiment.head
    asked = Asked.of(data, head.outputs(len(data.classes)), per_pixel=head.per_pixel)
    return experiment.model.build(asked, seed).eval()


def paced(run: VisionRun) -> Iterator[float]:
    """Train ``run`` to its end, a piece at a time; says after each which share is done."""
    while run.ending is None:
        began = time.perf_counter()
        while time.perf_counter() - began < PIECE_SECONDS and run.ending is None:
            run.advance(1)
        yield run.steps / max(1, run.last_step)
