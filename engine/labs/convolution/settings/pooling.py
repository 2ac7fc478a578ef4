"""The settings of the section on pooling."""

from typing import Literal

from pydantic import Field

from engine.choice import Frozen
from engine.labs.convolution.pools import AnyPool, MaxPool


class Pooling(Frozen):
    """A pool on the picture, and the picture moved."""

    pool: AnyPool = MaxPool()
    row: int = Field(2, ge=1, le=200, title="Row of the output")
    column: int = Field(2, ge=1, le=200, title="Column of the output")
    most: int = Field(8, ge=1, le=24, title="Largest shift", json_schema_extra={"unit": "pixels"})
    direction: Literal["right", "down", "diagonal"] = Field("right", title="Direction")
    filled: Literal["around", "black"] = Field(
        "around",
        title="What comes in",
        description="around: what leaves on one side comes in on the other, so nothing is lost; black: zeros.",
    )
