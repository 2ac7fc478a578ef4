"""Scenes of shapes, drawn by formula: class, box, mask, angle and every object of each picture are known."""

from typing import Any, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from torch import Tensor

from engine.streams import stream
from engine.vision.images import Images, Part, Truth
from engine.vision.sources.drawing import Scene, drawn
from engine.vision.sources.drawn import HELD_BACK, add_noise, noise_field, parted, samples_field, size_field
from engine.vision.sources.outlines import SETS, Outline
from engine.vision.sources.source import Source

TRIES = 24
"""So many places are tried for each object; one that finds none is left out."""
DRAWS = ("count", "class", "radius", "place", "angle", "colour", "background", "bar")
"""What is drawn at random, each from a stream of its own."""
PIECE = 500
"""Pictures that are drawn at once: it bounds the memory that this takes."""


class ShapeScenes(Source, frozen=True):
    """The largest object names the picture; its box is the extent of the pixels that are seen of it.

    The angle of a shape that looks the same after a turn of 2 pi / s is within [0, 2 pi / s); that of a circle is 0.
    """

    kind: Literal["scenes"] = "scenes"
    size: int = size_field()
    shapes: Literal["three", "five", "fourfold", "pointed"] = Field(
        "three",
        title="Shapes",
        description="three: circle, square, triangle; five: star and cross, too; fourfold: square and cross, which look "
        "the same after a quarter turn; pointed: arrow and dart, of which every turn can be seen.",
    )
    objects: int = Field(1, ge=1, le=4, title="Objects", description="At most so many a picture; at least one.")
    smallest: float = Field(
        0.16,
        ge=0.1,
        le=0.4,
        title="Smallest radius",
        description="As a share of the picture's width.",
        json_schema_extra={"step": 0.02},
    )
    largest: float = Field(
        0.32,
        ge=0.1,
        le=0.45,
        title="Largest radius",
        description="As a share of the picture's width.",
        json_schema_extra={"step": 0.02},
    )
    turned: bool = Field(True, title="Turned", description="Each object by an angle of its own.")
    hidden: float = Field(
        0.0,
        ge=0.0,
        le=0.7,
        title="Hidden",
        description="At most this share of an object is behind another one, or behind a grey bar.",
        json_schema_extra={"step": 0.1},
    )
    colours: Literal["any", "by shape", "grey"] = Field(
        "any",
        title="Colours",
        description="by shape: the colour tells the class, and a network may learn that alone; grey: brightness only.",
    )
    background: Literal["plain", "gradient", "stripes"] = Field("gradient", title="Background")
    noise: float = noise_field()
    samples: int = samples_field()
    label: ClassVar = "Scenes of shapes"
    formula: ClassVar = (
        r"\text{pixel} = (1 - a)\,\text{behind} + a\,\text{colour}, \quad a = \mathrm{clip}(\tfrac12 - d, 0, 1)"
    )
    lesson: ClassVar = (
        "Drawn from each shape's signed distance d in pixels, so that box, mask and angle are known to every head."
    )
    source: ClassVar = "drawn; distances after Quilez, 2D distance functions"
    truths: ClassVar = ("box", "angle", "mask", "objects")

    @model_validator(mode="after")
    def _sizes_are_in_order(self) -> "ShapeScenes":
        if self.largest < self.smallest:
            told: dict[str, Any] = {"field": "largest", "value": self.largest}
            raise PydanticCustomError("misfit", f"must not be below the smallest radius, {self.smallest:g}", told)
        return self

    @property
    def shape(self) -> tuple[int, int, int]:
        return (3, self.size, self.size)

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(shape.name for shape in self.kinds)

    @property
    def kinds(self) -> tuple[Outline, ...]:
        """The outline of each class."""
        return SETS[self.shapes]

    def build(self, seed: int) -> Images:
        count = 2 * HELD_BACK + self.samples
        scene = self.scene(count, seed)
        pieces = [
            drawn(scene.rows(slice(first, first + PIECE)), self.kinds, self.size) for first in range(0, count, PIECE)
        ]
        noise = stream(seed, "noise")
        for piece in pieces:
            add_noise(piece.x, self.noise, noise)
        whole = _joined(pieces)
        return parted(whole, self.classes)

    def scene(self, count: int, seed: int) -> Scene:
        """What stands where in each of ``count`` pictures; more pictures leave the first ones as they are."""
        chance = {name: stream(seed, "data", place) for place, name in enumerate(DRAWS)}
        shape = (count, self.objects)
        label = torch.randint(len(self.kinds), shape, generator=chance["class"])
        radius = self.smallest + (self.largest - self.smallest) * torch.rand(shape, generator=chance["radius"])
        wanted = torch.randint(1, self.objects + 1, (count, 1), generator=chance["count"])
        centre, has_room = _places(radius, self.hidden, self.size, chance["place"])
        turns = torch.tensor([kind.turn for kind in self.kinds])[label]
        angle = turns * torch.rand(shape, generator=chance["angle"]) * self.turned
        return Scene(
            label=label,
            centre=centre,
            radius=radius,
            angle=angle,
            colour=self._colours(label, torch.rand((*shape, 3), generator=chance["colour"])),
            is_there=has_room & (torch.arange(self.objects) < wanted),
            background=_backgrounds(self.background, torch.rand((count, 8), generator=chance["background"])),
            bar=torch.rand((count, 4), generator=chance["bar"]) if self.hidden else None,
            hidden=self.hidden,
        )

    def _colours(self, label: Tensor, u: Float[Tensor, "pictures objects 3"]) -> Float[Tensor, "pictures objects 3"]:
        """Red, green, blue from three uniform numbers: hue, saturation, brightness."""
        value = 0.65 + 0.35 * u[..., 2]
        if self.colours == "grey":
            return value[..., None].expand(*value.shape, 3)
        hue = u[..., 0] if self.colours == "any" else (label + 0.3 * (u[..., 0] - 0.5)) / len(self.kinds)
        return hsv(hue, 0.5 + 0.5 * u[..., 1], value)


def hsv(hue: Float[Tensor, "*n"], saturation: Float[Tensor, "*n"], value: Float[Tensor, "*n"]) -> Float[Tensor, "*n 3"]:
    """Red, green, blue of colours given as hue (in turns), saturation and value (Smith 1978)."""
    k = (torch.tensor([5.0, 3.0, 1.0]) + 6 * hue[..., None]) % 6
    fall = torch.minimum(k, 4 - k).clamp(0, 1)
    return value[..., None] * (1 - saturation[..., None] * fall)


def _places(
    radius: Float[Tensor, "pictures objects"], hidden: float, size: int, chance: torch.Generator
) -> tuple[Float[Tensor, "pictures objects 2"], Tensor]:
    """(centres, whether each object found room): circles around them are in the picture and overlap as far as allowed."""
    count, objects = radius.shape
    tried = torch.rand((count, objects, TRIES, 2), generator=chance)
    centre, has_room = torch.zeros(count, objects, 2), torch.ones(count, objects, dtype=torch.bool)
    for own in range(objects):
        r = radius[:, own, None, None]
        places = r + (1 - 2 * r) * tried[:, own]
        fits = torch.ones(count, TRIES, dtype=torch.bool)
        for other in range(own):
            least = (1 - hidden) * (radius[:, own] + radius[:, other]) + (1 / size) * (hidden == 0)
            apart = (places - centre[:, other, None]).norm(dim=2)
            fits &= (apart >= least[:, None]) | ~has_room[:, other, None]
        first = fits.int().argmax(1)
        centre[:, own], has_room[:, own] = places[torch.arange(count), first], fits.any(1)
    return centre, has_room


def _backgrounds(kind: str, u: Float[Tensor, "pictures 8"]) -> Float[Tensor, "pictures 6"]:
    """(red, green, blue, how strong a pattern is, its direction in turns, its waves across the picture; 0 for a slope)."""
    base = 0.08 + 0.2 * u[:, :1] + 0.06 * (u[:, 1:4] - 0.5)
    strength = (0.0 if kind == "plain" else 0.12) * u[:, 4]
    waves = 2 + 4 * u[:, 6] if kind == "stripes" else torch.zeros(len(u))
    return torch.cat([base, torch.stack([strength, u[:, 5], waves], dim=1)], dim=1)


def _joined(pieces: list[Part]) -> Part:
    """The pictures of all pieces as one part."""
    known = [name for name, value in vars(pieces[0].truth).items() if value is not None]
    truth = Truth(**{name: torch.cat([getattr(piece.truth, name) for piece in pieces]) for name in known})
    return Part(torch.cat([piece.x for piece in pieces]), torch.cat([piece.label for piece in pieces]), truth)
