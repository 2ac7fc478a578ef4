"""``SequenceExperiment``: everything that decides a run on sequences."""

from pydantic import Field

from engine.choice import Frozen
from engine.clipping import Clip, ClipNorm
from engine.experiment import MAX_SEED, clashes, differences
from engine.optimizers import Adam, Optimizer
from engine.recipe import Consequence, Misfit, Recipe
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


class SequenceExperiment(Recipe):
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

    def misfits(self) -> list[Misfit]:
        found: list[Misfit] = [
            (f"model.{name}", value, allowed) for name, value, allowed in self.model.misfits(self.task.asks)
        ]
        found += clashes(self.training.optimizer, self.training.schedule)
        if self.training.chunk and not self.model.reads_in_parts:
            allowed = "only a recurrent network that reads forward can be cut into chunks: choose 0"
            found.append(("training.chunk", self.training.chunk, allowed))
        return found


def consequence(old: SequenceExperiment, new: SequenceExperiment) -> Consequence:
    """What a change asks of a run: nothing, to go on with the same weights, or to begin anew."""
    changed = differences(old, new)
    if not changed:
        return "nothing"
    live = all(path.startswith("training.") or path == "model.dropout" for path in changed)
    return "continue" if live else "restart"
