"""What the page of attention shows: the sentence and the matrices that several sections share, and a part for each section."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from engine.choice import Frozen
from engine.experiment import MAX_SEED
from engine.labs.attention.edits import Edit, Place, read_edit, read_place
from engine.labs.attention.masks import Mask, NoMask
from engine.labs.attention.tokens import MAX_TOKENS, refused, split
from engine.labs.attention.views import (
    MAX_WIDTH,
    Dictionary,
    Explanation,
    Length,
    ManyHeads,
    OneHead,
    Places,
    Scaling,
    divisors,
    listed,
    problem,
)

Section = Literal[
    "one head", "several heads", "positions", "scaling", "causal mask", "cost", "soft dictionary", "explanation"
]

MAX_TEXT = 160
MAX_EDITS = 100

Token = Annotated[int, Field(ge=1, le=MAX_TOKENS)]


class AttentionLab(Frozen):
    """Its settings, as its address has them."""

    section: Section = "one head"
    text: str = Field("the cat sat on the mat", max_length=MAX_TEXT, title="Sentence")
    d_model: int = Field(
        4, ge=2, le=MAX_WIDTH, title="Width of a token's vector, d_model", description="Columns of X, the embeddings."
    )
    seed: int = Field(0, ge=0, le=MAX_SEED, title="Seed", description="Decides every random draw on this page.")
    mask: Mask = NoMask()
    removed: tuple[Token, ...] = Field((), max_length=MAX_TOKENS, title="Padding")
    """Tokens at which nobody may look."""
    query: Token = Field(2, title="Token that looks, i")
    key: Token = Field(1, title="Token looked at, j")
    edits: tuple[str, ...] = Field((), max_length=MAX_EDITS, title="Numbers set by hand")
    picked: str = Field("", max_length=8, title="Picked number")
    """The place of the number that is picked in a picture, such as ``q1.2``; empty for none."""
    head: OneHead = OneHead()
    heads: ManyHeads = ManyHeads()
    positions: Places = Places()
    proven: Literal["moved", "derivative"] = "moved"
    scaling: Scaling = Scaling()
    length: Length = Length()
    dictionary: Dictionary = Dictionary()
    explanation: Explanation = Explanation()

    @property
    def tokens(self) -> tuple[str, ...]:
        """The sentence, split."""
        return split(self.text)

    @property
    def at(self) -> tuple[int, int]:
        """(query, key) that are looked at, from 0: those of the settings, as far as the sentence goes."""
        last = len(self.tokens)
        return min(self.query, last) - 1, min(self.key, last) - 1

    @property
    def read_edits(self) -> tuple[Edit, ...]:
        """The numbers set by hand, in their order."""
        return tuple(read_edit(text) for text in self.edits)

    @property
    def picked_place(self) -> Place | None:
        """The number that is picked."""
        return read_place(self.picked) if self.picked else None

    def shape(self, letter: str) -> tuple[int, int]:
        """(rows, columns) of the matrix that places with this letter stand in."""
        if letter == "x":
            return len(self.tokens), self.d_model
        return self.d_model, (self.d_model if letter.startswith("m") else self.head.d_k)

    def places(self, letter: str) -> Iterator[Place]:
        """Every cell of one matrix, row by row."""
        rows, columns = self.shape(letter)
        yield from (Place(letter, row, column) for row in range(1, rows + 1) for column in range(1, columns + 1))

    def missing(self, place: Place) -> str:
        """That there is no such number; empty where there is."""
        rows, columns = self.shape(place.letter)
        if 1 <= place.row <= rows and 1 <= place.column <= columns:
            return ""
        return f"there is no {place} in a matrix of {rows} rows and {columns} columns"

    @model_validator(mode="after")
    def _is_a_sentence(self) -> "AttentionLab":
        if wrong := refused(self.text):
            raise problem("text", self.text, wrong)
        return self

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> "AttentionLab":
        if self.d_model % self.heads.heads:
            allowed = f"the heads share d_model = {self.d_model} evenly: choose one of {listed(divisors(self.d_model))}"
            raise problem("heads.heads", str(self.heads.heads), allowed)
        return self

    @model_validator(mode="after")
    def _places_are_there(self) -> "AttentionLab":
        for text in self.edits:
            if wrong := self._wrong(text, is_edit=True):
                raise problem("edits", text, wrong)
        if self.picked and (wrong := self._wrong(self.picked, is_edit=False)):
            raise problem("picked", self.picked, wrong)
        return self

    def _wrong(self, text: str, *, is_edit: bool) -> str:
        try:
            return self.missing(read_edit(text).place if is_edit else read_place(text))
        except ValueError as error:
            return str(error)
