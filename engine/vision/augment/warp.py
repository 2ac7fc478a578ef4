"""Elastic warping: every pixel moved on its own, neighbours alike."""

import math
from dataclasses import replace
from typing import ClassVar, Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.vision.augment.augmentation import AugmentationChoice
from engine.vision.augment.plane import Fill, fill, masks_at, pictures_at, sampled_at
from engine.vision.images import Part

REACH = 3
"""The bell curve that smooths ends after so many standard deviations."""


class Warp(AugmentationChoice, frozen=True):
    kind: Literal["warp"] = "warp"
    strength: float = Field(
        0.6,
        ge=0.0,
        le=6.0,
        title="Strength",
        description="How far a pixel is moved in each direction: standard deviation.",
        json_schema_extra={"unit": "pixels", "step": 0.1},
    )
    smoothness: float = Field(
        2.0,
        ge=0.5,
        le=8.0,
        title="Smoothness",
        description="Standard deviation of the bell curve: pixels nearer than that move alike.",
        json_schema_extra={"unit": "pixels", "step": 0.5},
    )
    empty: Fill = fill()
    label: ClassVar = "Warp (elastic)"
    formula: ClassVar = (
        r"x'(p) = x(p + \alpha\, (G_\sigma * u)(p) / \operatorname{sd}(G_\sigma * u)), \quad u \sim U(-1, 1)"
    )
    lesson: ClassVar = "As if drawn on rubber: strokes bend as they do from one hand to another."
    source: ClassVar = "Simard et al. 2003"

    @property
    def carries(self) -> tuple[str, ...]:
        return ("mask",)

    def change(self, part: Part, generator: torch.Generator) -> Part:
        height, width = part.x.shape[2:]
        still = torch.eye(2, 3, device=part.x.device).expand(len(part), 2, 3)
        moves = field(len(part), height, width, self.smoothness, generator).to(part.x.device) * self.strength
        grid = sampled_at(still, height, width) + moves * torch.tensor([2 / width, 2 / height], device=part.x.device)
        mask = None if part.truth.mask is None else masks_at(part.truth.mask, grid, self.empty)
        return replace(part, pixels=pictures_at(part.x, grid, self.empty), truth=replace(part.truth, mask=mask))


def field(
    count: int, height: int, width: int, smoothness: float, generator: torch.Generator
) -> Float[Tensor, "count height width 2"]:
    """Smooth random moves of every pixel, across and down, of standard deviation 1.

    Uniform noise, also beyond the border, under a bell curve of so many pixels; the variance of what comes of it is that of
    the noise, 1/3, times the sum of the curve's squares.
    """
    reach = math.ceil(REACH * smoothness)
    places = torch.arange(-reach, reach + 1, dtype=torch.float32)
    curve = torch.softmax(-(places**2) / (2 * smoothness**2), dim=0)
    noise = 2 * torch.rand((count * 2, 1, height + 2 * reach, width + 2 * reach), generator=generator) - 1
    smooth = F.conv2d(F.conv2d(noise, curve.reshape(1, 1, -1, 1)), curve.reshape(1, 1, 1, -1))
    deviation = math.sqrt(1 / 3) * float(curve.square().sum())
    return smooth.reshape(count, 2, height, width).permute(0, 2, 3, 1) / deviation
