"""The parts of the lab's state, one for each section."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from engine.choice import Frozen
from engine.labs.attention.entries import Entries, NormalEntries
from engine.labs.attention.positions import Drawable, NoPositions, Positions, Sinusoidal
from engine.labs.attention.starts import Drawn, Start
from engine.labs.attention.tasks import Reverse, Task

Step = Literal["embeddings", "projections", "scores", "scaling", "mask", "softmax", "output"]
MAX_WIDTH = 8


class OneHead(Frozen):
    """One head, and how far through it the page is."""

    d_k: int = Field(
        3,
        ge=1,
        le=MAX_WIDTH,
        title="Width of queries, keys and values, d_k",
        description="Columns of W_Q, W_K and W_V. (Values may have a width of their own, d_v; here d_v = d_k.)",
    )
    start: Start = Drawn()
    scaled: bool = Field(True, title="Divide by √d_k", description="Off: the scores go into the softmax as they are.")
    step: Step = "embeddings"
    whole: bool = Field(False, title="Every matrix at once", description="Instead of those that the step uses.")


class ManyHeads(Frozen):
    """Several heads beside each other."""

    heads: int = Field(2, ge=1, le=MAX_WIDTH, title="Heads h", description="Each has d_k = d_model / h columns.")
    gain: float = Field(1.5, ge=0.1, le=5.0, title="Gain g", description="Weights are drawn from N(0, g² / d_model).")


class Training(Frozen):
    """One head that learns a task of places, with each kind of positions."""

    task: Task = Reverse()
    length: int = Field(10, ge=4, le=16, title="Length of a sentence")
    seeds: int = Field(3, ge=2, le=8, title="Seeds", description="First weights and sentences of their own for each.")
    steps: int = Field(200, ge=50, le=1000, title="Updates", json_schema_extra={"step": 50})


class Places(Frozen):
    """How a head is told where a token stands."""

    view: Literal["drawn", "permuted", "trained"] = "drawn"
    drawn: Drawable = Sinusoidal()
    told: Positions = NoPositions()
    """What the head is told in the view of tokens in another order."""
    positions: int = Field(40, ge=8, le=128, title="Positions", json_schema_extra={"step": 8})
    width: int = Field(32, ge=4, le=64, title="Dimensions d", json_schema_extra={"step": 4})
    order: Literal["reversed", "moved", "shuffled"] = Field("reversed", title="Other order")
    training: Training = Training()

    @field_validator("width")
    @classmethod
    def _comes_in_pairs(cls, value: int) -> int:
        if value % 2:
            raise PydanticCustomError("pairs", "dimensions come in pairs: an even number from 4 to 64")
        return value


class Scaling(Frozen):
    """Queries and keys of growing width."""

    entries: Entries = NormalEntries()
    keys: int = Field(16, ge=2, le=128, title="Keys", description="Tokens that each query looks at.")
    most: int = Field(512, ge=8, le=1024, title="Largest d_k", json_schema_extra={"scale": "log"})
    seeds: int = Field(6, ge=2, le=20, title="Seeds")
    shown: int = Field(
        64,
        ge=1,
        le=1024,
        title="d_k of the example",
        description="One query of this width.",
        json_schema_extra={"scale": "log"},
    )


class Length(Frozen):
    """One layer of attention over growing numbers of tokens."""

    width: int = Field(64, ge=16, le=256, title="d_model", json_schema_extra={"step": 16})
    heads: int = Field(4, ge=1, le=8, title="Heads")
    most: int = Field(1024, ge=64, le=2048, title="Most tokens timed", json_schema_extra={"scale": "log"})

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> "Length":
        if self.width % self.heads:
            allowed = f"{self.heads} heads share it evenly: choose a multiple of {self.heads}"
            raise problem("length.width", str(self.width), allowed)
        return self


Degrees = Annotated[float, Field(ge=0.0, le=360.0)]
Price = Annotated[float, Field(ge=-10.0, le=10.0)]


class Dictionary(Frozen):
    """Keys on a circle with their values, and a query."""

    keys: tuple[Degrees, ...] = Field((20.0, 80.0, 150.0, 260.0), min_length=2, max_length=6, title="Keys")
    values: tuple[Price, ...] = Field((3.0, 8.0, -2.0, 5.0), max_length=6, title="Values")
    query: float = Field(45.0, ge=0.0, le=360.0, title="Query", json_schema_extra={"step": 1.0, "unit": "degrees"})
    sharpness: float = Field(
        4.0,
        ge=0.1,
        le=1000.0,
        title="Sharpness b",
        description="Scores are multiplied by it: 1 / temperature.",
        json_schema_extra={"scale": "log"},
    )

    @model_validator(mode="after")
    def _each_key_has_a_value(self) -> "Dictionary":
        if len(self.keys) != len(self.values):
            allowed = f"as many as there are keys: {len(self.keys)}"
            raise problem("dictionary.values", listed(self.values), allowed)
        return self


class Explanation(Frozen):
    """A classifier that pools its words by attention, and what its weights say of its answer."""

    words: int = Field(10, ge=4, le=12, title="Words of a sentence")
    seeds: int = Field(4, ge=2, le=8, title="Seeds")
    steps: int = Field(200, ge=50, le=600, title="Updates", json_schema_extra={"step": 50})
    shown: int = Field(1, ge=1, le=50, title="Sentence shown")


def divisors(width: int) -> list[int]:
    """How many heads can share a width."""
    return [count for count in range(1, width + 1) if width % count == 0]


def listed(numbers: Sequence[float | int]) -> str:
    """``1, 2, 4``."""
    return ", ".join(f"{number:g}" for number in numbers)


def problem(field: str, value: str, wrong: str) -> PydanticCustomError:
    """The error of a validator: the dotted path of the setting, what it was given, what is allowed."""
    return PydanticCustomError("misfit", wrong.replace("{", "{{"), {"field": field, "value": value[:60]})
