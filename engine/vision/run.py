"""``VisionRun``: a network learning to look at pictures, one mini-batch at a time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor

from engine.batches import Batches
from engine.network_run import NetworkRun
from engine.recipe import Consequence
from engine.run import Edit
from engine.vision.augment.catalog import augmented
from engine.vision.camera import VisionCamera
from engine.vision.experiment import VisionExperiment, consequence
from engine.vision.images import brightness
from engine.vision.network import Asked
from engine.vision.scene import VisionScene
from engine.vision.sources.catalog import built


class VisionRun(NetworkRun[VisionExperiment]):
    """A network learning to look at pictures. Raises engine.refusal.Refusal where these can't be had."""

    camera: VisionCamera
    scene: VisionScene
    plan: ClassVar = "All {epochs:,} planned epochs are done."

    def __init__(
        self,
        experiment: VisionExperiment,
        planned: Sequence[Edit] = (),
        device: torch.device | None = None,
    ) -> None:
        super().__init__(experiment, planned, device)
        head = experiment.head
        self.data = built(experiment.data, experiment.seed)
        asked = Asked.of(self.data, head.outputs(len(self.data.classes)), per_pixel=head.per_pixel)
        self.network = experiment.model.build(asked, experiment.seed, self.device)
        train = self.data.train.to(self.device)
        self._known = replace(train, truth=train.truth.only(*head.needs, "box"))
        self.batches = Batches(
            train.pixels,
            head.target(train),
            experiment.training.batch_size,
            experiment.seed,
            skip_single=experiment.model.needs_batches,
            labels=train.label,
        )
        self.camera = VisionCamera(self.data, experiment, self.device)
        self.scene = self.camera.scene(self.network, experiment)
        self._begin()

    def batch_loss(self) -> Tensor:
        x, y = self._drawn()
        loss = self.experiment.head.loss(self.network(x), y)
        penalty = self.experiment.training.penalty
        return loss + penalty.value(self.matrices) if penalty.in_loss else loss

    def _drawn(self) -> tuple[Tensor, Tensor]:
        """The next batch as the network learns from it, changed where the experiment says so, and what is asked of it."""
        rows, head = self.experiment.augmentation, self.experiment.head
        if not rows:
            x, y = self.batches.draw()
            return brightness(x), y
        batch = self._known.rows(self.batches.draw_rows())
        changed = augmented(rows, batch, len(self.data.classes), self.experiment.seed, self.steps)
        return changed.x, head.target(changed)

    def update(self, rate: float) -> None:
        penalty = self.experiment.training.penalty
        if penalty.before_update:
            penalty.shrink(self.matrices, rate)
        self.optimizer.step()
        if penalty.after_update:
            penalty.shrink(self.matrices, rate)

    def planned_steps(self) -> int:
        return self.steps + self.batches.steps_until(self.experiment.training.epochs)

    def _asks_for_more(self, changed: VisionExperiment) -> bool:
        return self.batches.epochs < changed.training.epochs

    def consequence(self, changed: VisionExperiment) -> Consequence:
        return consequence(self.experiment, changed)

    def dropout_rates(self) -> tuple[float, ...]:
        return self.experiment.model.dropout_rates
