"""What sources that draw their pictures have in common: size, noise, how many, and how they are parted."""

from typing import Any

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.vision.images import Images, Part, images_of

HELD_BACK = 300
"""Pictures of each of the validation and the test part."""


def size_field() -> Any:
    """The knob of a picture's side."""
    return Field(
        32,
        ge=16,
        le=48,
        multiple_of=8,
        title="Size",
        description="Width and height of a picture.",
        json_schema_extra={"step": 8, "unit": "pixels"},
    )


def noise_field() -> Any:
    """The knob of how grainy pictures are."""
    return Field(
        0.05,
        ge=0.0,
        le=0.4,
        title="Noise",
        description="Standard deviation of the noise of every pixel and channel, of a brightness of 0 to 1.",
        json_schema_extra={"step": 0.01},
    )


def samples_field() -> Any:
    """The knob of how many there are to train on."""
    return Field(
        1200,
        ge=100,
        le=4000,
        title="Training pictures",
        description=f"Drawn once, beside {HELD_BACK} to validate and {HELD_BACK} to test on.",
        json_schema_extra={"scale": "log"},
    )


def add_noise(x: Float[Tensor, "pictures channels height width"], deviation: float, generator: torch.Generator) -> None:
    """In place; what leaves 0 to 1 is cut off."""
    x.add_(deviation * torch.randn(x.shape, generator=generator)).clamp_(0, 1)


def parted(whole: Part, classes: tuple[str, ...]) -> Images:
    """The first pictures to test on, the next to validate, the rest to train: more of these leave the others as they are."""
    test, validation = whole.rows(slice(HELD_BACK)), whole.rows(slice(HELD_BACK, 2 * HELD_BACK))
    return images_of(whole.rows(slice(2 * HELD_BACK, None)), validation, test, classes)
