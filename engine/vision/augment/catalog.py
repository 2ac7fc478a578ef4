"""The catalog of augmentation, and a batch as several rows in turn make it."""

from dataclasses import replace
from typing import Annotated

import torch.nn.functional as F
from pydantic import AfterValidator, Field

from engine.streams import stream
from engine.vision.augment.mixing import MixUp
from engine.vision.augment.moves import Affine, Crop, Flip, Pad, Rotate, Scale, Shift
from engine.vision.augment.shading import Brightness, CutOut, Noise
from engine.vision.augment.warp import Warp
from engine.vision.images import Part

AnyAugmentation = Annotated[
    Shift | Rotate | Flip | Scale | Crop | Pad | Warp | Affine | Brightness | Noise | CutOut | MixUp,
    Field(discriminator="kind"),
]
MOST_ROWS = 8
"""So many may follow each other."""


def each_once(rows: tuple[AnyAugmentation, ...]) -> tuple[AnyAugmentation, ...]:
    """``rows``, which are of different kinds. Raises ValueError."""
    kinds = [row.kind for row in rows]
    twice = next((row.label for place, row in enumerate(rows) if row.kind in kinds[:place]), None)
    if twice is not None:
        raise ValueError(f"{twice} stands there twice: each kind of augmentation once")
    return rows


Augmentation = Annotated[
    tuple[AnyAugmentation, ...], Field(max_length=MOST_ROWS, title="Augmentation"), AfterValidator(each_once)
]
"""What is done to the pictures of a batch, one after another."""


def augmented(rows: tuple[AnyAugmentation, ...], part: Part, classes: int, seed: int, step: int) -> Part:
    """The pictures of a batch as the update after ``step`` learns from them; ``part`` stays as it is.

    What is drawn depends on the seed, the step and a row's place alone: pausing, stepping and going back change none of it,
    nor does another row that comes after.
    """
    if any(row.mixes for row in rows):
        shares = F.one_hot(part.label, classes).float()
        part = replace(part, truth=replace(part.truth, shares=shares))
    for place, row in enumerate(rows):
        part = row.apply(part, stream(seed, "augmentation", step * MOST_ROWS + place))
    return part
