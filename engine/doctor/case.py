"""``Case``: everything the doctor knows of a run of the Playground: the record of it, and what its data is like."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import torch

from engine.doctor.evidence import Evidence
from engine.doctor.facts import NEIGHBOURS, DataFacts, facts_of, held_back
from engine.doctor.record import Record
from engine.experiment import Experiment
from engine.probes import at_rest
from engine.scene import Scene
from engine.snapshot import Detail, Snapshot
from engine.supervised import SupervisedRun

SHORT = 0.05
"""Accuracy or R² that a network may lie below its nearest training examples."""
NOTHING_LEARNED = 0.95
"""Share of the loss of a constant answer that is left where hardly anything was learned."""


@dataclass(frozen=True)
class Case(Record):
    """A run of the Playground as it stands."""

    experiment: Experiment
    scene: Scene
    facts: DataFacts
    balanced_loss: float
    """Loss on the held-back part with every class counting the same; the plain one for numbers."""

    @property
    def depth(self) -> int:
        """Hidden layers."""
        return len(self.scene.layers) - 1

    @cached_property
    def detailed(self) -> tuple[tuple[int, Detail], ...]:
        """(step, details) of the frames that have them."""
        return tuple((frame.step, frame.on_plane) for frame in self.frames if frame.on_plane is not None)

    @property
    def held(self) -> str:
        return "validation" if self.experiment.data.validation_share > 0 else "test"

    def held_loss_beside(self, other: Record) -> Evidence:
        """Where scaling changes, losses of numbers are in other units; their RMSE is not."""
        if self.scene.classes or not isinstance(other, Case):
            return self.held_loss
        if self.experiment.data.scaling == other.experiment.data.scaling:
            return self.held_loss
        return Evidence(f"{self.held} RMSE", self.score(f"{self.held}.rmse"), self.scene.target_unit)

    @property
    def constant_loss(self) -> float:
        return self.facts.constant_loss

    @property
    def unexplained(self) -> float:
        """Training loss as a share of the loss of the best constant answer: 1 where nothing was learned, 0 at best."""
        return share_of(self.score("train.loss"), self.constant_loss)

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
