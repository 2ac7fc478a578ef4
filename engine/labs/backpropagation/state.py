"""What the page of backpropagation shows: the network, its numbers, and how far the pass has come."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.activations import ELU, GELU, LeakyReLU, Linear, ReLU, Sigmoid, SiLU, Softplus, Step, Tanh
from engine.choice import Frozen
from engine.experiment import MAX_SEED
from engine.initializers import Initializer, XavierUniform
from engine.labs.backpropagation.edits import LARGEST, Edit, Place, read_edit, read_place
from engine.labs.backpropagation.heads import Head, SigmoidBCE

MAX_WIDTH = 4
MAX_DEPTH = 3
MAX_UPDATES = 100
MAX_EDITS = 80

Elementwise = Annotated[
    Step | Linear | Sigmoid | Tanh | ReLU | LeakyReLU | ELU | GELU | SiLU | Softplus, Field(discriminator="kind")
]
"""The activations that act on each unit alone."""
Rate = Annotated[float, Field(ge=0.0, le=10.0)]


class HiddenLayer(Frozen):
    """Its size and what its units do."""

    units: int = Field(ge=1, le=MAX_WIDTH, title="Units")
    activation: Elementwise = Tanh()


class BackpropagationLab(Frozen):
    """Its settings, as its address has them."""

    inputs: int = Field(2, ge=1, le=MAX_WIDTH, title="Inputs", description="Numbers that describe one example.")
    hidden: tuple[HiddenLayer, ...] = Field(
        (HiddenLayer(units=3), HiddenLayer(units=2)), max_length=MAX_DEPTH, title="Hidden layers"
    )
    head: Head = SigmoidBCE()
    batch: int = Field(
        1,
        ge=1,
        le=4,
        title="Examples",
        description="In one pass. The loss is the mean over them, and so is its gradient.",
    )
    initializer: Initializer = XavierUniform()
    biases: bool = Field(True, title="Draw the biases too", description="From U(-0.5, 0.5); else they begin at 0.")
    seed: int = Field(
        0, ge=0, le=MAX_SEED, title="Seed", description="Decides the first weights, the inputs and the targets."
    )
    rate: float = Field(
        0.5,
        ge=0.0,
        le=10.0,
        title="Learning rate",
        description="The update takes this many times the gradient off each weight.",
        json_schema_extra={"step": 0.05},
    )
    updates: tuple[Rate, ...] = Field((), max_length=MAX_UPDATES, title="Updates")
    """The learning rate of every update made so far."""
    edits: tuple[str, ...] = Field((), max_length=MAX_EDITS, title="Numbers set by hand")
    step: int = Field(1, ge=1, le=40, title="Step")
    entry: int = Field(1, ge=1, le=20, title="Number")
    """Which number of the quantity on screen is spelled out."""
    example: int = Field(1, ge=1, le=4, title="Example on the drawing")
    layout: Literal["rows", "columns"] = "rows"
    bias_unit: bool = Field(
        False,
        title="Bias as a unit that is always 1",
        description="The bias becomes the weight from one more unit whose value is always 1: one sum instead of two.",
    )
    selected: str = Field("", max_length=8, title="Picked number")
    """The place of the number that is picked on the drawing, such as ``w1.2.3``; empty for none."""
    editing: int = Field(0, ge=0, le=4, title="To edit")
    """A layer, or 0 for the inputs and targets."""
    section: Literal["numbers", "quantities", "shapes", "losses"] = "numbers"

    SHAPE: ClassVar = ("inputs", "hidden", "head", "batch", "initializer", "biases", "seed")
    """A change of these begins anew."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of the input, every hidden layer and the output."""
        return (self.inputs, *(layer.units for layer in self.hidden), self.head.outputs)

    @property
    def depth(self) -> int:
        """Layers that have weights."""
        return len(self.hidden) + 1

    @property
    def read_edits(self) -> tuple[Edit, ...]:
        """The numbers set by hand, in their order."""
        return tuple(read_edit(text) for text in self.edits)

    @property
    def picked(self) -> Place | None:
        """The number that is picked on the drawing."""
        return read_place(self.selected) if self.selected else None

    def places(self) -> Iterator[Place]:
        """Every number that can be set by hand."""
        sizes = self.sizes
        for layer in range(1, self.depth + 1):
            for unit in range(1, sizes[layer] + 1):
                yield from (Place("w", layer, unit, source) for source in range(1, sizes[layer - 1] + 1))
                yield Place("b", layer, unit)
        for example in range(1, self.batch + 1):
            yield from (Place("x", example, unit) for unit in range(1, self.inputs + 1))
            yield from (Place("y", example, unit) for unit in range(1, self.head.target_columns + 1))

    def has(self, place: Place) -> bool:
        """Whether there is such a number."""
        if place.letter in "wb":
            if not 1 <= place.first <= self.depth:
                return False
            sources = range(1, self.sizes[place.first - 1] + 1) if place.letter == "w" else (0,)
            return 1 <= place.unit <= self.sizes[place.first] and place.source in sources
        columns = self.inputs if place.letter == "x" else self.head.target_columns
        return 1 <= place.first <= self.batch and 1 <= place.unit <= columns

    def bounds(self, place: Place) -> tuple[float, float]:
        """The smallest and the largest number that may stand at ``place``."""
        if place.letter != "y":
            return -LARGEST, LARGEST
        return self.head.lowest, float(self.head.outputs) if self.takes_classes else self.head.highest

    @property
    def takes_classes(self) -> bool:
        """Whether a target is the number of a class."""
        return self.head.target_columns < self.head.outputs

    def missing(self, place: Place) -> str:
        """That there is no such number; empty where there is."""
        if self.has(place):
            return ""
        return f"there is no {place} in a network of {'-'.join(map(str, self.sizes))} with batch {self.batch}"

    def refused(self, edit: Edit) -> str:
        """Why a number cannot be set so; empty where it can."""
        if missing := self.missing(edit.place):
            return missing
        low, high = self.bounds(edit.place)
        if not low <= edit.value <= high:
            return f"{edit.place} goes from {low:g} to {high:g}"
        if edit.place.letter == "y" and self.takes_classes and edit.value != int(edit.value):
            return f"{edit.place} is {self.head.target_words}"
        return "" if edit.after <= len(self.updates) else f"only {len(self.updates)} updates were made"

    @model_validator(mode="after")
    def _edits_fit(self) -> "BackpropagationLab":
        latest = 0
        for text in self.edits:
            try:
                edit = read_edit(text)
                wrong = self.refused(edit)
            except ValueError as error:
                wrong = str(error)
            if not wrong and edit.after < latest:
                wrong = "edits stand in the order of the updates"
            if wrong:
                raise _problem("edits", text, wrong)
            latest = edit.after
        return self

    @model_validator(mode="after")
    def _picked_is_there(self) -> "BackpropagationLab":
        try:
            wrong = self.missing(read_place(self.selected)) if self.selected else ""
        except ValueError as error:
            wrong = str(error)
        if wrong:
            raise _problem("selected", self.selected, wrong)
        return self


def _problem(field: str, value: str, wrong: str) -> PydanticCustomError:
    return PydanticCustomError("place", wrong.replace("{", "{{"), {"field": field, "value": value[:60]})


CHAIN: dict[str, Any] = {"inputs": 1, "hidden": (HiddenLayer(units=1), HiddenLayer(units=1)), "head": SigmoidBCE()}
"""The network 1-1-1-1: three weights and three biases."""
