"""What is taken home: a run as it stands, and the stages its settings went through."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.batches import Batches, Position, moved_on
from engine.data.prepare import Dataset, prepare
from engine.experiment import HAND, Experiment
from engine.norms import BatchNorm
from engine.probes import at_rest
from engine.run import Edit, Ending, Patch
from engine.supervised import SupervisedRun
from engine.touch import is_touch, switched_off


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
    off: tuple[str, ...]
    """Units and edges that are switched off."""
    state: Mapping[str, Tensor] = field(repr=False, compare=False)
    """The network's weights (and running statistics) by name: a copy."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The settings as they were, one after another.

        Of what was changed at the very last step only a hand's work matters: settings act on no update any more.
        """
        return stages(self.begun, [edit for edit in map(self._acting, self.edits) if edit.patch])

    def _acting(self, edit: Edit) -> Edit:
        if edit.step < self.steps:
            return edit
        by_hand = tuple((path, value) for path, value in edit.patch if is_touch(path) or path in (HAND, "data.hand"))
        return Edit(edit.step, by_hand)


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
        off=switched_off(run.model),
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


def stages(begun: Experiment, edits: list[Edit]) -> tuple[Stage, ...]:
    """Settings, horizon and place in the data after each of ``edits``. Raises ValueError where the data can't be had."""
    batches = _batches(begun)
    found = [Stage(0, begun, batches.steps_until(begun.training.epochs), batches.position)]
    for edit in edits:
        last = found[-1]
        moved_on(batches, edit.step - last.step)
        changed = last.experiment.patched(dict(edit.patch))
        if changed.data != last.experiment.data:
            position = batches.position
            batches = _batches(changed)
            batches.go_to(position)
        batches.sample_by(changed.training.sampling)
        batches.size = _size(changed, batches.rows_per_epoch)
        horizon = edit.step + batches.steps_until(changed.training.epochs)
        found.append(Stage(edit.step, changed, horizon, batches.position, edit.patch))
    return tuple(found)


def _batches(experiment: Experiment) -> Batches:
    """Batches of the training part's labels; what the inputs are does not matter here."""
    labels = prepare(experiment.data, experiment.seed).train.y
    skips, sampling = leaves_out_single_rows(experiment), experiment.training.sampling
    size = _size(experiment, sampling.length(labels))
    return Batches(labels, labels, size, experiment.seed, skip_single=skips, sampling=sampling)


def _size(experiment: Experiment, rows: int) -> int:
    chosen = experiment.training.batch_size
    return max(1, rows if chosen == "all" else min(chosen, rows))
