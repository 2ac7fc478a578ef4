"""What the section on feature maps shows."""

from typing import Literal

from pydantic import Field

from engine.choice import Frozen
from engine.labs.convolution.ink import INK

SIDE = 64
"""Pixels along each side of what can be drawn, at most."""


class Features(Frozen):
    """One picture on its way through the network."""

    view: Literal["maps", "kernels", "reach"] = "maps"
    picture: int = Field(1, ge=1, le=5000, title="Picture", description="Which of the validation pictures.")
    draws: bool = Field(False, title="Draw one", description="A picture of your own, pixel by pixel, in grey.")
    ink: str = Field("", max_length=SIDE * SIDE, pattern=f"^[{INK}]*$", title="Drawn pixels", description="Row by row.")
    block: int = Field(1, ge=1, le=24, title="Block", description="Whose maps stand large.")
    row: int = Field(0, ge=0, le=63, title="Row", description="Of the place whose receptive field is marked.")
    column: int = Field(0, ge=0, le=63, title="Column", description="Of the place whose receptive field is marked.")
