"""Localisation: one box around the one object of the picture."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.vision.boxes import generalised_iou, iou
from engine.vision.heads.head import HeadChoice
from engine.vision.images import Part

FOUND = 0.5
"""A box counts as found from this IoU on."""
BEND = 0.1
"""Below this distance smooth L1 is a parabola."""


class Localise(HeadChoice, frozen=True):
    kind: Literal["box"] = "box"
    minimises: Literal["smooth L1", "1 - IoU", "1 - GIoU"] = Field(
        "smooth L1",
        title="Loss",
        description="Of the four edges each for itself, or of how well the boxes agree. IoU is 0, and without a gradient, "
        "where they do not touch; GIoU then falls with the gap.",
    )
    label: ClassVar = "One box"
    formula: ClassVar = (
        r"\text{box} = (x - \tfrac w2,\; y - \tfrac h2,\; x + \tfrac w2,\; y + \tfrac h2), \quad x, y, w, h = \sigma(z)"
    )
    lesson: ClassVar = "Four numbers, centre and size, where a classifier has its classes: the backbone is the same."
    source: ClassVar = "Sermanet et al. 2014; Girshick 2015 (smooth L1); Rezatofighi et al. 2019 (GIoU)"
    gives: ClassVar = "numbers"
    needs: ClassVar = ("box",)
    score_names: ClassVar = ("iou", "found")

    @property
    def loss_label(self) -> str:
        return "Smooth L1" if self.minimises == "smooth L1" else self.minimises

    @property
    def loss_unit(self) -> str:
        return "of the picture's side" if self.minimises == "smooth L1" else ""

    def outputs(self, classes: int) -> int:
        return 4

    def target(self, part: Part) -> Float[Tensor, "pictures 4"]:
        assert part.truth.box is not None
        return part.truth.box

    def answer(self, outputs: Float[Tensor, "pictures 4"]) -> Float[Tensor, "pictures 4"]:
        """The boxes that outputs stand for."""
        centre, size = torch.sigmoid(outputs).split(2, dim=1)
        return torch.cat([centre - size / 2, centre + size / 2], dim=1)

    def loss(self, outputs: Float[Tensor, "pictures 4"], y: Float[Tensor, "pictures 4"]) -> Float[Tensor, ""]:
        return self._loss(self.answer(outputs), y)

    def _loss(self, boxes: Tensor, y: Tensor) -> Tensor:
        if self.minimises == "smooth L1":
            return F.smooth_l1_loss(boxes, y, beta=BEND)
        return 1 - (iou if self.minimises == "1 - IoU" else generalised_iou)(boxes, y).mean()

    def scores(self, outputs: Float[Tensor, "pictures 4"], y: Float[Tensor, "pictures 4"]) -> list[float]:
        agree = iou(self.answer(outputs), y)
        return [float(agree.mean()), float((agree >= FOUND).double().mean())]

    def explained_names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        return ("middle, across", "middle, down", "width", "height")

    def constant_loss(self, y: Float[Tensor, "pictures 4"]) -> float:
        """Of the mean box."""
        return float(self._loss(y.mean(0, keepdim=True).expand_as(y), y))

    def asked(self, y: Float[Tensor, "pictures 4"]) -> Mapping[str, np.ndarray]:
        return {"box": y.cpu().numpy()}

    def filmed(self, outputs: Float[Tensor, "pictures 4"], y: Float[Tensor, "pictures 4"]) -> Mapping[str, np.ndarray]:
        """The boxes, left, top, right, bottom, and the line around each: right and down of its five corners."""
        boxes = self.answer(outputs)
        x, down = boxes[:, [0, 2, 2, 0, 0]], boxes[:, [1, 1, 3, 3, 1]]
        return {"box": boxes.cpu().numpy(), "box_x": x.cpu().numpy(), "box_y": down.cpu().numpy()}
