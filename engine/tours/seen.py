"""``Seen``: what the server knows of a learner's page, which decides whether a step of a tour is done."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from engine.experiment import Experiment
from engine.scene import Scene
from engine.snapshot import Detail, Snapshot


@dataclass(frozen=True)
class Seen:
    """The controls, the run on screen as far as it was filmed, and the view opened below the player."""

    now: Experiment
    """What the controls say."""
    scene: Scene | None = None
    """None while the run is being made."""
    frames: Sequence[Snapshot] = ()
    """The run's film, oldest first."""
    ended: bool = False
    """Whether the run trains no further, and its last frame is filmed."""
    ending: str = ""
    """How it ended: ``finished``, ``stopped early``, ``target reached`` or ``diverged``."""
    edited: bool = False
    """Whether settings were changed in mid-run: then its numbers are not those of one experiment."""
    view: str = ""

    @property
    def steps(self) -> int:
        """Updates done so far."""
        return self.frames[-1].step if self.frames else 0

    @property
    def detail(self) -> Detail | None:
        """The newest detailed measurements."""
        return next((frame.on_plane for frame in reversed(self.frames) if frame.on_plane), None)

    def score(self, name: str) -> float:
        """``train.loss`` and the like, at the newest frame; NaN where there is none such."""
        return self._scores(name)[-1]

    def first(self, name: str) -> float:
        """The same before the first update."""
        return self._scores(name)[0]

    def lowest(self, name: str) -> tuple[float, int]:
        """(the lowest value of a score over the film, the step it was filmed at)."""
        scores = self._scores(name)
        place = int(np.nanargmin(scores)) if np.isfinite(scores).any() else 0
        return scores[place], self.frames[place].step if self.frames else 0

    def rises(self, name: str) -> float:
        """Share of frames whose score is above the one before; NaN with fewer than two."""
        scores = self._scores(name)
        changes = [after > before for before, after in pairwise(scores)]
        return sum(changes) / len(changes) if changes else math.nan

    def _scores(self, name: str) -> list[float]:
        if self.scene is None or not self.frames or name not in self.scene.score_names:
            return [math.nan]
        place = self.scene.score(name)
        return [float(frame.scores[place]) for frame in self.frames]

    @property
    def dead(self) -> float:
        """Share of hidden units, of all layers, with slope 0 on every probe example; NaN without hidden layers."""
        detail, widths = self.detail, self.now.model.hidden
        if detail is None or not widths or len(detail.dead) != len(widths):
            return math.nan
        return float(np.average(detail.dead.astype(float), weights=widths))

    @property
    def first_gradient(self) -> float:
        """Norm of the gradient over the weights of all layers before the first update; NaN without a film."""
        return float(np.linalg.norm(self.frames[0].gradient_norm.astype(float))) if self.frames else math.nan

    @property
    def gradient_ratio(self) -> float:
        """Norm of the gradient at the first layer over that at the output layer, now; NaN where there is none."""
        if not self.frames:
            return math.nan
        norms = self.frames[-1].gradient_norm
        return float(norms[0]) / float(norms[-1]) if float(norms[-1]) else math.nan

    @property
    def commonest(self) -> float:
        """Share of the commonest class in the test part: what is right by always answering it. NaN for regression."""
        if self.scene is None or not self.scene.classes or not len(self.scene.test.label):
            return math.nan
        return float(np.bincount(self.scene.test.label.astype(int)).max() / len(self.scene.test.label))

    @property
    def parameters(self) -> float:
        """Weights and biases of a plain network of the present sizes; norms not counted."""
        if self.scene is None:
            return math.nan
        sizes = [len(self.scene.inputs) + self.scene.more_inputs, *(layer.units for layer in self.scene.layers)]
        weights = sum(a * b for a, b in pairwise(sizes))
        return float(weights + sum(sizes[1:]) * self.now.model.bias)


def setting(experiment: Experiment, path: str) -> Any:
    """The value of a dotted setting; None where the chosen row has none such."""
    node: Any = experiment
    for name in path.split("."):
        node = getattr(node, name, None)
    return node
