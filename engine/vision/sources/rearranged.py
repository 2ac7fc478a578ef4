"""The pictures of another source in a wider frame, or with all pixels shuffled in one fixed way."""

from typing import Annotated, ClassVar, Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor

from engine.streams import stream
from engine.vision.images import Images, Part, images_of
from engine.vision.sources.digits import Digits
from engine.vision.sources.scenes import ShapeScenes
from engine.vision.sources.source import Source

SHUFFLE = 1000
"""The place of the shuffle among the streams of data: none of another source's draws."""
Inner = Annotated[Digits | ShapeScenes, Field(discriminator="kind")]


class Rearranged(Source, frozen=True):
    kind: Literal["rearranged"] = "rearranged"
    of: Inner = Field(Digits(), title="Pictures of")
    border: int = Field(
        4,
        ge=0,
        le=12,
        title="Border",
        description="Black pixels around every picture.",
        json_schema_extra={"unit": "pixels"},
    )
    shuffled: bool = Field(
        False, title="Shuffle the pixels", description="All pixels change places, in every picture in the same way."
    )
    pictures: int = Field(
        4000,
        ge=50,
        le=4000,
        title="Training pictures",
        description="At most; the first ones of the training part.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "Framed or shuffled pictures"
    formula: ClassVar = r"x'_{c,p} = x_{c,\pi(p)}, \quad \pi \text{ the same for every picture}"
    lesson: ClassVar = (
        "Shuffled pictures hold all that they held before, at other places: whoever takes pixels one by one loses nothing, "
        "whoever trusts in neighbours does."
    )
    source: ClassVar = "Zhang et al. 2017, section 2 (shuffled pixels)"

    @property
    def shape(self) -> tuple[int, int, int]:
        channels, height, width = self.of.shape
        return channels, height + 2 * self.border, width + 2 * self.border

    @property
    def classes(self) -> tuple[str, ...]:
        return self.of.classes

    def build(self, seed: int) -> Images:
        inner = self.of.build(seed)
        train, validation, test = (
            self.part(p, seed) for p in (inner.train.first(self.pictures), inner.validation, inner.test)
        )
        return images_of(train, validation, test, inner.classes, inner.note)

    def part(self, part: Part, seed: int) -> Part:
        """Its pictures as this source shows them. Only their classes are known: boxes and masks would be elsewhere."""
        framed = F.pad(part.x, (self.border,) * 4)
        return Part(shuffle(framed, permutation(framed, seed)) if self.shuffled else framed, part.label)


def permutation(x: Float[Tensor, "pictures channels height width"], seed: int) -> Int[Tensor, " pixels"]:
    """Which pixel comes to each place."""
    return torch.randperm(x.shape[2] * x.shape[3], generator=stream(seed, "data", SHUFFLE))


def shuffle(
    x: Float[Tensor, "pictures channels height width"], order: Int[Tensor, " pixels"]
) -> Float[Tensor, "pictures channels height width"]:
    """The same pixels at other places, in every channel alike."""
    return x.flatten(2)[:, :, order].reshape(x.shape)
