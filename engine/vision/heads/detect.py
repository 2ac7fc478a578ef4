"""Detection of several objects: every place of the last map says whether an object is there, its box and its class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor

from engine.vision.boxes import area, average_precision, found_right, iou, suppressed
from engine.vision.heads.head import HeadChoice
from engine.vision.images import NO_OBJECT, Part
from engine.vision.shapes import Shape
from engine.vision.sources.source import Source

CENTRAL = 0.5
"""Cells whose middle is within this share of a box's width and height learn to answer for it."""
LEAST_SCORE, OVERLAP = 0.05, 0.5
"""Scores are measured on boxes of at least this score, after non-maximum suppression at this overlap."""
MOST_CELLS = 256
"""The last map has at most so many places."""
FILMED, FILMED_SCORE = 8, 0.3
"""So many boxes of a picture are filmed, of those left at this least score."""
FARTHEST = 6.0
"""Largest exponent of a distance from a cell's middle to an edge, in cells: no box grows without bound."""


@dataclass(frozen=True)
class Detections:
    """What every cell answers, cells in reading order."""

    boxes: Float[Tensor, "pictures cells 4"]
    score: Float[Tensor, "pictures cells"]
    """Probability that there is an object, times that of its class."""
    label: Int[Tensor, "pictures cells"]


class Detect(HeadChoice, frozen=True):
    kind: Literal["detect"] = "detect"
    box_weight: float = Field(
        2.0,
        ge=0.1,
        le=10.0,
        title="Weight of the boxes",
        description="Of their loss, 1 - IoU, beside those of objectness and class.",
        json_schema_extra={"step": 0.1},
    )
    label: ClassVar = "Several boxes"
    formula: ClassVar = (
        r"L = \frac{1}{P} \Big( \sum_{\text{cells}} \mathrm{BCE}(o) "
        r"+ \sum_{\text{of an object}} \big( \mathrm{CE}(c) + \lambda\,(1 - \mathrm{IoU}) \big) \Big)"
    )
    lesson: ClassVar = (
        "No anchor boxes: each cell of the last map says how far it is from its middle to the four edges, exp(z) cells."
    )
    source: ClassVar = "after Redmon et al. 2016 (cells) and Tian et al. 2019 (distances to the edges)"
    needs: ClassVar = ("objects",)
    per_pixel: ClassVar = True
    gives: ClassVar = "maps"
    loss_label: ClassVar = "Objectness + class + box"
    loss_unit: ClassVar = "nats and 1 - IoU"
    score_names: ClassVar = ("map_50", "recall")

    def outputs(self, classes: int) -> int:
        return 5 + classes

    def misfits(self, source: Source, last: Shape) -> list[tuple[str, Any, str]]:
        found = super().misfits(source, last)
        high, wide = last[1:]
        if high * wide > MOST_CELLS:
            most = f"each of the {high}x{wide} places of the last map would answer, and at most {MOST_CELLS} can"
            found.append(("kind", self.kind, f"{most}: pool before, or choose another network"))
        return found

    def target(self, part: Part) -> Float[Tensor, "pictures most 5"]:
        assert part.truth.objects is not None
        return part.truth.objects

    def loss(
        self, outputs: Float[Tensor, "pictures outputs high wide"], y: Float[Tensor, "pictures most 5"]
    ) -> Float[Tensor, ""]:
        told = outputs.flatten(2).transpose(1, 2)
        mine = responsible(y, *outputs.shape[2:])
        has_object = mine >= 0
        count = has_object.sum().clamp(min=1)
        objectness = F.binary_cross_entropy_with_logits(told[..., 0], has_object.float(), reduction="sum")
        wanted = y.gather(1, mine.clamp(min=0)[..., None].expand(*mine.shape, 5))[has_object]
        classes = F.cross_entropy(told[has_object][:, 5:], wanted[:, 0].long(), reduction="sum")
        boxes = (1 - iou(edges(outputs)[has_object], wanted[:, 1:])).sum()
        return (objectness + classes + self.box_weight * boxes) / count

    def answer(self, outputs: Float[Tensor, "pictures outputs high wide"]) -> Detections:
        """What outputs stand for, before non-maximum suppression."""
        told = outputs.flatten(2).transpose(1, 2)
        probability, label = told[..., 5:].softmax(2).max(2)
        return Detections(edges(outputs), torch.sigmoid(told[..., 0]) * probability, label)

    def scores(
        self, outputs: Float[Tensor, "pictures outputs high wide"], y: Float[Tensor, "pictures most 5"]
    ) -> list[float]:
        """Mean average precision at IoU 0.5 over the classes, and the share of objects that are found at all."""
        found = self.answer(outputs)
        precisions, hits = [], 0.0
        left = suppressed(found.boxes, found.score, found.label, OVERLAP, LEAST_SCORE)
        for label in range(outputs.shape[1] - 5):
            score, right = judged(found, left, y, label)
            objects = int((y[..., 0] == label).sum())
            precisions.append(average_precision(score, right, objects))
            hits += float(right.sum())
        total = int((y[..., 0] != NO_OBJECT).sum())
        known = [value for value in precisions if value == value]
        return [float(np.mean(known)) if known else float("nan"), hits / total if total else float("nan")]

    def explained_names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        return ("any object", *(f"reach to the {side}" for side in ("left", "top", "right", "bottom")), *classes)

    def constant_loss(self, y: Float[Tensor, "pictures most 5"]) -> float:
        """Not known: it depends on the number of cells."""
        return float("nan")

    def asked(self, y: Float[Tensor, "pictures most 5"]) -> Mapping[str, np.ndarray]:
        return {"objects": y.cpu().numpy()}

    def filmed(
        self, outputs: Float[Tensor, "pictures outputs high wide"], y: Float[Tensor, "pictures most 5"]
    ) -> Mapping[str, np.ndarray]:
        """The lines around the boxes that are left, of each picture in one row, a gap after each; NaN where there are fewer."""
        found = self.answer(outputs)
        left = suppressed(found.boxes, found.score, found.label, OVERLAP, FILMED_SCORE)
        order = torch.where(left, found.score, -1.0).argsort(dim=1, descending=True)[:, :FILMED]
        boxes = found.boxes.gather(1, order[..., None].expand(*order.shape, 4))
        boxes = torch.where(left.gather(1, order)[..., None], boxes, torch.nan)
        gap = torch.full_like(boxes[..., :1], torch.nan)
        x, down = (torch.cat([boxes[..., sides], gap], 2).flatten(1) for sides in ([0, 2, 2, 0, 0], [1, 1, 3, 3, 1]))
        return {"boxes_x": x.cpu().numpy(), "boxes_y": down.cpu().numpy()}


def edges(outputs: Float[Tensor, "pictures outputs high wide"]) -> Float[Tensor, "pictures cells 4"]:
    """The box of every cell: its middle less and plus exp(z) cells to the left, top, right and bottom."""
    high, wide = outputs.shape[2:]
    middle = middles(high, wide).to(outputs)
    cell = outputs.new_tensor([1 / wide, 1 / high])
    far = outputs[:, 1:5].flatten(2).transpose(1, 2).clamp(max=FARTHEST).exp()
    return torch.cat([middle - far[..., :2] * cell, middle + far[..., 2:] * cell], dim=2)


def middles(high: int, wide: int) -> Float[Tensor, "cells 2"]:
    """Right and down of the middle of every cell, as shares of the picture, in reading order."""
    down, right = torch.meshgrid((torch.arange(high) + 0.5) / high, (torch.arange(wide) + 0.5) / wide, indexing="ij")
    return torch.stack([right.flatten(), down.flatten()], dim=1)


def responsible(y: Float[Tensor, "pictures most 5"], high: int, wide: int) -> Int[Tensor, "pictures cells"]:
    """Which object each cell answers for, -1 for none.

    The one that its middle is in the central part of, or whose own middle is in the cell; of several the smallest.
    """
    middle = middles(high, wide).to(y)
    boxes = y[:, :, None, 1:]
    centre, size = (boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]
    away = (middle - centre).abs()
    is_central = (away <= CENTRAL * size / 2).all(-1) & (away < size / 2).all(-1)
    holds_centre = (away <= y.new_tensor([0.5 / wide, 0.5 / high])).all(-1) & (away < size / 2).all(-1)
    fits = (is_central | holds_centre) & (y[:, :, None, 0] != NO_OBJECT)
    size_if = torch.where(fits, area(y[..., 1:])[:, :, None], torch.inf)
    smallest, mine = size_if.min(dim=1)
    return torch.where(smallest < torch.inf, mine, -1)


def judged(
    found: Detections, left: Tensor, y: Float[Tensor, "pictures most 5"], label: int, least_iou: float = 0.5
) -> tuple[Float[Tensor, " boxes"], Tensor]:
    """(score, whether it finds an object) of every box of a class that is ``left``, over all pictures."""
    mine = left & (found.label == label)
    score = torch.where(mine, found.score, -torch.inf)
    right = found_right(found.boxes, score, y[..., 1:], y[..., 0] == label, least_iou)
    return found.score[mine], right[mine]
