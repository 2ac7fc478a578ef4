"""Augmentation that leaves everything in its place: brightness and contrast, noise, cut-out."""

from dataclasses import replace
from typing import ClassVar, Literal

import torch
from pydantic import Field

from engine.vision.augment.augmentation import AugmentationChoice, uniform
from engine.vision.images import BACKGROUND, Part


class Brightness(AugmentationChoice, frozen=True):
    kind: Literal["brightness"] = "brightness"
    brightness: float = Field(
        0.2,
        ge=0.0,
        le=1.0,
        title="Brightness",
        description="Added or taken away at most.",
        json_schema_extra={"step": 0.05},
    )
    contrast: float = Field(
        0.2,
        ge=0.0,
        le=1.0,
        title="Contrast",
        description="Differences from the mean brightness are multiplied by 1 plus or minus this at most.",
        json_schema_extra={"step": 0.05},
    )
    label: ClassVar = "Brightness and contrast"
    formula: ClassVar = (
        r"x' = \operatorname{clip}_{0..1}\left(\bar x + c\,(x - \bar x) + b\right), \quad b \sim U(-\beta, \beta), \; "
        r"c \sim U(1 - \gamma, 1 + \gamma)"
    )
    lesson: ClassVar = "Another light: the answer should not depend on the exposure."
    source: ClassVar = "Howard 2013"

    def change(self, part: Part, generator: torch.Generator) -> Part:
        count, device = len(part), part.x.device
        light = uniform(count, -self.brightness, self.brightness, generator, device)[:, None, None, None]
        range_ = uniform(count, 1 - self.contrast, 1 + self.contrast, generator, device)[:, None, None, None]
        mean = part.x.mean((1, 2, 3), keepdim=True)
        return replace(part, pixels=(mean + range_ * (part.x - mean) + light).clamp(0.0, 1.0))


class Noise(AugmentationChoice, frozen=True):
    kind: Literal["noise"] = "noise"
    deviation: float = Field(
        0.1,
        ge=0.0,
        le=0.5,
        title="Standard deviation",
        description="Of what is added to every pixel and channel.",
        json_schema_extra={"step": 0.01},
    )
    label: ClassVar = "Noise"
    formula: ClassVar = r"x' = \operatorname{clip}_{0..1}(x + \epsilon), \quad \epsilon \sim N(0, \sigma^2)"
    lesson: ClassVar = "Other noise each time: single pixels are not to be relied on."
    source: ClassVar = "Sietsma and Dow 1991; Bishop 1995"

    def change(self, part: Part, generator: torch.Generator) -> Part:
        noise = torch.randn(part.x.shape, generator=generator).to(part.x.device)
        return replace(part, pixels=(part.x + self.deviation * noise).clamp(0.0, 1.0))


class CutOut(AugmentationChoice, frozen=True):
    kind: Literal["cut_out"] = "cut_out"
    side: float = Field(
        0.3, gt=0.0, le=0.9, title="Side", description="Of the square, as a share of the picture's shorter side."
    )
    brightness: float = Field(0.0, ge=0.0, le=1.0, title="Brightness of the square", json_schema_extra={"step": 0.1})
    label: ClassVar = "Cut-out"
    formula: ClassVar = r"x'(p) = v \text{ where } \lVert p - c \rVert_\infty \le s / 2, \quad c \sim U"
    lesson: ClassVar = "A square hidden anywhere, also partly outside: no single mark of a class is to be relied on."
    source: ClassVar = "DeVries and Taylor 2017"

    @property
    def carries(self) -> tuple[str, ...]:
        return ("mask", "angle", "steering")

    def change(self, part: Part, generator: torch.Generator) -> Part:
        height, width = part.x.shape[2:]
        side = max(1, round(self.side * min(height, width)))
        top, left = (
            torch.randint(size, (len(part), 1), generator=generator).to(part.x.device) - side // 2
            for size in (height, width)
        )
        rows, columns = (torch.arange(size, device=part.x.device) for size in (height, width))
        down, across = (rows >= top) & (rows < top + side), (columns >= left) & (columns < left + side)
        hidden = down[:, :, None] & across[:, None, :]
        mask = None if part.truth.mask is None else part.truth.mask.masked_fill(hidden, BACKGROUND)
        x = part.x.masked_fill(hidden[:, None], self.brightness)
        return replace(part, pixels=x, truth=replace(part.truth, mask=mask))
