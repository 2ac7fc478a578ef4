"""Driving a run for a measurement: its losses, and when it is time to show what is known."""

import math
import time
from collections.abc import Iterator

import torch

from engine.data.prepare import prepare
from engine.divergence import Diverged
from engine.experiment import Experiment
from engine.labs.descent.state import Part
from engine.probes import at_rest
from engine.supervised import SupervisedRun

PIECE_SECONDS = 0.06
"""Longer work shows what is known about this often."""


class Beat:
    """Says when a piece of longer work has lasted long enough. It decides only when a result is shown, never which."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether a piece's time is over; the next piece then begins."""
        now = time.monotonic()
        if now - self._began < PIECE_SECONDS:
            return False
        self._began = now
        return True


@torch.no_grad()
def loss_of(run: SupervisedRun, part: Part = "train") -> float:
    """The mean loss over all examples of a part, in the unit of the loss; infinite where it is not finite."""
    examples = run.data.train if part == "train" else run.data.validation
    if not len(examples.x):
        return math.nan
    with at_rest(run.model):
        loss = float(run.loss.mean(run.model(examples.x), examples.y))
    return loss if math.isfinite(loss) else math.inf


def updates(run: SupervisedRun, count: int) -> Iterator[int]:
    """``count`` updates of a run, giving the number done after each; ends early where the loss is not finite."""
    try:
        for done in range(1, count + 1):
            run.step()
            yield done
    except Diverged:
        return


def loss_unit(experiment: Experiment) -> str:
    """The unit of its loss: nats, or the square of what the target is learned in."""
    return experiment.loss.unit.format(prepare(experiment.data, experiment.seed).learned_in)
