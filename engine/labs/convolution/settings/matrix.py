"""The same convolution as one matrix."""

from pydantic import Field

from engine.choice import Frozen

MAX_SIDE = 12


class AsMatrix(Frozen):
    """How much of the picture is written as a vector."""

    side: int = Field(
        8,
        ge=3,
        le=MAX_SIDE,
        title="Side of the picture",
        description="A larger picture is reduced to so many pixels along its longer side, so that its matrix can be drawn.",
    )
