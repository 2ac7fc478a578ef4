"""The settings of the section on receptive fields."""

from typing import Literal

from pydantic import Field

from engine.choice import Frozen
from engine.labs.convolution.stacks import MAX_LAYERS, AnyLayer, Convolving


class Receptive(Frozen):
    """A stack of layers, and the cell of its output that is looked at."""

    view: Literal["field", "effective"] = "field"
    layers: tuple[AnyLayer, ...] = Field((Convolving(),) * 5, min_length=1, max_length=MAX_LAYERS)
    layer: int = Field(1, ge=1, le=MAX_LAYERS, title="Layer")
    """Whose settings are shown."""
    row: int = Field(0, ge=0, le=200, title="Row of the output cell", description="0: the one in the middle.")
    column: int = Field(0, ge=0, le=200, title="Column of the output cell", description="0: the one in the middle.")
    channels: int = Field(8, ge=1, le=16, title="Channels of every layer")
    seeds: int = Field(6, ge=1, le=20, title="Seeds", description="Weights and input of their own for each.")
    activation: Literal["ReLU", "none"] = Field("ReLU", title="After each convolution")
    side: int = Field(24, ge=16, le=96, title="Side of the input", json_schema_extra={"step": 8, "unit": "pixels"})
