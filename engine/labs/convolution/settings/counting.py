"""A layer of any size, whose parameters and multiply-adds are counted."""

from typing import Literal

from pydantic import Field, model_validator

from engine.choice import Frozen
from engine.labs.convolution.settings.problem import problem

MAX_SIDE = 1024
MAX_CHANNELS = 2048


class Counting(Frozen):
    """One convolution on square pictures."""

    side: int = Field(
        224, ge=1, le=MAX_SIDE, title="Side n", description="Of the picture.", json_schema_extra={"scale": "log"}
    )
    ins: int = Field(3, ge=1, le=MAX_CHANNELS, title="Channels in", json_schema_extra={"scale": "log"})
    outs: int = Field(64, ge=1, le=MAX_CHANNELS, title="Channels out", json_schema_extra={"scale": "log"})
    size: int = Field(3, ge=1, le=11, title="Size k")
    stride: int = Field(1, ge=1, le=8, title="Stride s")
    padding: Literal["none", "same"] = Field("same", title="Padding")
    groups: int = Field(
        1,
        ge=1,
        le=MAX_CHANNELS,
        title="Groups g",
        description="As many as channels in: one kernel for each (depthwise).",
    )
    bias: bool = Field(True, title="Bias", description="One learned offset for each output channel.")

    @model_validator(mode="after")
    def _groups_divide(self) -> "Counting":
        if self.ins % self.groups or self.outs % self.groups:
            allowed = f"it must divide {self.ins} channels in and {self.outs} out"
            raise problem("counting.groups", self.groups, allowed)
        return self
