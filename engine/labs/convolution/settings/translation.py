"""The settings of the section on translation."""

from typing import Literal

from pydantic import Field

from engine.choice import Frozen
from engine.labs.convolution.downsampling import Downsampling, MaxHalving

MAX_SHIFT = 8
End = Literal["largest", "flat"]


class Translation(Frozen):
    """Small networks whose input is moved."""

    weights: Literal["random", "trained"] = "random"
    end: End = "largest"
    kind: Downsampling = MaxHalving()
    """The network that is looked at."""
    shift: int = Field(1, ge=0, le=MAX_SHIFT, title="Shift", json_schema_extra={"unit": "pixels"})
    layer: int = Field(4, ge=0, le=5, title="Layer")
    channel: int = Field(1, ge=1, le=24, title="Channel")
    digit: int = Field(1, ge=1, le=40, title="Digit shown", description="Of those held back from training.")
    seeds: int = Field(2, ge=1, le=6, title="Seeds", description="First weights and batches of their own for each.")
    epochs: int = Field(6, ge=1, le=12, title="Epochs of training")
