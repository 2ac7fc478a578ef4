"""What the page of recurrent networks shows."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.choice import Frozen
from engine.clipping import ClipNorm
from engine.experiment import MAX_SEED
from engine.initializers import Initializer, Orthogonal
from engine.sequences.cells import CellChoice
from engine.sequences.decoding import Decoding
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.presets import RECURRENT_PRESETS
from engine.sequences.recurrent import Recurrent
from engine.sequences.tasks.task import Shape
from engine.sequences.tasks.texts import Language
from engine.text.corpora import Sentences
from engine.text.tokenizers import Characters

Section = Literal["train", "unrolled", "shapes", "gradients", "lengths", "padding", "next", "speed"]
CellKind = Literal["rnn", "gru", "lstm", "peephole"]


LENGTHS = 8
"""Lengths that are tried at most."""


class Unroll(Frozen):
    """One sequence, step by step."""

    view: Literal["yours", "worked"] = "yours"
    moment: Literal["first", "trained"] = "trained"
    text: str = Field("the cat sleeps on the sofa", max_length=300, title="Your text")
    example: int = Field(
        1, ge=1, le=500, title="Example", description="Which of the examples held back from training is read."
    )
    layer: int = Field(1, ge=1, le=6, title="Layer")
    step: int = Field(3, ge=1, le=500, title="Step t")
    unit: int = Field(1, ge=1, le=128, title="Unit j")
    sentence: str = Field("the small cat sees a big dog .", max_length=120, title="A sentence of these words")


class Gradients(Frozen):
    """How far back the gradient reaches."""

    view: Literal["reach", "bars", "truncated", "skips"] = "reach"
    length: int = Field(50, ge=3, le=200, title="Steps T", description="The loss is asked for at the last one.")
    units: int = Field(16, ge=2, le=64, title="Units", description="Of every cell.")
    recurrent: Initializer = Field(Orthogonal(), title="First recurrent weights")
    updates: int = Field(
        0, ge=0, le=1000, title="Updates before", description="Of training on the task before the gradient is measured."
    )
    seeds: int = Field(3, ge=1, le=8, title="Seeds", description="So many networks of each kind.")
    clip: ClipNorm = ClipNorm(limit=1.0)
    moment: Literal["first", "trained"] = "trained"
    layer: int = Field(1, ge=1, le=6, title="Layer")
    matrix: Literal["W_xh", "W_hh", "W_hy"] = Field("W_hh", title="Matrix")
    row: int = Field(1, ge=1, le=512, title="Row")
    column: int = Field(1, ge=1, le=512, title="Column")
    example: int = Field(1, ge=1, le=500, title="Example")
    chunk: int = Field(
        8, ge=1, le=200, title="Chunk length", description="Steps through which the gradient goes back at most."
    )
    carried: bool = Field(
        True, title="Carry the state", description="From one chunk to the next; off, each chunk begins at 0."
    )
    skip: int = Field(8, ge=2, le=64, title="Skip over time k", description="Steps that one connection leaps over.")


class Lengths(Frozen):
    """At which length each cell stops learning."""

    task: Literal["recall", "adding"] = Field("recall", title="Task")
    kinds: tuple[CellKind, ...] = Field(("rnn", "gru", "lstm"), min_length=1, max_length=4, title="Cells")
    units: int = Field(12, ge=2, le=48, title="Units", description="Of every cell.")
    seeds: int = Field(3, ge=2, le=8, title="Seeds", description="So many runs of each cell at each length.")
    updates: int = Field(
        400,
        ge=50,
        le=3000,
        title="Updates at most",
        description="A run that has learned the task ends before.",
        json_schema_extra={"scale": "log"},
    )
    lr: float = Field(0.01, ge=1e-4, le=0.1, title="Learning rate", json_schema_extra={"scale": "log"})
    lengths: tuple[Annotated[int, Field(ge=2, le=300)], ...] = Field(
        (5, 10, 20, 40, 80), min_length=2, max_length=LENGTHS, title="Lengths"
    )
    go_on: bool = Field(
        False,
        title="Try longer ones after a failure",
        description="Off, a seed of a cell is done with the first length that it does not learn.",
    )


class Padding(Frozen):
    """What pads do that are not masked."""

    task: Literal["brackets", "reviews"] = "brackets"
    units: int = Field(24, ge=2, le=64, title="Units")
    updates: int = Field(250, ge=20, le=1000, title="Updates", description="Of training, with and without masks.")
    place: Literal["behind", "before"] = "behind"
    most: int = Field(64, ge=8, le=200, title="Most further pads")


class NextToken(Frozen):
    """What comes next."""

    task: Language = Language(corpus=Sentences(), tokenizer=Characters(lower_case=True), context=32)
    units: int = Field(48, ge=2, le=128, title="Units")
    updates: int = Field(
        400, ge=20, le=5000, title="Updates", description="Of training.", json_schema_extra={"scale": "log"}
    )
    text: str = Field("the cat ", max_length=400, title="Your text")
    decoding: Decoding = Decoding()
    tokens: int = Field(60, ge=1, le=300, title="Tokens", description="So many are written on.")
    draw: int = Field(0, ge=0, le=MAX_SEED, title="Draw", description="Another number draws otherwise.")


class Speed(Frozen):
    """Seconds a sequence, by its length."""

    units: int = Field(
        64, ge=16, le=128, multiple_of=16, title="Width", description="Units of a cell, numbers per token of attention."
    )
    batch: int = Field(8, ge=1, le=64, title="Sequences at once")
    longest: int = Field(512, ge=64, le=1024, title="Longest", json_schema_extra={"scale": "log"})
    backward: bool = Field(True, title="With the backward pass", description="As in training; off, only reading.")


class RecurrentLab(Frozen):
    """Its settings, as its address has them. ``experiment`` is the network that most sections look into."""

    section: Section = "unrolled"
    experiment: SequenceExperiment = RECURRENT_PRESETS["words"].experiment
    unroll: Unroll = Unroll()
    shape: Shape = "many to one"
    gradients: Gradients = Gradients()
    lengths: Lengths = Lengths()
    padding: Padding = Padding()
    next: NextToken = NextToken()
    speed: Speed = Speed()

    @model_validator(mode="after")
    def _is_recurrent(self) -> "RecurrentLab":
        if self.experiment.model.kind != "recurrent":
            allowed = "this page looks into recurrent networks: choose recurrent"
            raise PydanticCustomError("misfit", allowed, {"field": "experiment.model.kind", "value": "transformer"})
        return self

    @property
    def seed(self) -> int:
        """Decides every draw of every section."""
        return self.experiment.seed

    @property
    def cell(self) -> CellChoice:
        """The cell of the network."""
        return self.network.cell

    @property
    def network(self) -> Recurrent:
        """The network's settings."""
        if not isinstance(self.experiment.model, Recurrent):
            raise TypeError("checked when made")
        return self.experiment.model
