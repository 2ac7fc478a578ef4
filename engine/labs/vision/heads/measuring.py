"""What answers are worth, by the class and by the picture: numbers that change with a threshold, so never kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8

from engine.labs.vision.heads.results import Arrays, Course, Curve, Pictures
from engine.vision.boxes import average_precision, found_right, iou, precision_recall, suppressed
from engine.vision.heads.segment import class_iou, confusion
from engine.vision.images import BACKGROUND, NO_OBJECT


@dataclass(frozen=True)
class Overlaps:
    """How well masks agree with the truth."""

    each: Float[np.ndarray, " classes"]
    """IoU of each class over all pictures, background first; NaN where it is nowhere."""
    accuracy: float
    """Share of pixels that are right."""

    @property
    def mean(self) -> float:
        """Over the classes."""
        return float(np.nanmean(self.each))


def overlaps(
    answers: UInt8[np.ndarray, "*pictures height width"],
    truth: UInt8[np.ndarray, "*pictures height width"],
    classes: int,
) -> Overlaps:
    """IoU of each of ``classes`` classes and the background, and the accuracy."""
    counts = confusion(torch.tensor(answers).long(), torch.tensor(truth).long(), classes + 1)
    return Overlaps(class_iou(counts).numpy(), float(counts.diagonal().sum().double() / counts.sum()))


def nothing_found(pictures: Pictures) -> Overlaps:
    """Of who takes every pixel for background."""
    truth = pictures.truth["mask"]
    return overlaps(np.full_like(truth, BACKGROUND), truth, len(pictures.classes))


def box_agreement(
    answers: Float[np.ndarray, "pictures 4"], truth: Float[np.ndarray, "pictures 4"]
) -> Float[np.ndarray, " pictures"]:
    """IoU of the box of each picture."""
    return iou(torch.tensor(answers), torch.tensor(truth)).numpy()


def degrees_off(
    answers: Float[np.ndarray, " pictures"], truth: Float[np.ndarray, " pictures"], turn: float
) -> Float[np.ndarray, " pictures"]:
    """How far each angle is off, in degrees, where ``turn`` radians are a full turn."""
    away = np.abs(answers - truth) % turn
    return np.rad2deg(np.minimum(away, turn - away))


def off_the_ways(
    answers: Float[np.ndarray, " pictures"], ways: Float[np.ndarray, "pictures 2"]
) -> Float[np.ndarray, " pictures"]:
    """How far each angle is from the nearer of the two that are right, in degrees."""
    return np.rad2deg(np.abs(answers[:, None] - ways).min(1))


def is_fork(ways: Float[np.ndarray, "pictures 2"]) -> Bool[np.ndarray, " pictures"]:
    """Which pictures have two right angles."""
    return ways[:, 0] != ways[:, 1]


@dataclass(frozen=True)
class Judged:
    """A detector's boxes at two thresholds."""

    scored: Bool[np.ndarray, "pictures cells"]
    """Of a score that is high enough: before suppression."""
    left: Bool[np.ndarray, "pictures cells"]
    """After non-maximum suppression."""
    right: Bool[np.ndarray, "pictures cells"]
    """Of those left, which find an object: IoU of at least one half, the right class, and no other box did."""
    objects: int
    precision: float
    """Share of the boxes that are left that find an object; NaN without any."""
    recall: float
    """Share of the objects that are found."""
    average: Float[np.ndarray, " classes"]
    """Average precision of each class, over the boxes that are left."""
    curves: tuple[Curve, ...]
    """Of each class."""

    @property
    def mean(self) -> float:
        """Mean average precision at IoU 0.5 of these boxes."""
        known = self.average[~np.isnan(self.average)]
        return float(known.mean()) if len(known) else float("nan")


def judge(course: Course, pictures: Pictures, score: float, overlap: float) -> Judged:
    """What the boxes of at least ``score`` are worth once those that overlap by more than ``overlap`` are suppressed."""
    boxes, scores = (torch.tensor(course.answers[name]) for name in ("boxes", "score"))
    label = torch.tensor(course.answers["class"]).long()
    truth = torch.tensor(pictures.truth["objects"])
    left = suppressed(boxes, scores, label, overlap, score)
    right = torch.zeros_like(left)
    average, curves = [], []
    for number in range(len(pictures.classes)):
        mine = left & (label == number)
        own = torch.where(mine, scores, -torch.inf)
        right |= found_right(boxes, own, truth[..., 1:], truth[..., 0] == number)
        objects = int((truth[..., 0] == number).sum())
        average.append(average_precision(scores[mine], right[mine], objects))
        precision, recall = precision_recall(scores[mine], right[mine], objects)
        curves.append(Curve(recall.numpy(), precision.numpy()))
    total, count, hits = int((truth[..., 0] != NO_OBJECT).sum()), int(left.sum()), int(right.sum())
    return Judged(
        scored=(scores >= score).numpy(),
        left=left.numpy(),
        right=right.numpy(),
        objects=total,
        precision=hits / count if count else float("nan"),
        recall=hits / total if total else float("nan"),
        average=np.array(average),
        curves=tuple(curves),
    )


def agreement_with_nearest(
    boxes: Float[np.ndarray, "boxes 4"], label: Int[np.ndarray, " boxes"], objects: Float[np.ndarray, "most 5"]
) -> Float[np.ndarray, " boxes"]:
    """IoU of each box of a picture with the object of its class that it agrees with most; 0 without one."""
    same = label[:, None] == objects[None, :, 0]
    agree = iou(torch.tensor(boxes)[:, None], torch.tensor(objects[:, 1:])[None]).numpy() * same
    return agree.max(1, initial=0.0)


def agreements(
    answers: Arrays, left: Bool[np.ndarray, "pictures cells"], pictures: Pictures, chosen: Sequence[int]
) -> list[list[float]]:
    """IoU of each box that is left, with the object of its class that it agrees with most, of some pictures."""
    found: list[list[float]] = []
    for picture in chosen:
        mine = left[picture]
        boxes = answers["boxes"][picture][mine]
        if not mine.any():
            found.append([])
            continue
        label = answers["class"][picture][mine].astype(int)
        found.append(agreement_with_nearest(boxes, label, pictures.objects(picture)).tolist())
    return found


def nothing(
    pictures: Pictures,
) -> tuple[Arrays, Bool[np.ndarray, "n 1"], Bool[np.ndarray, "n 1"], Bool[np.ndarray, "n 1"]]:
    """The answers of a detector that has not begun, and which of its boxes are scored, left and right: none."""
    none = np.zeros((len(pictures), 1), bool)
    return {"boxes": np.zeros((len(pictures), 1, 4), np.float32)}, none, none, none
