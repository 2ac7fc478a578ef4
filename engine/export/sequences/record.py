"""What is taken home of a run on sequences."""

from dataclasses import dataclass, replace

import torch

from engine.export.network_record import NetworkRecord, NetworkStage, taken
from engine.probes import at_rest
from engine.sequences.camera import answered, loss_of
from engine.sequences.data import Sequences
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun

Stages = tuple[NetworkStage[SequenceExperiment], ...]


@dataclass(frozen=True)
class SequenceRecord(NetworkRecord[SequenceExperiment]):
    """A run on sequences at the step where it stands."""

    data: Sequences

    def with_horizons(self, stages: list[NetworkStage[SequenceExperiment]]) -> Stages:
        return tuple(replace(stage, horizon=stage.experiment.training.updates) for stage in stages)


def sequence_record(run: SequenceRun, begun: SequenceExperiment) -> SequenceRecord:
    """``run``, which began with ``begun``, as it stands. Nothing of it changes."""
    return SequenceRecord(train_loss=measured_loss(run), data=run.data, **taken(run, begun))


@torch.no_grad()
def measured_loss(run: SequenceRun) -> float:
    """The page's training loss: mean over the measured training examples, in evaluation mode."""
    with at_rest(run.network):
        return float(loss_of(*answered(run.network, run.camera.parts[0]), run.data))
