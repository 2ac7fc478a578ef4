"""What the section ``against_mlp`` of the page of images shows."""

from typing import Annotated, Literal

from pydantic import Field

from engine.choice import Frozen

Ends = Literal["flatten", "global"]
"""What stands between a CNN's last map and its dense layer: all its numbers in a row, or the mean of each channel."""
Wide = Annotated[int, Field(ge=1, le=4096)]
Filters = Annotated[int, Field(ge=1, le=1024)]


class Counting(Frozen):
    """The size of a picture and of two networks for it: parameters are counted, nothing is trained."""

    height: int = Field(32, ge=4, le=1024, title="Height", json_schema_extra={"unit": "pixels", "scale": "log"})
    width: int = Field(32, ge=4, le=1024, title="Width", json_schema_extra={"unit": "pixels", "scale": "log"})
    channels: int = Field(3, ge=1, le=4, title="Channels")
    classes: int = Field(10, ge=2, le=1000, title="Classes", json_schema_extra={"scale": "log"})
    hidden: tuple[Wide, ...] = Field((128, 128, 128), min_length=1, max_length=6, title="Hidden layers of the MLP")
    filters: tuple[Filters, ...] = Field(
        (16, 32),
        min_length=1,
        max_length=6,
        title="Convolutions of the CNN",
        description="How many filters each has; after each the picture is halved.",
    )
    kernel: int = Field(3, ge=1, le=7, title="Kernel k", description="k × k; the border is padded, so the size stays.")


class Against(Frozen):
    """An MLP and a CNN of as many parameters as each other, trained on the same pictures."""

    view: Literal["counted", "trained"] = "counted"
    counting: Counting = Counting()
    data: Literal["digits", "shapes"] = Field("digits", title="Pictures")
    border: int = Field(
        4,
        ge=1,
        le=8,
        title="Border",
        description="Black pixels put around every picture.",
        json_schema_extra={"unit": "pixels"},
    )
    budget: int = Field(
        4000,
        ge=300,
        le=60_000,
        title="Parameters",
        description="Each network gets the width that comes closest.",
        json_schema_extra={"scale": "log"},
    )
    layers: int = Field(1, ge=1, le=3, title="Hidden layers of the MLP")
    pictures: int = Field(
        1000, ge=50, le=4000, title="Training pictures", description="At most.", json_schema_extra={"scale": "log"}
    )
    epochs: int = Field(15, ge=1, le=100, title="Epochs", json_schema_extra={"scale": "log"})
    lr: float = Field(0.002, ge=1e-4, le=0.1, title="Learning rate (Adam)", json_schema_extra={"scale": "log"})
    shift: int = Field(4, ge=1, le=8, title="Farthest shift", json_schema_extra={"unit": "pixels"})
    seeds: int = Field(3, ge=2, le=8, title="Seeds")
