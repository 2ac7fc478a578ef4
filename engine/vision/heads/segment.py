"""Segmentation: the class of every pixel."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int, Integer, UInt8
from pydantic import Field
from torch import Tensor

from engine.vision.heads.head import HeadChoice
from engine.vision.images import Part


class Segment(HeadChoice, frozen=True):
    kind: Literal["segment"] = "segment"
    dice: float = Field(
        0.0,
        ge=0.0,
        le=4.0,
        title="Weight of Dice",
        description="Added to the cross-entropy: 1 - the overlap of each class; a small class weighs as much as a large one.",
        json_schema_extra={"step": 0.25},
    )
    label: ClassVar = "Class of every pixel"
    formula: ClassVar = (
        r"L = -\frac1N \sum_{\text{pixels}} \ln p_{y} "
        r"+ \lambda \Big(1 - \frac1C \sum_c \frac{2 \sum p_c t_c}{\sum p_c + \sum t_c}\Big)"
    )
    lesson: ClassVar = (
        "Background is a class, too, and the largest: accuracy is high where nothing was found, and IoU is not."
    )
    source: ClassVar = "Long et al. 2015; Milletari et al. 2016 (Dice)"
    needs: ClassVar = ("mask",)
    per_pixel: ClassVar = True
    gives: ClassVar = "maps"
    loss_unit: ClassVar = "nats"
    score_names: ClassVar = ("mean_iou", "pixel_accuracy")

    @property
    def loss_label(self) -> str:
        return "Cross-entropy + Dice" if self.dice else "Cross-entropy"

    def outputs(self, classes: int) -> int:
        return classes + 1

    def explained(self, outputs: Float[Tensor, "pictures classes high wide"]) -> Float[Tensor, "pictures classes"]:
        """Of each class the sum of its scores over the pixels that are given to it."""
        won = F.one_hot(outputs.argmax(1), outputs.shape[1]).movedim(-1, 1)
        return (outputs * won).sum((2, 3))

    def explained_names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        return ("background", *classes)

    def target(self, part: Part) -> UInt8[Tensor, "pictures height width"]:
        assert part.truth.mask is not None
        return part.truth.mask

    def loss(
        self, outputs: Float[Tensor, "pictures classes high wide"], y: Integer[Tensor, "pictures height width"]
    ) -> Float[Tensor, ""]:
        outputs = at_full_size(outputs, y.shape[1:])
        y = y.long()
        loss = F.cross_entropy(outputs, y)
        return loss + self.dice * dice_loss(outputs, y) if self.dice else loss

    def scores(
        self, outputs: Float[Tensor, "pictures classes high wide"], y: Integer[Tensor, "pictures height width"]
    ) -> list[float]:
        answers = at_full_size(outputs, y.shape[1:]).argmax(1)
        counts = confusion(answers, y.long(), outputs.shape[1])
        each = class_iou(counts)
        return [float(each[~each.isnan()].mean()), float(counts.diagonal().sum().double() / counts.sum())]

    def constant_loss(self, y: Integer[Tensor, "pictures height width"]) -> float:
        """Of who knows how often each class occurs; with Dice not known."""
        share = torch.bincount(y.flatten()).double() / y.numel()
        share = share[share > 0]
        return float("nan") if self.dice else float(-(share * share.log()).sum())

    def asked(self, y: Integer[Tensor, "pictures height width"]) -> Mapping[str, np.ndarray]:
        return {"mask": beside(y)}

    def filmed(
        self, outputs: Float[Tensor, "pictures classes high wide"], y: Integer[Tensor, "pictures height width"]
    ) -> Mapping[str, np.ndarray]:
        """The masks side by side."""
        return {"mask": beside(at_full_size(outputs, y.shape[1:]).argmax(1))}


def beside(masks: Integer[Tensor, "pictures height width"]) -> UInt8[np.ndarray, "height all"]:
    """Masks as one wide one."""
    return masks.byte().permute(1, 0, 2).flatten(1).cpu().numpy()


def at_full_size(
    outputs: Float[Tensor, "pictures classes high wide"], size: Sequence[int]
) -> Float[Tensor, "pictures classes height width"]:
    """Scores of every pixel of a picture of this height and width: those of a coarser map are stretched, bilinearly."""
    if outputs.shape[2:] == torch.Size(size):
        return outputs
    return F.interpolate(outputs, tuple(size), mode="bilinear", align_corners=False)


def dice_loss(
    outputs: Float[Tensor, "pictures classes high wide"], y: Int[Tensor, "pictures height width"]
) -> Float[Tensor, ""]:
    """1 less the mean over the classes of 2 sum(p t) / (sum(p) + sum(t)), sums over all pixels of the batch."""
    p = outputs.softmax(1)
    t = F.one_hot(y, outputs.shape[1]).movedim(-1, 1).to(p)
    both, either = (p * t).sum((0, 2, 3)), (p + t).sum((0, 2, 3))
    return 1 - (2 * both / either.clamp(min=1e-6)).mean()


def confusion(
    answers: Int[Tensor, "*pixels"], y: Int[Tensor, "*pixels"], classes: int
) -> Int[Tensor, "classes classes"]:
    """How many pixels of each class (rows) were taken for each class (columns)."""
    return torch.bincount((y * classes + answers).flatten(), minlength=classes**2).reshape(classes, classes)


def class_iou(counts: Int[Tensor, "classes classes"]) -> Float[Tensor, " classes"]:
    """IoU of each class from a confusion matrix: right / (right + missed + wrongly taken for it); NaN where it is nowhere."""
    right = counts.diagonal().double()
    return right / (counts.sum(0) + counts.sum(1) - right)
