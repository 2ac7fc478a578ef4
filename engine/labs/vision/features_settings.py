"""What the section on feature maps shows."""

from typing import Literal

from pydantic import Field

from engine.choice import Frozen

SIDE = 32
"""Pixels along each side of what can be drawn, at most."""


class Features(Frozen):
    """One picture on its way through the network."""

    view: Literal["maps", "kernels", "reach"] = "maps"
    picture: int = Field(1, ge=1, le=5000, title="Picture", description="Which of the validation pictures.")
    block: int = Field(1, ge=1, le=24, title="Block", description="Whose maps stand large.")
    row: int = Field(0, ge=0, le=63, title="Row", description="Of the place whose receptive field is marked.")
    column: int = Field(0, ge=0, le=63, title="Column", description="Of the place whose receptive field is marked.")
