"""``VisionExperiment``: everything that decides a run on pictures."""

from pydantic import Field

from engine.choice import Frozen
from engine.clipping import Clip, NoClip
from engine.experiment import MAX_SEED, clashes
from engine.optimizers import Adam, Optimizer
from engine.penalties import NoPenalty, Penalty
from engine.recipe import Consequence, Misfit, Recipe
from engine.refusal import Refusal
from engine.schedules import ConstantRate, Schedule
from engine.vision.augment.catalog import Augmentation
from engine.vision.heads.catalog import Head
from engine.vision.heads.classify import Classify
from engine.vision.model import Cnn, Stage
from engine.vision.models import VisionModel
from engine.vision.network import Asked
from engine.vision.shapes import CannotFit
from engine.vision.sources.catalog import AnySource
from engine.vision.sources.digits import Digits

MAX_WORK = 50_000_000
"""Multiply-adds of a network with one picture: more would take seconds an update."""


class VisionTraining(Frozen):
    """How the weights are moved. Any of it may change in mid-run."""

    optimizer: Optimizer = Adam(lr=0.003)
    schedule: Schedule = ConstantRate()
    batch_size: int = Field(32, ge=1, le=1000, title="Batch size", description="Pictures per update.")
    epochs: int = Field(
        20,
        ge=1,
        le=1000,
        title="Epochs",
        description="Passes over the training part after which the run ends; schedules plan for it.",
        json_schema_extra={"scale": "log"},
    )
    penalty: Penalty = NoPenalty()
    clip: Clip = NoClip()


class VisionExperiment(Recipe):
    """Pictures, network, head, training and seed: the same experiment on the same device gives the same numbers."""

    data: AnySource = Digits()
    model: VisionModel = Cnn()
    head: Head = Classify()
    augmentation: Augmentation = ()
    training: VisionTraining = VisionTraining()
    seed: int = Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Seed",
        description="Decides every random draw: pictures, split, first weights, batches, augmentation, dropout.",
    )

    def misfits(self) -> list[Misfit]:
        training = self.training
        found = [*self._misfits_of_network(), *self._misfits_of_augmentation()]
        found += clashes(training.optimizer, training.schedule, training.penalty)
        if training.batch_size == 1 and self.model.needs_batches:
            found.append(("training.batch_size", 1, "batch norm needs batches of at least 2 pictures"))
        return found

    def _misfits_of_network(self) -> list[Misfit]:
        try:
            stages = self.plan()
        except CannotFit as misfit:
            field, value = self.model.field_of(misfit), misfit.named or self.model.kind
            return [(f"model.{field}", value, str(misfit))]
        except Refusal:  # a visitor's own pictures that are not here: said where the run is made
            return []
        work = sum(stage.multiply_adds for stage in stages)
        found = self.head.misfits(self.data, stages[-1].before)
        wrong = [(f"head.{name}", value, allowed) for name, value, allowed in found]
        if work > MAX_WORK:
            most = f"at most {MAX_WORK:,} multiply-adds with one picture, and this has {work:,}"
            wrong.append(("model", self.model.kind, f"{most}: fewer channels, or a pool further up"))
        return wrong

    def _misfits_of_augmentation(self) -> list[Misfit]:
        told = [
            (f"augmentation.{place}", row.kind, row.misfit(self.head.needs))
            for place, row in enumerate(self.augmentation)
        ]
        asks = f"{self.head.label} asks for it: leave the row out, or choose another head"
        return [(field, kind, f"{why}, and the head {asks}") for field, kind, why in told if why]

    def asked(self) -> Asked:
        """What the network is made for. Raises engine.refusal.Refusal where the pictures are not here."""
        outputs = self.head.outputs(len(self.data.classes))
        return Asked(self.data.shape, outputs, self.head.per_pixel)

    def plan(self) -> tuple[Stage, ...]:
        """The stages of the network, the output last.

        Raises CannotFit at a block that can't take what comes, another engine.refusal.Refusal as ``asked``.
        """
        return self.model.plan(self.asked())


def consequence(old: VisionExperiment, new: VisionExperiment) -> Consequence:
    """What a change asks of a run: nothing, to go on with the same weights, or to begin anew.

    Everything under ``training``, the rates of dropout and the knobs of augmentation may change in mid-run.
    """
    if old == new:
        return "nothing"
    return "continue" if _what_begins(old) == _what_begins(new) else "restart"


def _what_begins(experiment: VisionExperiment) -> VisionExperiment:
    """The same with all at one value that may change in mid-run."""
    alike = {
        "model": experiment.model.without_rates(),
        "augmentation": tuple(type(row)() for row in experiment.augmentation),
        "training": VisionTraining(),
    }
    return experiment.model_copy(update=alike)
