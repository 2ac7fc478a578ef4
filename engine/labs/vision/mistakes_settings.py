"""What the section on mistakes shows."""

from typing import Literal

from pydantic import Field

from engine.choice import Frozen


class Mistakes(Frozen):
    """Where the network is wrong, and what it makes of whole sets of pictures."""

    view: Literal["table", "worst", "plane", "warp"] = "table"
    part: Literal["validation", "test"] = Field("validation", title="Pictures", description="Which part is looked at.")
    most: int = Field(12, ge=4, le=40, title="Pictures shown", description="The most confident mistakes first.")
    method: Literal["pca", "tsne"] = "pca"
    block: int = Field(24, ge=1, le=24, title="Block", description="After which block; beyond the last, the last.")
    corners: tuple[int, int, int] = Field((1, 2, 3), title="Three pictures")
