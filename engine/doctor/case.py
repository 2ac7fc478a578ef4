"""``Case``: everything the doctor knows of a run: its experiment, its film, how it ended, what its data is like."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float

from engine.doctor.evidence import Evidence, Form
from engine.doctor.facts import NEIGHBOURS, DataFacts, facts_of, held_back
from engine.experiment import Experiment
from engine.probes import at_rest
from engine.run import Ending
from engine.scene import Scene
from engine.snapshot import Detail, Snapshot
from engine.supervised import SupervisedRun
from engine.words import number, percent

SHORT = 0.05
"""Accuracy or R² that a network may lie below its nearest training examples."""
NOTHING_LEARNED = 0.95
"""Share of the loss of a constant answer that is left where hardly anything was learned."""


@dataclass(frozen=True)
class Case:
    """A run as it stands. Frames come in order of their step; those before the last change of settings are left out."""

    experiment: Experiment
    """As it stands now: with the settings changed in mid-run."""
    frames: tuple[Snapshot, ...]
    ending: Ending | None
    scene: Scene
    facts: DataFacts
    steps_per_epoch: int
    last_step: int
    """The step at which it ends by plan."""
    edited: bool
    """Whether settings were changed in mid-run."""
    balanced_loss: float
    """Loss on the held-back part with every class counting the same; the plain one for numbers."""

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
    def layers(self) -> tuple[str, ...]:
        """``hidden 1``, ..., ``output``."""
        return self.scene.layer_names

    @property
    def depth(self) -> int:
        """Hidden layers."""
        return len(self.scene.layers) - 1

    @cached_property
    def steps(self) -> Float[np.ndarray, " frames"]:
        """The step of each frame."""
        return np.array([frame.step for frame in self.frames], float)

    @cached_property
    def detailed(self) -> tuple[tuple[int, Detail], ...]:
        """(step, details) of the frames that have them."""
        return tuple((frame.step, frame.on_plane) for frame in self.frames if frame.on_plane is not None)

    @property
    def held(self) -> str:
        """The part that tells how well it does on what it was not trained on."""
        return "validation" if self.experiment.data.validation_share > 0 else "test"

    @property
    def score_kind(self) -> str:
        """``accuracy``, or ``r2`` for numbers."""
        return "accuracy" if self.scene.classes else "r2"

    def curve(self, name: str) -> Float[np.ndarray, " frames"]:
        """The named score, such as ``train.loss``, of every frame."""
        place = self.scene.score(name)
        return np.array([frame.scores[place] for frame in self.frames], float)

    def score(self, name: str) -> float:
        """The named score of the newest frame."""
        return float(self.last.scores[self.scene.score(name)])

    @property
    def unexplained(self) -> float:
        """Training loss as a share of the loss of the best constant answer: 1 where nothing was learned, 0 at best."""
        return share_of(self.score("train.loss"), self.facts.constant_loss)

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
    def held_score(self) -> float:
        """Accuracy (or R²) on the held-back part."""
        return self.score(f"{self.held}.{self.score_kind}")

    @property
    def falls_short(self) -> bool:
        """Whether it does worse than its nearest training examples would, or hardly better than a constant answer.

        What works is not ill, however odd its gradients look.
        """
        short = not self.held_score >= self.facts.neighbour_score - SHORT
        return short or not self.unexplained <= NOTHING_LEARNED

    @property
    def shortfall_evidence(self) -> tuple[Evidence, ...]:
        """What it reaches, and what needs no network."""
        return (
            Evidence(f"{self.score_label} on the {self.held} part", self.held_score, form=self.score_form),
            Evidence(
                f"the same by the {NEIGHBOURS} nearest training examples",
                self.facts.neighbour_score,
                form=self.score_form,
            ),
        )

    @property
    def shortfall_said(self) -> str:
        """The same as a sentence."""
        return (
            f"The network's {self.score_label} on the {self.held} part is {self.as_score(self.held_score)}; the {NEIGHBOURS} "
            f"nearest training examples, without any network, give {self.as_score(self.facts.neighbour_score)}."
        )

    @property
    def probed(self) -> int:
        """Training examples that gradients and activations are measured on."""
        return min(self.scene.probe_rows, self.training_rows)

    @property
    def highest_rate(self) -> float:
        """The highest learning rate of the film: schedules end at others."""
        return max(frame.rate for frame in self.frames)

    @property
    def training_rows(self) -> int:
        """Examples it is trained on."""
        return self.scene.train.total

    def layer(self, index: int) -> str:
        """``the output layer``, ``hidden layer 3``: as a sentence says it."""
        return layer_said(index, self.depth)


def share_of(value: float, whole: float) -> float:
    """``value / whole``; NaN where that is nothing."""
    return value / whole if whole > 0 else math.nan


def layer_said(index: int, depth: int) -> str:
    """A layer with weights, counted from 0, as a sentence names it."""
    return "the output layer" if index >= depth else f"hidden layer {index + 1}"


def case_of(run: SupervisedRun, film: Iterable[Snapshot]) -> Case:
    """What there is to examine of a run at rest; ``film`` must have a frame of where it stands."""
    since = run.edits[-1].step if run.edits else 0
    # Nothing of a visitor's own data outlives the run.
    facts = facts_of.__wrapped__ if run.experiment.data.is_private else facts_of
    frames = [frame for frame in film if since <= frame.step <= run.steps]
    return Case(
        experiment=run.experiment,
        frames=tuple(frames) or (run.snapshot(),),
        ending=run.ending,
        scene=run.scene,
        facts=facts(run.experiment.data, run.experiment.seed, run.loss),
        steps_per_epoch=run.steps_per_epoch,
        last_step=run.last_step,
        edited=bool(run.edits),
        balanced_loss=balanced_loss(run),
    )


@torch.no_grad()
def balanced_loss(run: SupervisedRun) -> float:
    """Loss on the held-back part with class weights n / (K n_c) of the training part; plain for numbers."""
    held = held_back(run.data)
    weights = run.data.class_weights.to(run.device) if run.data.classes else None
    with at_rest(run.model):
        return float(run.loss.mean(run.model(held.x.to(run.device)), held.y.to(run.device), weights))
