"""``Experiment``: everything that decides a run. Frozen, checked when made, the same in a link, a preset and a test."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.choice import Choice, Frozen, catalog, set_at
from engine.clipping import Clip, NoClip
from engine.data.catalog import Data
from engine.data.hand import after
from engine.data.source import Handmade
from engine.data.toy import Spiral
from engine.losses import Loss, LossChoice, Matched, resolve, task_of
from engine.model import Model
from engine.norms import BatchNorm
from engine.optimizers import Adam, AdamW, Optimizer, OptimizerChoice
from engine.penalties import NO_PENALTY, NoPenalty, Penalty, PenaltyChoice, WeightDecay
from engine.recipe import Consequence, Misfit, Recipe
from engine.sampling import EachOnce, Sampling
from engine.schedules import ConstantRate, Schedule, ScheduleChoice
from engine.stopping import NeverEarly, Patience, Stopping
from engine.touch import is_touch

MAX_SEED = 2**31 - 1
HAND = "hand"
"""The path of one change by hand to the data, as ``engine.data.hand`` writes it."""


class Training(Frozen):
    """How the weights are moved. A change here, but of the loss, continues the same weights from the next step.

    Another sampling acts from the next epoch on: one that has begun ends as it was drawn.
    """

    loss: Loss = Matched()
    optimizer: Optimizer = Adam()
    schedule: Schedule = ConstantRate()
    batch_size: Annotated[int, Field(ge=1, le=100_000)] | Literal["all"] = Field(
        32, title="Batch size", description="Examples per update: from 1 to all of the training part."
    )
    epochs: int = Field(
        300,
        ge=1,
        le=100_000,
        title="Epochs",
        description="Passes over the training part after which the run ends; schedules plan for it.",
        json_schema_extra={"scale": "log"},
    )
    penalty: Penalty = NoPenalty()
    clip: Clip = NoClip()
    class_weights: Literal["none", "balanced"] = Field(
        "none",
        title="Class weights",
        description="Balanced: an example of class c weighs m / (K m_c), so a rare class counts as much as a common one.",
    )
    sampling: Sampling = EachOnce()
    stopping: Stopping = NeverEarly()
    target_loss: float = Field(
        0.0, ge=0.0, le=100.0, title="Stop at loss", description="Ends the run at this training loss; 0 for never."
    )


class Experiment(Recipe):
    """Data, model, training and seed: the same experiment on the same device gives the same numbers."""

    data: Data = Spiral()
    model: Model = Model()
    training: Training = Training()
    seed: int = Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Seed",
        description="Decides every random draw: data, split, first weights, batches, dropout.",
    )

    def misfits(self) -> list[Misfit]:
        training = self.training
        found: list[Misfit] = []
        task = task_of(self.data.class_count)
        if task not in training.loss.tasks:
            fitting = ", ".join(losses_for(self.data.class_count))
            found.append(("training.loss", training.loss.kind, f"for {task} choose one of: {fitting}"))
        found += clashes(training.optimizer, training.schedule, training.penalty)
        layers = range(1, len(self.model.hidden) + 1)
        if training.batch_size == 1 and any(isinstance(self.model.norm_of(layer), BatchNorm) for layer in layers):
            found.append(("training.batch_size", 1, "batch norm needs batches of at least 2 examples"))
        if isinstance(training.stopping, Patience) and self.data.validation_share == 0:
            found.append(("training.stopping", "patience", "early stopping needs data.validation_share above 0"))
        if training.class_weights != "none" and task == "regression":
            found.append(("training.class_weights", training.class_weights, "regression has no classes: choose none"))
        sampling = training.sampling.kind
        if sampling != "none" and task == "regression":
            found.append(("training.sampling", sampling, "regression has no classes: choose none"))
        if sampling != "none" and training.class_weights != "none":
            twice = "the classes are balanced by training.class_weights already, and a rare one would count twice over"
            found.append(("training.sampling", sampling, f"{twice}: choose one of the two"))
        return found

    @property
    def loss(self) -> LossChoice:
        """The loss that runs: the chosen one, or the one matched to the task."""
        return resolve(self.training.loss, self.data.class_count)

    def patched(self, patch: Mapping[str, Any]) -> "Experiment":
        """This experiment with some dotted settings changed, checked as a whole; see ``engine.recipe.Recipe``.

        ``hand`` is one more change by hand to the data; touches of the network (``engine.touch``) are none of an
        experiment's settings and leave it as it is.
        """
        tree = self.model_dump()
        for path, value in patch.items():
            if is_touch(path):
                continue
            if path == HAND:
                if not isinstance(self.data, Handmade):
                    raise ValueError(f"{path}: points can be placed by hand on drawn data of few columns only")
                tree["data"]["hand"] = after(tuple(tree["data"]["hand"]), str(value))
                continue
            set_at(tree, path, value)
        return Experiment.model_validate(tree)


def clashes(optimizer: OptimizerChoice, schedule: ScheduleChoice, penalty: PenaltyChoice = NO_PENALTY) -> list[Misfit]:
    """What a training can't have together with its optimizer."""
    found: list[Misfit] = []
    if schedule.needs_momentum and not optimizer.has_momentum:
        found.append(("training.schedule", schedule.kind, "needs an optimizer with momentum above 0"))
    if isinstance(penalty, WeightDecay) and isinstance(optimizer, AdamW):
        decays = "AdamW decays weights itself: set training.optimizer.weight_decay"
        found.append(("training.penalty", penalty.kind, decays))
    return found


def losses_for(class_count: int) -> list[str]:
    """The kinds of loss offered for a task with ``class_count`` classes (0: regression)."""
    rows: dict[str, type[Choice]] = catalog(Loss)
    return [kind for kind, row in rows.items() if issubclass(row, LossChoice) and task_of(class_count) in row.tasks]


def differences(old: Frozen, new: Frozen, prefix: str = "") -> dict[str, Any]:
    """Dotted settings in which ``new`` differs from ``old``; a changed kind lists every knob of the new one.

    Tuples of models that are of the same kinds in the same order are compared item by item: ``model.blocks.2.p``.
    """
    changed: dict[str, Any] = {}
    for name in type(new).model_fields:
        before, after = getattr(old, name, None), getattr(new, name)
        path = f"{prefix}{name}"
        if before == after:
            continue
        if isinstance(after, Frozen) and isinstance(before, Frozen) and type(before) is type(after):
            changed |= differences(before, after, f"{path}.")
        elif isinstance(after, Frozen):
            changed |= {f"{path}.{key}": value for key, value in after.model_dump().items()}
        elif _alike(before, after):
            for place, (one, other) in enumerate(zip(before or (), after, strict=True)):
                changed |= differences(one, other, f"{path}.{place}.")
        else:
            changed[path] = after
    return changed


def _alike(before: Any, after: Any) -> bool:
    """Whether both are tuples of the same kinds of model, which can be compared item by item."""
    if not (isinstance(before, tuple) and isinstance(after, tuple)) or not after:
        return False
    return all(isinstance(item, Frozen) for item in after) and list(map(type, before)) == list(map(type, after))


def consequence(old: Experiment, new: Experiment) -> Consequence:
    """What a change asks of a run: nothing, to go on with the same weights, or to begin anew.

    Everything under ``training`` but the loss, the dropout rate, and points by hand may change in mid-run. The loss
    stands for a whole run: two halves of one curve in different units say nothing.
    """
    changed = differences(old, new)
    if not changed:
        return "nothing"
    live = all(path.startswith("training.") or path in ("model.dropout", "data.hand") for path in changed)
    return "continue" if live and old.loss == new.loss else "restart"
