"""Augmentation that moves pictures in their plane by one matrix each: shift, rotate, flip, scale, crop, pad, affine."""

import math
from dataclasses import replace
from typing import Any, ClassVar, Literal

import torch
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from torch import Tensor

from engine.vision.augment.augmentation import AugmentationChoice, uniform
from engine.vision.augment.plane import Fill, fill, mirrored, moved, slid
from engine.vision.images import Part

LEAST_AREA = 0.02
"""An affine matrix makes at least so much of a unit of area: less is a line."""


class Moving(AugmentationChoice, frozen=True):
    """A row that moves pictures: boxes follow where what comes in at the border is black."""

    empty: Fill = fill()

    @property
    def carries(self) -> tuple[str, ...]:
        boxes = ("box", "objects") if self.empty == "black" else ()
        return ("mask", "angle", *boxes)


def scaled(factor: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """The matrices (f I | f (x, y)), (pictures, 2, 3): moved by (x, y), then scaled by f about the middle."""
    zero = torch.zeros_like(factor)
    return torch.stack([factor, zero, factor * x, zero, factor, factor * y], dim=1).reshape(-1, 2, 3)


class Shift(Moving, frozen=True):
    kind: Literal["shift"] = "shift"
    most: float = Field(
        0.15, ge=0.0, le=0.5, title="Shift by at most", description="In each direction, as a share of the side."
    )
    whole: bool = Field(True, title="By whole pixels", description="Nothing is blurred; off, also by parts of a pixel.")
    label: ClassVar = "Shift"
    formula: ClassVar = r"x'(p) = x(p - t), \quad t \sim U(-m, m)^2"
    lesson: ClassVar = "Moves each picture a little: the answer should not depend on where the object stands."
    source: ClassVar = "LeCun et al. 1998; Simard et al. 2003"

    def change(self, part: Part, generator: torch.Generator) -> Part:
        height, width = part.x.shape[2:]
        x, y = (self._drawn(len(part), size, generator).to(part.x.device) for size in (width, height))
        if self.whole:
            return slid(part, x, y, self.empty)
        return moved(part, scaled(torch.ones_like(x), x, y), self.empty)

    def _drawn(self, count: int, size: int, generator: torch.Generator) -> Tensor:
        """Pixels for each picture."""
        if not self.whole:
            return uniform(count, -self.most * size, self.most * size, generator)
        most = round(self.most * size)
        return torch.randint(-most, most + 1, (count,), generator=generator)


class Rotate(Moving, frozen=True):
    kind: Literal["rotate"] = "rotate"
    most: float = Field(
        15.0,
        ge=0.0,
        le=180.0,
        title="Turn by at most",
        description="Either way.",
        json_schema_extra={"unit": "degrees", "step": 1},
    )
    label: ClassVar = "Rotate"
    formula: ClassVar = (
        r"x'(p) = x(R_\theta^{-1} p), \; R_\theta = \begin{pmatrix} \cos\theta & -\sin\theta \\ \sin\theta & \cos\theta "
        r"\end{pmatrix}, \; \theta \sim U(-m, m)"
    )
    lesson: ClassVar = (
        "Turns each picture a little about its middle. Far enough, a 6 becomes a 9: the label is then wrong."
    )
    source: ClassVar = "Simard et al. 2003"

    @property
    def carries(self) -> tuple[str, ...]:
        return ("mask", "angle")

    def change(self, part: Part, generator: torch.Generator) -> Part:
        most = math.radians(self.most)
        by = uniform(len(part), -most, most, generator, part.x.device)
        return turned(part, by, self.empty)


def turned(part: Part, by: Tensor, empty: Fill) -> Part:
    """The pictures turned about their middle by so many radians each, anticlockwise as seen (y points down in a matrix)."""
    zero = torch.zeros_like(by)
    rows = [by.cos(), by.sin(), zero, -by.sin(), by.cos(), zero]
    found = moved(part, torch.stack(rows, dim=1).reshape(-1, 2, 3), empty)
    angle = part.truth.angle
    return replace(found, truth=replace(found.truth, angle=None if angle is None else angle + by))


class Flip(AugmentationChoice, frozen=True):
    kind: Literal["flip"] = "flip"
    axis: Literal["left and right", "top and bottom"] = Field("left and right", title="Change sides")
    probability: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        title="Probability",
        description="For each picture; the others stay as they are.",
        json_schema_extra={"step": 0.05},
    )
    label: ClassVar = "Flip"
    formula: ClassVar = r"x'(i, j) = x(i, w + 1 - j)"
    lesson: ClassVar = (
        "A mirror image: right for cats and for most shapes, wrong for most digits and letters: a mirrored 2 is none."
    )
    source: ClassVar = "Krizhevsky et al. 2012"

    @property
    def carries(self) -> tuple[str, ...]:
        """Not the angle: what it becomes depends on where the object's own mirror axis lies."""
        plain = ("box", "objects", "mask")
        return (*plain, "steering") if self.axis == "left and right" else plain

    def change(self, part: Part, generator: torch.Generator) -> Part:
        found = mirrored(part, upside_down=self.axis == "top and bottom")
        steering = part.truth.steering
        return replace(found, truth=replace(found.truth, steering=None if steering is None else -steering))


class Scale(Moving, frozen=True):
    kind: Literal["scale"] = "scale"
    least: float = Field(0.8, ge=0.25, le=1.0, title="At least", json_schema_extra={"unit": "times"})
    most: float = Field(1.25, ge=1.0, le=4.0, title="At most", json_schema_extra={"unit": "times"})
    label: ClassVar = "Scale"
    formula: ClassVar = r"x'(p) = x(p / s), \quad \ln s \sim U(\ln a, \ln b)"
    lesson: ClassVar = "Larger or smaller about the middle: the answer should not depend on how near the object is."
    source: ClassVar = "Simard et al. 2003"

    def change(self, part: Part, generator: torch.Generator) -> Part:
        low, high = math.log(self.least), math.log(self.most)
        factor = uniform(len(part), low, high, generator, part.x.device).exp()
        return moved(part, scaled(factor, torch.zeros_like(factor), torch.zeros_like(factor)), self.empty)


class Crop(AugmentationChoice, frozen=True):
    kind: Literal["crop"] = "crop"
    least: float = Field(
        0.75,
        ge=0.2,
        le=1.0,
        title="Side at least",
        description="Of the window that is cut out, as a share of the side.",
    )
    label: ClassVar = "Crop"
    formula: ClassVar = (
        r"x'(p) = x(c + s p), \quad s \sim U(a, 1), \; c \sim U\text{: the window lies within the picture}"
    )
    lesson: ClassVar = (
        "A window cut out anywhere and enlarged to the old size: part of the object is enough to know it, as long as "
        "enough of it is left."
    )
    source: ClassVar = "Krizhevsky et al. 2012; Szegedy et al. 2015"

    @property
    def carries(self) -> tuple[str, ...]:
        return ("box", "objects", "mask", "angle")

    def change(self, part: Part, generator: torch.Generator) -> Part:
        height, width = part.x.shape[2:]
        count, device = len(part), part.x.device
        share = uniform(count, self.least, 1.0, generator, device)
        room = (1 - share) / 2
        x = room * width * uniform(count, -1.0, 1.0, generator, device)
        y = room * height * uniform(count, -1.0, 1.0, generator, device)
        return moved(part, scaled(1 / share, -x, -y), "edge")


class Pad(Moving, frozen=True):
    kind: Literal["pad"] = "pad"
    empty: Fill = fill("mirror")
    pixels: int = Field(
        1,
        ge=1,
        le=16,
        title="Pad by",
        description="On each side; then a window of the old size is cut out.",
        json_schema_extra={"unit": "pixels"},
    )
    label: ClassVar = "Pad and cut"
    formula: ClassVar = r"x' = \text{window of } h \times w \text{ in } \operatorname{pad}(x, n), \text{ anywhere}"
    lesson: ClassVar = "Widened on all sides, then cut to the old size anywhere: padded with black it is a shift."
    source: ClassVar = "He et al. 2016, section 4.2"

    def change(self, part: Part, generator: torch.Generator) -> Part:
        span = (-self.pixels, self.pixels + 1)
        x, y = (torch.randint(*span, (len(part),), generator=generator).to(part.x.device) for _ in range(2))
        return slid(part, x, y, self.empty)


def entry(default: float, title: str, most: float = 2.0) -> Any:
    """One number of an affine matrix."""
    return Field(default, ge=-most, le=most, title=title, json_schema_extra={"step": 0.05})


class Affine(Moving, frozen=True):
    kind: Literal["affine"] = "affine"
    a: float = entry(1.0, "a")
    b: float = entry(0.25, "b")
    c: float = entry(0.0, "c")
    d: float = entry(1.0, "d")
    e: float = entry(0.0, "e", 1.0)
    f: float = entry(0.0, "f", 1.0)
    label: ClassVar = "Affine"
    formula: ClassVar = (
        r"x'(A p + t) = x(p), \; (A \mid t) = \begin{pmatrix} a & b & e \\ c & d & f \end{pmatrix}, \; p \in [-1, 1]^2"
    )
    lesson: ClassVar = (
        "One matrix for all: turning, scaling, mirroring and shearing are its special cases. p is 0 in the middle and 1 at the "
        "right and upper border."
    )
    source: ClassVar = "LeCun et al. 1998; Jaderberg et al. 2015"

    @model_validator(mode="after")
    def _keeps_an_area(self) -> "Affine":
        area = self.a * self.d - self.b * self.c
        if not abs(area) >= LEAST_AREA:
            allowed = (
                f"the matrix makes the picture a line: a d - b c = {area:.3g}, which must be {LEAST_AREA:g} or more"
            )
            raise PydanticCustomError("misfit", allowed, {"field": "d", "value": self.d})
        return self

    @property
    def carries(self) -> tuple[str, ...]:
        is_upright = self.b == 0 and self.c == 0 and self.empty == "black"
        return ("mask", "box", "objects") if is_upright else ("mask",)

    def change(self, part: Part, generator: torch.Generator) -> Part:
        return moved(part, self.matrix(*part.x.shape[2:]).to(part.x.device).expand(len(part), 2, 3), self.empty)

    def matrix(self, height: int, width: int) -> Tensor:
        """The same in pixels from the middle, where y points down: (2, 3)."""
        ratio = width / height
        rows = [[self.a, -self.b * ratio, self.e * width / 2], [-self.c / ratio, self.d, -self.f * height / 2]]
        return torch.tensor(rows)
