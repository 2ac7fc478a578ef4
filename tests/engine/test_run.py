"""The protocol: whatever has an objective and a step mounts in the same pool, film and packing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.experiment import Experiment
from engine.packing import pack
from engine.pool import RunPool
from engine.run import Ending, Run
from engine.scene import Scene
from engine.settings import Settings
from engine.snapshot import Snapshot, freeze
from engine.supervised import SupervisedRun


@dataclass(frozen=True)
class Place:
    """Where a ball lies."""

    step: int
    x: float
    nbytes: int = 16


class Ball:
    """Another kind of run: gradient descent on x², with nothing of a network."""

    def __init__(self) -> None:
        self.x, self.steps, self.last_step, self.steps_per_epoch, self.epochs = 1.0, 0, 50, 1, 0.0
        self.ending: Ending | None = None
        self.edits: tuple[Any, ...] = ()
        self.planned: tuple[Any, ...] = ()
        self.unfit = ""
        self.score_names = ("train.loss",)
        self._model = SupervisedRun(Experiment())
        self.scene: Scene = replace(self._model.scene, score_names=self.score_names)
        self._frame = self._model.snapshot()

    def advance(self, steps: int) -> int:
        steps = min(steps, self.last_step - self.steps)
        for _ in range(steps):
            self.x -= 0.1 * 2 * self.x
            self.steps += 1
        if self.steps == self.last_step:
            self.ending = Ending("finished", self.steps, "done")
        return steps

    def apply(self, patch: Mapping[str, Any]) -> None:
        self.x = float(patch["x"])

    def snapshot(self, detail: bool = True) -> Snapshot:
        scores = freeze(np.array([self.x**2], np.float32))
        return replace(self._frame, step=self.steps, scores=scores, detail=self._frame.detail if detail else None)

    def checkpoint(self) -> Place:
        return Place(self.steps, self.x)

    def restore(self, checkpoint: Any) -> None:
        self.steps, self.x = checkpoint.step, checkpoint.x


def test_every_kind_of_run_fulfils_the_protocol() -> None:
    assert isinstance(SupervisedRun(Experiment()), Run)
    assert isinstance(Ball(), Run)


def test_another_kind_of_run_trains_in_the_same_pool_and_is_filmed() -> None:
    pool = RunPool(Settings(workers=1))
    try:
        entry = pool.open(Ball, play=True)
        for _ in range(200):
            if entry.status == "finished":
                break
            entry.wait(entry.version, 0.1)
        assert entry.status == "finished"
        assert entry.film.last.step == 50
        assert entry.film.last.scores[0] < 1e-8
        assert all(pack(frame) for frame in entry.film)
    finally:
        pool.close()
