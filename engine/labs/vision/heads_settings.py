"""What the section on other heads shows."""

from typing import Literal

from pydantic import Field

from engine.choice import Frozen

View = Literal["masks", "box", "several", "angle", "steering"]


class Heads(Frozen):
    """One question at a time, each to networks of its own."""

    view: View = "masks"
    epochs: int = Field(10, ge=1, le=40, title="Epochs", description="Passes over the training pictures.")
    seeds: int = Field(
        1,
        ge=1,
        le=5,
        title="Seeds",
        description="Other pictures, first weights and batches for each; the same for all.",
    )
    radius: float = Field(
        0.22,
        ge=0.12,
        le=0.32,
        title="Radius of the objects",
        description="The mean, as a share of the picture's width.",
        json_schema_extra={"step": 0.02},
    )
    picture: int = Field(
        1, ge=1, le=295, title="First picture", description="Of the validation pictures that are shown."
    )
    depth: int = Field(2, ge=1, le=3, title="Depth of the U-Nets", description="How often the map is halved.")
    dice: float = Field(0.0, ge=0.0, le=4.0, title="Weight of Dice", json_schema_extra={"step": 0.25})
    score: float = Field(
        0.15,
        ge=0.0,
        le=1.0,
        title="Least score",
        description="Boxes of a lower score are left out: higher, fewer false ones and more that are missed.",
        json_schema_extra={"step": 0.05},
    )
    overlap: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        title="Largest overlap",
        description="Two boxes of a class that agree by more than this IoU are taken for the same object; 1 keeps all.",
        json_schema_extra={"step": 0.05},
    )
    turning: Literal["pointed", "fourfold"] = Field(
        "pointed",
        title="Shapes",
        description="pointed: arrow and dart, of which every turn can be seen; fourfold: square and cross.",
    )
    components: int = Field(3, ge=1, le=6, title="Components of a mixture")
    forks: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        title="Forks",
        description="Share of pictures in which two angles are right.",
        json_schema_extra={"step": 0.1},
    )
