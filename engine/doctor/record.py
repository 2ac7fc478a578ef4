"""``Record``: what the doctor knows of any run, whatever it trains: its experiment, its film, how it ended."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float

from engine.doctor.evidence import Evidence, Form
from engine.run import Ending
from engine.scene import Surroundings
from engine.snapshot import Snapshot
from engine.words import number, percent

FIRST_STEPS, FIRST_EPOCHS = 100, 5
"""Updates, and passes over the data, before which a run is judged by nothing but a divergence."""


@dataclass(frozen=True)
class Record:
    """A run as it stands. Frames come in order of their step; those before the last change of settings are left out."""

    experiment: Any
    """As it stands now: with the settings changed in mid-run."""
    frames: tuple[Snapshot, ...]
    ending: Ending | None
    scene: Surroundings
    steps_per_epoch: int
    last_step: int
    """The step at which it ends by plan."""
    edited: bool
    """Whether settings were changed in mid-run."""

    @property
    def last(self) -> Snapshot:
        """The newest frame."""
        return self.frames[-1]

    @property
    def step(self) -> int:
        """Updates done so far."""
        return self.last.step

    @property
    def is_over(self) -> bool:
        """Whether it trains no further."""
        return self.ending is not None

    @property
    def diverged(self) -> bool:
        """Whether a number stopped being finite."""
        return self.ending is not None and self.ending.kind == "diverged"

    @property
    def settles_at(self) -> int:
        """The step from which on anything but a divergence is said of it, unless it ends earlier."""
        return max(FIRST_STEPS, FIRST_EPOCHS * self.steps_per_epoch)

    @property
    def layers(self) -> tuple[str, ...]:
        """The names that gradients and updates are measured under, from the input to the output."""
        return self.scene.layer_names

    @cached_property
    def steps(self) -> Float[np.ndarray, " frames"]:
        """The step of each frame."""
        return np.array([frame.step for frame in self.frames], float)

    def curve(self, name: str) -> Float[np.ndarray, " frames"]:
        """The named score, such as ``train.loss``, of every frame."""
        place = self.scene.score(name)
        return np.array([frame.scores[place] for frame in self.frames], float)

    def score(self, name: str) -> float:
        """The named score of the newest frame."""
        return float(self.last.scores[self.scene.score(name)])

    @property
    def highest_rate(self) -> float:
        """The highest learning rate of the film: schedules end at others."""
        return max(frame.rate for frame in self.frames)

    # --- scores -----------------------------------------------------------------------------------------------------

    @property
    def score_kind(self) -> str:
        """``accuracy``, or ``r2`` for numbers."""
        return "accuracy" if self.scene.classes else "r2"

    @property
    def score_label(self) -> str:
        """``accuracy`` or ``R²``, as a sentence says it."""
        return "accuracy" if self.scene.classes else "R²"

    @property
    def score_form(self) -> Form:
        """How such a score is written."""
        return "share" if self.scene.classes else "number"

    def as_score(self, value: float) -> str:
        """A score as a sentence says it."""
        return percent(value) if self.scene.classes else number(value)

    @property
    def held(self) -> str:
        """The part that tells how well it does on what it was not trained on."""
        return "validation"

    @property
    def held_score(self) -> float:
        """Accuracy (or R²) on the held-back part."""
        return self.score(f"{self.held}.{self.score_kind}")

    @property
    def held_loss(self) -> Evidence:
        """The loss on the held-back part: what a cure has to lower."""
        return Evidence(f"{self.held} loss", self.score(f"{self.held}.loss"), self.scene.loss_unit)

    def held_loss_beside(self, other: "Record") -> Evidence:
        """The same in a unit that does not hang on what ``other`` has set otherwise."""
        return self.held_loss

    # --- what a run is measured against -----------------------------------------------------------------------------

    @property
    def training_rows(self) -> int:
        """Examples it is trained on."""
        raise NotImplementedError

    @property
    def constant_loss(self) -> float:
        """The training loss of who gives the same answer whatever is asked."""
        raise NotImplementedError

    @property
    def falls_short(self) -> bool:
        """Whether it does worse than can be had without it. What works is not ill, however odd its gradients look."""
        raise NotImplementedError

    @property
    def shortfall_evidence(self) -> tuple[Evidence, ...]:
        """What it reaches, and what it is measured against."""
        raise NotImplementedError

    @property
    def shortfall_said(self) -> str:
        """The same as a sentence."""
        raise NotImplementedError

    def layer(self, index: int) -> str:
        """A weight matrix, counted from 0 at the input, as a sentence names it."""
        return self.layers[index]
