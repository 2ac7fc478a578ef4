"""What the section on augmentation shows."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from engine.choice import Frozen
from engine.labs.vision.pictures_of import Pictures
from engine.vision.augment.catalog import AnyAugmentation, Augmentation
from engine.vision.augment.mixing import MixUp
from engine.vision.augment.moves import Flip, Rotate, Shift
from engine.vision.augment.shading import Brightness, CutOut, Noise
from engine.vision.augment.warp import Warp


@dataclass(frozen=True)
class Recipe:
    """A stack of rows to begin with."""

    label: str
    said: str
    rows: tuple[AnyAugmentation, ...]


RECIPES = {
    "small": Recipe(
        "Small moves",
        "What handwriting does by itself: it stands elsewhere, leans.",
        (Shift(most=0.1, whole=False), Rotate()),
    ),
    "rubber": Recipe("Rubber sheet", "Strokes bend, as from one hand to another.", (Warp(),)),
    "mirror": Recipe("Mirror images", "Right for cats, wrong for digits: look class by class.", (Flip(),)),
    "any": Recipe("Any turn", "A 6 on its head is a 9: look class by class.", (Rotate(most=180.0),)),
    "mixed": Recipe("Mix-up", "Two pictures laid over each other, two labels at once.", (MixUp(),)),
    "spoiled": Recipe("Spoiled", "Other light, noise, a hole: nothing moves.", (Brightness(), Noise(), CutOut())),
}


class Augmenting(Frozen):
    """Which pictures are looked at, what is done to them, and how it is compared."""

    view: Literal["pictures", "accuracy", "classes"] = "pictures"
    pictures: Pictures = Field("digits", title="Pictures")
    rows: Augmentation = RECIPES["small"].rows
    picture: int = Field(1, ge=1, le=10_000, title="Picture", description="Its number among the training pictures.")
    draw: int = Field(1, ge=1, le=100_000, title="Draw", description="Another number draws otherwise.")
    each: int = Field(
        10,
        ge=2,
        le=200,
        title="Training pictures a class",
        description="So few are learned from, chosen at random; all there are where there are fewer.",
        json_schema_extra={"scale": "log"},
    )
    updates: int = Field(
        500,
        ge=20,
        le=5000,
        title="Updates",
        description="Of 32 pictures each, with Adam at a rate of 0.003.",
        json_schema_extra={"scale": "log"},
    )
    seeds: int = Field(
        3, ge=2, le=12, title="Seeds", description="Each has its own training pictures, first weights and batches."
    )
