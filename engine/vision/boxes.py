"""Boxes: how well two agree, which of many stand for the same object, how well a detector finds what is there.

A box is left, top, right, bottom, as shares of the picture's width and height.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

MOST = 64
"""Of each picture the boxes of the highest scores, at most so many, are looked at."""


def area(boxes: Float[Tensor, "*n 4"]) -> Float[Tensor, "*n"]:
    """Width times height; 0 of a box that is turned inside out."""
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def iou(a: Float[Tensor, "*n 4"], b: Float[Tensor, "*m 4"]) -> Float[Tensor, "*nm"]:
    """Intersection over union, 0 to 1, of boxes that are broadcast against each other (Jaccard 1912); 0 of two empty ones."""
    shared = _shared(a, b)
    return shared / (area(a) + area(b) - shared).clamp(min=1e-9)


def generalised_iou(a: Float[Tensor, "*n 4"], b: Float[Tensor, "*m 4"]) -> Float[Tensor, "*nm"]:
    """IoU less the empty share of the smallest box around both: it falls on below 0 where they are apart (Rezatofighi 2019)."""
    shared = _shared(a, b)
    union = (area(a) + area(b) - shared).clamp(min=1e-9)
    around = torch.cat([torch.minimum(a[..., :2], b[..., :2]), torch.maximum(a[..., 2:], b[..., 2:])], dim=-1)
    whole = area(around).clamp(min=1e-9)
    return shared / union - (whole - union) / whole


def _shared(a: Tensor, b: Tensor) -> Tensor:
    corners = torch.cat([torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])], dim=-1)
    return area(corners)


def suppressed(
    boxes: Float[Tensor, "pictures boxes 4"],
    score: Float[Tensor, "pictures boxes"],
    label: Int[Tensor, "pictures boxes"],
    overlap: float,
    least: float = 0.0,
) -> Bool[Tensor, "pictures boxes"]:
    """Which boxes are left by non-maximum suppression: whose score is at least ``least``, and who overlap by more than
    ``overlap`` with no box of the same class that is left and has a higher score.

    Greedy, from the highest score down; of equal scores the first one goes first.
    """
    order = score.argsort(dim=1, descending=True, stable=True)[:, :MOST]
    boxes, label = boxes.gather(1, order[..., None].expand(*order.shape, 4)), label.gather(1, order)
    agree = (iou(boxes[:, :, None], boxes[:, None]) > overlap) & (label[:, :, None] == label[:, None])
    left = score.gather(1, order) >= least
    for place in range(order.shape[1]):
        left[:, place + 1 :] &= ~(left[:, place, None] & agree[:, place, place + 1 :])
    return torch.zeros(score.shape, dtype=torch.bool, device=score.device).scatter_(1, order, left)


def found_right(
    boxes: Float[Tensor, "pictures boxes 4"],
    score: Float[Tensor, "pictures boxes"],
    truth: Float[Tensor, "pictures most 4"],
    is_there: Bool[Tensor, "pictures most"],
    least_iou: float = 0.5,
) -> Bool[Tensor, "pictures boxes"]:
    """Which boxes find an object, all being of one class: from the highest score down, each is for the object that it
    agrees with most, and finds it if IoU is at least ``least_iou`` and no box before it did (Everingham 2010).
    """
    if not boxes.shape[1] or not truth.shape[1]:
        return torch.zeros(score.shape, dtype=torch.bool, device=score.device)
    order = score.argsort(dim=1, descending=True, stable=True)
    agree, mine = (iou(boxes[:, :, None], truth[:, None]) * is_there[:, None]).max(dim=2)
    taken = torch.zeros_like(is_there)
    right = torch.zeros(score.shape, dtype=torch.bool, device=score.device)
    rows = torch.arange(len(boxes), device=score.device)
    for place in order.T:
        object_ = mine[rows, place]
        finds = (agree[rows, place] >= least_iou) & ~taken[rows, object_] & torch.isfinite(score[rows, place])
        right[rows, place] = finds
        taken[rows, object_] |= finds
    return right


def precision_recall(
    score: Float[Tensor, " boxes"], right: Bool[Tensor, " boxes"], objects: int
) -> tuple[Float[Tensor, " boxes"], Float[Tensor, " boxes"]]:
    """(precision, recall) of the boxes with the k highest scores, for k = 1, 2, ..."""
    order = score.argsort(descending=True, stable=True)
    found = right[order].double().cumsum(0)
    return found / torch.arange(1, len(order) + 1, device=score.device), found / max(objects, 1)


def average_precision(score: Float[Tensor, " boxes"], right: Bool[Tensor, " boxes"], objects: int) -> float:
    """Area under the precision over the recall, each precision being the best at this recall or a higher one.

    NaN where there is no object to find (Everingham 2010; all points, as from VOC 2010 on).
    """
    if not objects:
        return float("nan")
    if not len(score):
        return 0.0
    precision, recall = precision_recall(score, right, objects)
    best = precision.flip(0).cummax(0).values.flip(0)
    step = torch.diff(recall, prepend=recall.new_zeros(1))
    return float((best * step).sum())
