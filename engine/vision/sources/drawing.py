"""Draws scenes of shapes, and reads off what is seen of each object."""

import math
from dataclasses import dataclass, fields
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from engine.vision.images import NO_OBJECT, Part, Truth
from engine.vision.sources.outlines import Outline

BAR_LEVEL = 0.45
"""Brightness of the bar that may stand before the objects."""
BAR_WIDTH = (0.06, 0.16)
"""Half its width, from and to, as shares of the picture."""


@dataclass(frozen=True)
class Scene:
    """What stands where in each picture. Lengths are shares of the picture's width; places go right and down."""

    label: Int[Tensor, "pictures objects"]
    centre: Float[Tensor, "pictures objects 2"]
    radius: Float[Tensor, "pictures objects"]
    angle: Float[Tensor, "pictures objects"]
    """Radians, anticlockwise as seen."""
    colour: Float[Tensor, "pictures objects 3"]
    is_there: Bool[Tensor, "pictures objects"]
    """The first object of a picture is in front of the second, and so on."""
    background: Float[Tensor, "pictures 6"]
    bar: Float[Tensor, "pictures 4"] | None
    """Uniform numbers for a bar in front of all: whether there is one, its place, direction and width; None: nowhere."""
    hidden: float
    """What would hide more than this share of an object is not drawn."""

    def rows(self, chosen: slice) -> "Scene":
        """The same of some pictures."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        return Scene(**values | {name: value[chosen] for name, value in values.items() if isinstance(value, Tensor)})


def drawn(scene: Scene, kinds: tuple[Outline, ...], size: int) -> Part:
    """The pictures without noise, ``size`` pixels wide and high, and the truth of them.

    Edges are blended by the share of a pixel that they cover, about; a pixel belongs to the front object that its centre is in.
    """
    distance = torch.stack([_distances(scene, kinds, size, slot) for slot in range(scene.label.shape[1])], dim=1)
    bar = _bar(scene, size)
    bar[(hidden_share(distance[:, 0] < 0, bar < 0) > scene.hidden)] = math.inf
    inside, visible = _seen(distance < 0, bar < 0, scene)
    x = _background(scene.background, size)
    for slot in reversed(range(inside.shape[1])):
        cover = (0.5 - distance[:, slot]).clamp(0, 1) * inside[:, slot].any(2).any(1)[:, None, None]
        x += cover[:, None] * (scene.colour[:, slot, :, None, None] - x)
    x += (0.5 - bar).clamp(0, 1)[:, None] * (BAR_LEVEL - x)
    return _known(scene, x, visible)


def hidden_share(
    inside: Bool[Tensor, "pictures h w"], front: Bool[Tensor, "pictures h w"]
) -> Float[Tensor, " pictures"]:
    """Which share of the pixels ``inside`` is behind what is in ``front``."""
    return (inside & front).sum((1, 2)) / inside.sum((1, 2)).clamp(min=1)


def extent(mask: Bool[Tensor, "*pictures h w"]) -> Float[Tensor, "*pictures 4"]:
    """Left, top, right and bottom edge of what is in a mask, as shares of its width and height; zeros where nothing is."""
    high, wide = mask.shape[-2:]
    edges = []
    for line, length in ((mask.any(-2), wide), (mask.any(-1), high)):
        first = line.int().argmax(-1)
        last = length - line.flip(-1).int().argmax(-1)
        edges.append((first / length, last / length * line.any(-1)))
    (left, right), (top, bottom) = edges
    return torch.stack([left, top, right, bottom], dim=-1)


def _grid(size: int) -> tuple[Float[Tensor, "size size"], Float[Tensor, "size size"]]:
    """Right and down of the centre of every pixel, as shares of the picture."""
    at = (torch.arange(size) + 0.5) / size
    down, right = torch.meshgrid(at, at, indexing="ij")
    return right, down


def _distances(scene: Scene, kinds: tuple[Outline, ...], size: int, slot: int) -> Float[Tensor, "pictures size size"]:
    """How far each pixel's centre is outside of the object of every picture in ``slot``, in pixels."""
    right, down = _grid(size)
    found = torch.full((len(scene.label), size, size), math.inf)
    for label, kind in enumerate(kinds):
        rows = torch.nonzero((scene.label[:, slot] == label) & scene.is_there[:, slot])[:, 0]
        if not len(rows):
            continue
        r, angle = (value[rows, slot, None, None] for value in (scene.radius, scene.angle))
        centre = scene.centre[rows, slot, :, None, None]
        x, up = (right - centre[:, 0]) / r, (centre[:, 1] - down) / r
        cos, sin = torch.cos(angle), torch.sin(angle)
        found[rows] = kind.distance(cos * x + sin * up, cos * up - sin * x) * r * size
    return found


def _bar(scene: Scene, size: int) -> Float[Tensor, "pictures size size"]:
    """How far each pixel's centre is outside of the bar, in pixels; infinite where there is none."""
    if scene.bar is None:
        return torch.full((len(scene.label), size, size), math.inf)
    right, down = _grid(size)
    u = scene.bar[:, :, None, None]
    turn = math.pi * u[:, 2]
    across = (right - 0.5) * torch.cos(turn) + (down - 0.5) * torch.sin(turn) - (u[:, 1] - 0.5)
    half = BAR_WIDTH[0] + (BAR_WIDTH[1] - BAR_WIDTH[0]) * u[:, 3]
    return torch.where(u[:, 0] < 0.5, (across.abs() - half) * size, math.inf)


def _seen(
    inside: Bool[Tensor, "pictures objects h w"], bar: Bool[Tensor, "pictures h w"], scene: Scene
) -> tuple[Bool[Tensor, "pictures objects h w"], Bool[Tensor, "pictures objects h w"]]:
    """(pixels of each object that is drawn, those of them that are seen); the first object is always drawn."""
    covered, kept, visible = bar.clone(), [], []
    for slot in range(inside.shape[1]):
        own = inside[:, slot]
        if slot:
            own = own & (hidden_share(own, covered) <= scene.hidden)[:, None, None]
        kept.append(own)
        visible.append(own & ~covered)
        covered = covered | own
    return torch.stack(kept, dim=1), torch.stack(visible, dim=1)


def _background(told: Float[Tensor, "pictures 6"], size: int) -> Float[Tensor, "pictures 3 size size"]:
    right, down = _grid(size)
    strength, turn, waves = (told[:, place, None, None] for place in (3, 4, 5))
    along = (right - 0.5) * torch.cos(2 * math.pi * turn) + (down - 0.5) * torch.sin(2 * math.pi * turn)
    pattern = torch.where(waves > 0, torch.sin(2 * math.pi * waves * along), 2 * along)
    return (told[:, :3, None, None] + (strength * pattern)[:, None]).clamp(0, 1)


def _known(scene: Scene, x: Float[Tensor, "pictures 3 h w"], visible: Bool[Tensor, "pictures objects h w"]) -> Part:
    """The pictures with what is known of them."""
    area, box = visible.sum((2, 3)), extent(visible)
    everyone = torch.cat([scene.label[..., None].float(), box], dim=2)
    everyone = torch.where((area > 0)[..., None], everyone, torch.tensor([float(NO_OBJECT), 0, 0, 0, 0]))
    in_order = torch.argsort((area == 0).int(), dim=1, stable=True)
    rows, largest = torch.arange(len(x)), area.argmax(1)
    mask = torch.zeros(x.shape[0], *x.shape[2:], dtype=torch.uint8)
    for slot in range(visible.shape[1]):
        mask[visible[:, slot]] = (
            (scene.label[:, slot, None, None] + 1).expand_as(mask)[visible[:, slot]].to(torch.uint8)
        )
    truth = Truth(
        box=box[rows, largest],
        angle=scene.angle[rows, largest],
        mask=mask,
        objects=torch.gather(everyone, 1, in_order[..., None].expand_as(everyone)),
    )
    return Part(x, scene.label[rows, largest], truth)
