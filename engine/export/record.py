"""What is taken home: a run as it stands, and the stages its settings went through."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.batches import Batches, Position
from engine.data.prepare import Dataset
from engine.experiment import Experiment
from engine.norms import BatchNorm
from engine.probes import at_rest
from engine.run import Edit, Ending, Patch
from engine.supervised import SupervisedRun


@dataclass(frozen=True)
class Stage:
    """The settings from one step on."""

    step: int
    experiment: Experiment
    horizon: int
    """The step at which the planned epochs are over: what schedules count on."""
    position: Position
    patch: Patch = ()
    """What was changed at ``step``; empty for the beginning."""


@dataclass(frozen=True)
class Record:
    """A run at the step where it stands."""

    begun: Experiment
    """Its settings at step 0."""
    edits: tuple[Edit, ...]
    """What was changed since, in order."""
    steps: int
    epochs: float
    ending: Ending | None
    train_loss: float
    """Unweighted mean loss over the whole training part, in evaluation mode."""
    data: Dataset
    device: str
    state: Mapping[str, Tensor] = field(repr=False, compare=False)
    """The network's weights (and running statistics) by name: a copy."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The settings as they were, one after another; changes at the last step act on no update and are left out."""
        return stages(self.begun, [edit for edit in self.edits if edit.step < self.steps], len(self.data.train.x))


def record(run: SupervisedRun, begun: Experiment) -> Record:
    """``run``, which began with ``begun``, as it stands. Nothing of it changes."""
    return Record(
        begun=begun,
        edits=run.edits,
        steps=run.steps,
        epochs=run.epochs,
        ending=run.ending,
        train_loss=loss_on_training_part(run),
        data=run.data,
        device=run.device.type,
        state={name: tensor.detach().cpu().clone() for name, tensor in run.model.state_dict().items()},
    )


@torch.no_grad()
def loss_on_training_part(run: SupervisedRun) -> float:
    """Unweighted mean loss over the whole training part, in evaluation mode."""
    with at_rest(run.model):
        return float(run.loss.mean(run.model(run.batches.x), run.batches.y))


def leaves_out_single_rows(experiment: Experiment) -> bool:
    """Whether a last batch of one example is left out: batch norm has no statistics of one."""
    layers = range(1, len(experiment.model.hidden) + 1)
    return any(isinstance(experiment.model.norm_of(layer), BatchNorm) for layer in layers)


def stages(begun: Experiment, edits: list[Edit], rows: int) -> tuple[Stage, ...]:
    """Settings, horizon and place in the data after each of ``edits``, for a training part of ``rows`` examples."""
    skips = leaves_out_single_rows(begun)
    blank = torch.zeros(rows)
    batches = Batches(blank, blank, _size(begun, rows), begun.seed, skip_single=skips)
    found = [Stage(0, begun, batches.steps_until(begun.training.epochs), batches.position)]
    for edit in edits:
        last = found[-1]
        _move(batches, edit.step - last.step)
        changed = last.experiment.patched(dict(edit.patch))
        batches.size = _size(changed, rows)
        horizon = edit.step + batches.steps_until(changed.training.epochs)
        found.append(Stage(edit.step, changed, horizon, batches.position, edit.patch))
    return tuple(found)


def _size(experiment: Experiment, rows: int) -> int:
    chosen = experiment.training.batch_size
    return rows if chosen == "all" else min(chosen, rows)


def _move(batches: Batches, steps: int) -> None:
    """Go ``steps`` batches on."""
    here = batches.position
    left = batches.steps_until(here.epoch + 1)
    if steps < left:
        batches.go_to(Position(here.epoch, here.used + steps * batches.size))
        return
    whole, rest = divmod(steps - left, batches.steps_per_epoch)
    batches.go_to(Position(here.epoch + 1 + whole, rest * batches.size))
