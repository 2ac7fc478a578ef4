"""``SequenceRun``: a network learning a task on sequences, one mini-batch at a time."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from engine.batches import Batches
from engine.network_run import NetworkRun
from engine.recipe import Consequence
from engine.run import Edit
from engine.sequences.camera import SequenceCamera, asked_of, in_chunks, loss_of
from engine.sequences.experiment import SequenceExperiment, consequence
from engine.sequences.scene import SequenceScene
from engine.sequences.tasks.catalog import built


class SequenceRun(NetworkRun[SequenceExperiment]):
    """A network learning a task on sequences. Raises engine.refusal.Refusal where the task's text can't be had."""

    camera: SequenceCamera
    scene: SequenceScene
    plan: ClassVar = "All {steps:,} planned updates are done."

    def __init__(
        self,
        experiment: SequenceExperiment,
        planned: Sequence[Edit] = (),
        device: torch.device | None = None,
    ) -> None:
        super().__init__(experiment, planned, device)
        self.data = built(experiment.task, experiment.seed)
        self.network = experiment.model.build(self.data, experiment.seed, self.device)
        train = self.data.train.to(self.device)
        all_alike = torch.zeros(len(train), dtype=torch.int64)
        self.batches = Batches(train.x, train.y, experiment.training.batch_size, experiment.seed, labels=all_alike)
        self.camera = SequenceCamera(self.data, self.device)
        self.scene = self.camera.scene(self.network, experiment.task.label, experiment.model.kind)
        self._begin()

    def batch_loss(self) -> Tensor:
        x, y = self.batches.draw()
        outputs = self._read(x)
        return loss_of(outputs, asked_of(outputs, y), self.data)

    def _read(self, x: Tensor) -> Tensor:
        training = self.experiment.training
        if not training.chunk:
            return self.network(x)
        return in_chunks(self.network, x, training.chunk, carried=training.carried)

    def planned_steps(self) -> int:
        return self.experiment.training.updates

    def _asks_for_more(self, changed: SequenceExperiment) -> bool:
        return self.steps < changed.training.updates

    def consequence(self, changed: SequenceExperiment) -> Consequence:
        return consequence(self.experiment, changed)

    def dropout_rates(self) -> list[float]:
        return [getattr(self.experiment.model, "dropout", 0.0)] * len(self.network.droppers)
