"""What the page of the initialization shows."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from engine.activations import Activation, Linear, Tanh
from engine.choice import Frozen
from engine.experiment import MAX_SEED
from engine.initializers import Constant, Initializer, Normal, XavierNormal, XavierUniform
from engine.labs.initialization.inputs import NormalInputs, Source
from engine.model import MAX_DEPTH, MAX_WIDTH

Section = Literal["layers", "gain", "widths", "symmetry"]
Width = Annotated[int, Field(ge=1, le=MAX_WIDTH)]


class Network(Frozen):
    """The networks that are measured, but for their first weights."""

    activation: Activation = Tanh()
    depth: int = Field(30, ge=1, le=MAX_DEPTH, title="Hidden layers")
    width: int = Field(64, ge=1, le=MAX_WIDTH, title="Units per layer", description="Of the first hidden layer.")
    last_width: Width | None = Field(
        None, title="Width of the last layer", description="The layers between go from one width to the other evenly."
    )


class Measuring(Frozen):
    """How often, and on what."""

    source: Source = NormalInputs()
    examples: int = Field(64, ge=8, le=256, title="Examples", description="Sent through every network.")
    seeds: int = Field(5, ge=3, le=10, title="Seeds", description="Networks drawn anew for each line.")
    seed: int = Field(0, ge=0, le=MAX_SEED - 10, title="First seed")


class Compared(Frozen):
    """Up to three ways to draw the first weights."""

    count: int = Field(3, ge=1, le=3, title="Initializers compared")
    first: Initializer = Normal(scale=0.1)
    second: Initializer = XavierNormal()
    third: Initializer = Normal(scale=0.3)

    @property
    def chosen(self) -> tuple[Initializer, ...]:
        """The first ``count`` of them."""
        return (self.first, self.second, self.third)[: self.count]


class Gain(Frozen):
    """A factor on all weights."""

    initializer: Initializer = XavierNormal()
    gain: float = Field(
        1.0, ge=0.1, le=3.0, title="Gain", description="Multiplies every weight.", json_schema_extra={"step": 0.05}
    )


class Widths(Frozen):
    """A network whose layers narrow or widen."""

    activation: Activation = Linear()
    depth: int = Field(8, ge=1, le=MAX_DEPTH, title="Hidden layers")
    first: int = Field(128, ge=1, le=MAX_WIDTH, title="Width of the first layer")
    last: int = Field(16, ge=1, le=MAX_WIDTH, title="Width of the last layer")


class Symmetry(Frozen):
    """Two small networks that learn the same circle, one of them with equal first weights."""

    equal: Initializer = Constant(value=0.5)
    drawn: Initializer = XavierUniform()
    activation: Activation = Tanh()
    units: int = Field(4, ge=2, le=8, title="Hidden units")
    layers: int = Field(1, ge=1, le=3, title="Hidden layers")
    dropout: float = Field(
        0.0,
        ge=0.0,
        le=0.9,
        title="Dropout",
        description="Share of hidden units silenced at random in an update: another way to tell units apart.",
        json_schema_extra={"step": 0.05},
    )
    updates: int = Field(300, ge=10, le=2000, title="Updates", json_schema_extra={"step": 10})
    seed: int = Field(0, ge=0, le=MAX_SEED, title="Seed")


class InitializationLab(Frozen):
    """Its settings, as its address has them."""

    section: Section = "layers"
    quantity: Literal["activations", "pre-activations"] = Field(
        "activations",
        title="Forward signal",
        description="Pre-activations z are what a layer's weights give; activations a are what its function makes of z.",
    )
    network: Network = Network()
    measuring: Measuring = Measuring()
    compared: Compared = Compared()
    gain: Gain = Gain()
    widths: Widths = Widths()
    symmetry: Symmetry = Symmetry()


def spread_widths(first: int, last: int, depth: int) -> tuple[int, ...]:
    """Widths of ``depth`` layers from ``first`` to ``last``, each the same factor times the one before, in whole units."""
    return tuple(int(width) for width in np.rint(np.geomspace(first, last, depth)))


def widths_of(network: Network) -> tuple[int, ...]:
    """Units of each hidden layer."""
    last = network.width if network.last_width is None else network.last_width
    return spread_widths(network.width, last, network.depth)
