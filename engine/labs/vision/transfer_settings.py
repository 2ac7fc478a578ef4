"""What the section on transfer shows."""

from typing import Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from engine.choice import Frozen
from engine.labs.vision.pictures_of import Pictures

MOST_COUNTS = 6
COUNTS = (2, 5, 10, 20, 50, 100)
"""Pictures a class that are offered."""


class Transferring(Frozen):
    """What is learned first, and how much of it is kept for what comes then."""

    view: Literal["accuracy", "layers", "filters"] = "accuracy"
    pictures: Pictures = Field("shapes", title="Pictures")
    first: int = Field(
        3,
        ge=2,
        le=100,
        title="Classes learned first",
        description="The first so many classes; at least two others are left for what comes then.",
    )
    kept: int = Field(
        3,
        ge=1,
        le=24,
        title="Groups kept",
        description="So many groups of layers, from the picture on, begin as they were learned; those behind begin anew. The "
        "output always does.",
    )
    before: int = Field(
        500,
        ge=20,
        le=5000,
        title="Updates on these",
        description="With all their training pictures, 32 an update.",
        json_schema_extra={"scale": "log"},
    )
    updates: int = Field(
        150,
        ge=20,
        le=2000,
        title="Updates on the others",
        description="From few pictures, 32 an update.",
        json_schema_extra={"scale": "log"},
    )
    counts: tuple[int, ...] = Field(
        (5, 10, 20, 50),
        min_length=2,
        max_length=MOST_COUNTS,
        title="Pictures a class",
        description="Of the other classes; all there are where there are fewer.",
    )
    rate: float = Field(
        0.003,
        ge=1e-4,
        le=0.03,
        title="Learning rate",
        description="Of Adam; discriminative rates have it in the output layer.",
        json_schema_extra={"scale": "log"},
    )
    factor: float = Field(
        2.6,
        ge=1.0,
        le=10.0,
        title="Factor between groups",
        description="Each group of layers learns so many times slower than the one behind it.",
        json_schema_extra={"step": 0.1},
    )
    seeds: int = Field(
        3, ge=2, le=8, title="Seeds", description="Each has its own first weights, pictures and batches."
    )

    @field_validator("counts")
    @classmethod
    def _in_order(cls, counts: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 2 <= count <= 200 for count in counts):
            raise PydanticCustomError("counts", "each from 2 to 200")
        return tuple(sorted(set(counts)))
