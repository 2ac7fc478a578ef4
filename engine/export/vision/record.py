"""What is taken home of a run on pictures."""

from dataclasses import dataclass

import torch

from engine.batches import Batches, moved_on
from engine.export.network_record import NetworkRecord, NetworkStage, taken
from engine.probes import at_rest
from engine.vision.experiment import VisionExperiment
from engine.vision.images import Images
from engine.vision.network import VisionNetwork
from engine.vision.run import VisionRun

Stages = tuple[NetworkStage[VisionExperiment], ...]


@dataclass(frozen=True)
class VisionRecord(NetworkRecord[VisionExperiment]):
    """A run on pictures at the step where it stands."""

    data: Images
    rows: int
    """Losses are measured on so many pictures of each part."""
    network: VisionNetwork
    """As it was built, with its first weights: what it is made of."""

    def with_horizons(self, stages: list[NetworkStage[VisionExperiment]]) -> Stages:
        labels = self.data.train.label
        first = stages[0].experiment
        batches = Batches(labels, labels, first.training.batch_size, first.seed, skip_single=first.model.needs_batches)
        found, step = [], 0
        for stage in stages:
            training = stage.experiment.training
            moved_on(batches, stage.step - step)
            step, batches.size = stage.step, max(1, min(training.batch_size, batches.rows_per_epoch))
            horizon = step + batches.steps_until(training.epochs)
            found.append(NetworkStage(step, stage.experiment, horizon, stage.patch))
        return tuple(found)


def vision_record(run: VisionRun, begun: VisionExperiment) -> VisionRecord:
    """``run``, which began with ``begun``, as it stands. Nothing of it changes."""
    network = begun.model.build(run.network.asked, begun.seed)
    return VisionRecord(
        train_loss=measured_loss(run), data=run.data, rows=run.camera.rows, network=network, **taken(run, begun)
    )


@torch.no_grad()
def measured_loss(run: VisionRun) -> float:
    """The page's training loss: mean over the measured training pictures, in evaluation mode."""
    part, targets = run.camera.parts[0], run.camera.targets[0]
    with at_rest(run.network):
        return float(run.experiment.head.loss(run.network(part.x), targets))
