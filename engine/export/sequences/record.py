"""What is taken home of a run on sequences: the run as it stands, and the stages its settings went through."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.probes import at_rest
from engine.run import Edit, Ending, Patch
from engine.sequences.camera import answered, loss_of
from engine.sequences.data import Sequences
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun


@dataclass(frozen=True)
class SequenceStage:
    """The settings from one step on."""

    step: int
    experiment: SequenceExperiment
    patch: Patch = ()
    """What was changed at ``step``; empty for the beginning."""

    @property
    def horizon(self) -> int:
        """The step at which the planned updates are done: what schedules count on."""
        return self.experiment.training.updates


@dataclass(frozen=True)
class SequenceRecord:
    """A run on sequences at the step where it stands."""

    begun: SequenceExperiment
    """Its settings at step 0."""
    edits: tuple[Edit, ...]
    """What was changed since, in order."""
    steps: int
    epochs: float
    ending: Ending | None
    train_loss: float
    """Mean loss over the measured training examples, in evaluation mode."""
    data: Sequences
    device: str
    tied: Mapping[str, str]
    """Names of weights that are the same as those of another name, which alone are in ``state``."""
    state: Mapping[str, Tensor] = field(repr=False, compare=False)
    """The network's weights by name: a copy."""

    @property
    def stages(self) -> tuple[SequenceStage, ...]:
        """The settings as they were, one after another; of the last step's changes none acts on an update any more."""
        found = [SequenceStage(0, self.begun)]
        for edit in self.edits:
            if edit.step < self.steps:
                changed = found[-1].experiment.patched(dict(edit.patch))
                found.append(SequenceStage(edit.step, changed, edit.patch))
        return tuple(found)


def sequence_record(run: SequenceRun, begun: SequenceExperiment) -> SequenceRecord:
    """``run``, which began with ``begun``, as it stands. Nothing of it changes."""
    state, tied = _once(run.network.state_dict())
    return SequenceRecord(
        begun=begun,
        edits=run.edits,
        steps=run.steps,
        epochs=run.epochs,
        ending=run.ending,
        train_loss=measured_loss(run),
        data=run.data,
        device=run.device.type,
        tied=tied,
        state={name: tensor.detach().cpu().clone() for name, tensor in state.items()},
    )


@torch.no_grad()
def measured_loss(run: SequenceRun) -> float:
    """The page's training loss: mean over the measured training examples, in evaluation mode."""
    with at_rest(run.network):
        return float(loss_of(*answered(run.network, run.camera.parts[0]), run.data))


def _once(state: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, str]]:
    """(each tensor under the first of its names, the other names of these)."""
    first: dict[int, str] = {}
    kept: dict[str, Tensor] = {}
    tied: dict[str, str] = {}
    for name, tensor in state.items():
        known = first.setdefault(tensor.data_ptr(), name) if tensor.numel() else name
        if known == name:
            kept[name] = tensor
        else:
            tied[name] = known
    return kept, tied
