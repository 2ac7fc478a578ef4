"""What a frame of the live page costs in bare PyTorch: its updates, and a pass over the grid of the boundary."""

import torch

from benchmarks import pairs
from benchmarks.bare_loop import beside, recipe_of
from engine.camera import GRID
from engine.entry import FRAMES_PER_SECOND
from engine.experiment import Experiment
from engine.supervised import SupervisedRun

FRAMES = 300
"""Frames timed at once."""


class BareFrame:
    """A bare loop of ``experiment``, whose boundary is looked at ``FRAMES_PER_SECOND`` times a second.

    It is less than a frame: gradients, losses, metrics, maps and the connection are left out.
    """

    def __init__(self, experiment: Experiment, steps_per_second: float) -> None:
        torch.set_num_threads(1)
        run = SupervisedRun(experiment)
        self.loop = beside(run, recipe_of(experiment))
        self.grid = torch.rand(GRID**2, run.data.input_size)
        self.steps = round(steps_per_second / FRAMES_PER_SECOND)

    def make(self) -> None:
        """One frame's worth of work."""
        self.loop.advance(self.steps)
        with torch.no_grad():
            torch.sigmoid(self.loop.model(self.grid))

    def milliseconds(self) -> float:
        """Processor time of one, as things stand: machines have slow minutes."""
        self.make()
        return pairs.seconds(lambda: [self.make() for _ in range(FRAMES)]) * 1000 / FRAMES
