"""Pictures moved in their plane, and with them what is known of places in them: boxes and masks.

Places are in pixels from the middle of the picture, x to the right and y down, so a picture that is w pixels wide goes
from -w/2 to w/2.
"""

from dataclasses import replace
from typing import Any, Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor

from engine.vision.images import NO_OBJECT, Part, Truth

Fill = Literal["black", "edge", "mirror"]
PADDING: dict[Fill, str] = {"black": "zeros", "edge": "border", "mirror": "reflection"}
"""As ``torch.nn.functional.grid_sample`` calls them."""


def fill(default: Fill = "black") -> Any:
    """What stands where the picture has nothing: one meaning for every row that moves it."""
    return Field(
        default,
        title="Empty places",
        description="Where nothing of the picture comes to lie: black, its nearest pixel, or its mirror image.",
    )


def moved(part: Part, matrix: Float[Tensor, "pictures 2 3"], filled: Fill) -> Part:
    """What was at p is at A p + t, where ``matrix`` is (A | t): pictures bilinear, masks nearest, boxes around their corners.

    The rows of A must be independent.
    """
    height, width = part.x.shape[2:]
    grid = sampled_at(matrix, height, width)
    truth = replace(
        part.truth,
        mask=None if part.truth.mask is None else masks_at(part.truth.mask, grid, filled),
        box=None if part.truth.box is None else boxes_moved(part.truth.box, matrix, height, width),
        objects=None if part.truth.objects is None else objects_moved(part.truth.objects, matrix, height, width),
    )
    return Part(pictures_at(part.x, grid, filled), part.label, truth)


def sampled_at(
    matrix: Float[Tensor, "pictures 2 3"], height: int, width: int
) -> Float[Tensor, "pictures height width 2"]:
    """Where each pixel of the moved picture comes from, A^-1 (q - t), as ``grid_sample`` counts: from -1 to 1."""
    back = torch.linalg.inv(matrix[:, :, :2])
    origin = -(back @ matrix[:, :, 2:])
    scale = torch.tensor([2 / width, 2 / height], device=matrix.device)
    theta = torch.cat([back / scale, origin], dim=2) * scale[:, None]
    return F.affine_grid(theta, [len(matrix), 1, height, width], align_corners=False)


def pictures_at(
    x: Float[Tensor, "pictures channels height width"], grid: Float[Tensor, "pictures height width 2"], filled: Fill
) -> Float[Tensor, "pictures channels height width"]:
    """The pictures read at the places of ``grid``, between pixels bilinearly."""
    return F.grid_sample(x, grid, mode="bilinear", padding_mode=PADDING[filled], align_corners=False)


def masks_at(mask: Tensor, grid: Float[Tensor, "pictures height width 2"], filled: Fill) -> Tensor:
    """The masks, (pictures, height, width), read at the pixel nearest to each place of ``grid``."""
    read = F.grid_sample(mask[:, None].float(), grid, mode="nearest", padding_mode=PADDING[filled], align_corners=False)
    return read[:, 0].round().to(mask.dtype)


def boxes_moved(
    box: Float[Tensor, "pictures *most 4"], matrix: Float[Tensor, "pictures 2 3"], height: int, width: int
) -> Float[Tensor, "pictures *most 4"]:
    """The upright boxes around the moved corners, cut at the border: those of the moved objects where none is turned."""
    left, top, right, bottom = box.unbind(-1)
    corners = torch.stack(
        [torch.stack(corner, dim=-1) for corner in ((left, top), (right, top), (left, bottom), (right, bottom))], dim=-2
    )
    size = torch.tensor([width, height], dtype=box.dtype, device=box.device)
    flat = ((corners - 0.5) * size).reshape(len(box), -1, 2)
    there = (flat @ matrix[:, :, :2].mT + matrix[:, None, :, 2]).reshape(corners.shape) / size + 0.5
    found = torch.cat([there.amin(dim=-2), there.amax(dim=-2)], dim=-1)
    return found.clamp(0.0, 1.0)


def objects_moved(
    objects: Float[Tensor, "pictures most 5"], matrix: Float[Tensor, "pictures 2 3"], height: int, width: int
) -> Float[Tensor, "pictures most 5"]:
    """The same of every object; one that has left the picture is there no longer."""
    return still_there(torch.cat([objects[..., :1], boxes_moved(objects[..., 1:], matrix, height, width)], dim=-1))


def still_there(objects: Float[Tensor, "pictures most 5"]) -> Float[Tensor, "pictures most 5"]:
    """Without the objects whose boxes have no area any more."""
    area = (objects[..., 3] - objects[..., 1]) * (objects[..., 4] - objects[..., 2])
    is_there = (objects[..., 0] != NO_OBJECT) & (area > 0)
    none = torch.zeros(5, dtype=objects.dtype, device=objects.device)
    none[0] = NO_OBJECT
    return torch.where(is_there[..., None], objects, none)


def slid(part: Part, across: Int[Tensor, " pictures"], down: Int[Tensor, " pictures"], filled: Fill) -> Part:
    """The pictures moved by whole pixels, so that none is blurred."""
    height, width = part.x.shape[2:]
    rows, columns = read_from(height, down, filled), read_from(width, across, filled)
    there = ((rows >= 0)[:, :, None] & (columns >= 0)[:, None, :])[:, None]
    first = torch.arange(len(part.x), device=part.x.device)[:, None, None]
    places = (rows.clamp(min=0)[:, :, None], columns.clamp(min=0)[:, None, :])
    x = part.x.permute(0, 2, 3, 1)[first, *places].permute(0, 3, 1, 2) * there
    mask = None if part.truth.mask is None else part.truth.mask[first, *places] * there[:, 0]
    return replace(part, pixels=x, truth=replace(_shifted(part.truth, across / width, down / height), mask=mask))


def read_from(size: int, by: Int[Tensor, " pictures"], filled: Fill) -> Int[Tensor, "pictures size"]:
    """Which of ``size`` pixels in a row each is read from when they are moved ``by`` so many; -1 where it stays black."""
    places = torch.arange(size, device=by.device) - by[:, None]
    if filled == "edge":
        return places.clamp(0, size - 1)
    if filled == "mirror":
        around = places.remainder(2 * size)
        return torch.minimum(around, 2 * size - 1 - around)
    return torch.where((places >= 0) & (places < size), places, -1)


def _shifted(truth: Truth, across: Float[Tensor, " pictures"], down: Float[Tensor, " pictures"]) -> Truth:
    by = torch.stack([across, down, across, down], dim=-1)
    box = None if truth.box is None else (truth.box + by).clamp(0.0, 1.0)
    objects = truth.objects
    if objects is not None:
        objects = still_there(torch.cat([objects[..., :1], (objects[..., 1:] + by[:, None]).clamp(0.0, 1.0)], dim=-1))
    return replace(truth, box=box, objects=objects)


def mirrored(part: Part, *, upside_down: bool) -> Part:
    """Mirror images: left and right change sides, or top and bottom; what is known of directions is left to the caller."""
    axis = 2 if upside_down else 3
    mask = None if part.truth.mask is None else part.truth.mask.flip(axis - 1)
    truth = replace(part.truth, mask=mask)
    order = [0, 3, 2, 1] if upside_down else [2, 1, 0, 3]
    sign = torch.tensor([1.0, -1.0, 1.0, -1.0] if upside_down else [-1.0, 1.0, -1.0, 1.0], device=part.x.device)
    if truth.box is not None:
        truth = replace(truth, box=_reflected(truth.box, order, sign))
    if truth.objects is not None:
        boxes = _reflected(truth.objects[..., 1:], order, sign)
        is_there = truth.objects[..., :1] != NO_OBJECT
        truth = replace(
            truth, objects=torch.where(is_there, torch.cat([truth.objects[..., :1], boxes], -1), truth.objects)
        )
    return replace(part, pixels=part.x.flip(axis), truth=truth)


def _reflected(box: Tensor, order: list[int], sign: Tensor) -> Tensor:
    """1 - right, 1 - left in place of left, right; or the same of top and bottom."""
    return (sign < 0) + sign * box[..., order]
