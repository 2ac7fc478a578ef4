"""The head that names what a picture shows."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.vision.heads.head import HeadChoice, Outputs, Targets
from engine.vision.images import Part


class Classify(HeadChoice, frozen=True):
    kind: Literal["classify"] = "classify"
    smoothing: float = Field(
        0.0,
        ge=0.0,
        le=0.5,
        title="Label smoothing",
        description="Share of each target that is spread over all classes alike.",
        json_schema_extra={"step": 0.05},
    )
    label: ClassVar = "Class of the picture"
    formula: ClassVar = (
        r"-\frac{1}{m} \sum_i \sum_c q_{ic} \ln p_{ic}, \quad q_{ic} = (1 - \alpha) [c = y_i] + \frac{\alpha}{K}"
    )
    lesson: ClassVar = "One score a class; softmax makes them probabilities."
    source: ClassVar = "Bridle 1990; label smoothing: Szegedy et al. 2016"
    loss_label: ClassVar = "Cross-entropy"
    loss_unit: ClassVar = "nats"
    score_names: ClassVar = ("accuracy",)

    def outputs(self, classes: int) -> int:
        return classes

    def target(self, part: Part) -> Targets:
        return part.label if part.truth.shares is None else part.truth.shares

    def loss(self, outputs: Outputs, y: Targets) -> Float[Tensor, ""]:
        """``y`` is the class of each picture, or the share of each class in it, (pictures, classes), where these are mixed."""
        return F.cross_entropy(outputs, y, label_smoothing=self.smoothing)

    def scores(self, outputs: Outputs, y: Targets) -> list[float]:
        return [float((outputs.argmax(1) == y).float().mean())]

    def constant_loss(self, y: Targets) -> float:
        """Entropy of how often each class occurs, smoothed as the targets are."""
        counts = torch.bincount(y).double()
        share = (1 - self.smoothing) * counts / counts.sum() + self.smoothing / len(counts)
        return float(-(share * share.log())[share > 0].sum())

    def explained_names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        return classes

    def filmed(self, outputs: Outputs, y: Targets) -> Mapping[str, np.ndarray]:
        """How sure the network is of each class, 255 for certain."""
        return {"probability": outputs.softmax(1).mul(255).round().byte().cpu().numpy()}
