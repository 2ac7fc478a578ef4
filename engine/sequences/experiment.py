"""``SequenceExperiment``: everything that decides a run on sequences."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.choice import Frozen, set_at
from engine.clipping import Clip, ClipNorm
from engine.experiment import MAX_SEED, differences
from engine.optimizers import Adam, Optimizer
from engine.schedules import ConstantRate, Schedule
from engine.sequences.models import SequenceModel
from engine.sequences.recurrent import Recurrent
from engine.sequences.tasks.catalog import AnyTask
from engine.sequences.tasks.toy import Recall


class SequenceTraining(Frozen):
    """How the weights are moved. Any of it may change in mid-run."""

    optimizer: Optimizer = Adam(lr=0.003)
    schedule: Schedule = ConstantRate()
    batch_size: int = Field(32, ge=1, le=1000, title="Batch size", description="Sequences per update.")
    updates: int = Field(
        2000,
        ge=1,
        le=100_000,
        title="Updates",
        description="After so many the run ends; schedules plan for it.",
        json_schema_extra={"scale": "log"},
    )
    clip: Clip = ClipNorm(limit=1.0)
    chunk: int = Field(
        0,
        ge=0,
        le=400,
        title="Truncate after",
        description="Truncated back-propagation through time: the gradient goes back through at most so many steps, in chunks; "
        "0 for all. For recurrent networks that read forward.",
        json_schema_extra={"unit": "steps"},
    )
    carried: bool = Field(
        True,
        title="Carry the state over",
        description="From one chunk to the next, without its gradient; off, each chunk begins with a state of 0.",
    )


class SequenceExperiment(Frozen):
    """Task, network, training and seed: the same experiment on the same device gives the same numbers."""

    task: AnyTask = Recall()
    model: SequenceModel = Recurrent()
    training: SequenceTraining = SequenceTraining()
    seed: int = Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Seed",
        description="Decides every random draw: examples, split, first weights, batches, dropout.",
    )

    @model_validator(mode="after")
    def _parts_fit_each_other(self) -> "SequenceExperiment":
        for field, value, allowed in self._misfits():
            raise PydanticCustomError("misfit", allowed.replace("{", "{{"), {"field": field, "value": value})
        return self

    def _misfits(self) -> list[tuple[str, Any, str]]:
        """(field, value, what is allowed) of every setting that does not go with an earlier one."""
        found = [(f"model.{name}", value, allowed) for name, value, allowed in self.model.misfits(self.task.asks)]
        if self.training.schedule.needs_momentum and not self.training.optimizer.has_momentum:
            kind = self.training.schedule.kind
            found.append(("training.schedule", kind, "needs an optimizer with momentum above 0"))
        if self.training.chunk and not self.model.reads_in_parts:
            allowed = "only a recurrent network that reads forward can be cut into chunks: choose 0"
            found.append(("training.chunk", self.training.chunk, allowed))
        return found

    def patched(self, patch: Mapping[str, Any]) -> "SequenceExperiment":
        """This experiment with some dotted settings changed, checked as a whole; see ``engine.experiment.Experiment``.

        Raises pydantic.ValidationError, and ValueError for a path that leads nowhere.
        """
        tree = self.model_dump()
        for path, value in patch.items():
            set_at(tree, path, value)
        return SequenceExperiment.model_validate(tree)


def consequence(old: SequenceExperiment, new: SequenceExperiment) -> Literal["nothing", "continue", "restart"]:
    """What a change asks of a run: nothing, to go on with the same weights, or to begin anew."""
    changed = differences(old, new)
    if not changed:
        return "nothing"
    live = all(path.startswith("training.") or path == "model.dropout" for path in changed)
    return "continue" if live else "restart"
