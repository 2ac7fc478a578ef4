"""Tasks that translate one small language into another: sums of numbers, dates in another form."""

import datetime
from typing import ClassVar, Literal

import torch
from pydantic import Field

from engine.sequences.data import SPECIAL, Asks, Sequences
from engine.sequences.tasks.task import VALIDATION, Drawn, mapping, parts
from engine.streams import stream

FIRST_DAY, DAYS = datetime.date(1950, 1, 1), 36_525
"""Dates are drawn from a century."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Written(Drawn, frozen=True):
    """Source and answer are short texts, cut into characters."""

    shape: ClassVar = "many to many"
    asks: ClassVar = Asks("each step", of_source=True, for_tokens=True)
    characters: ClassVar[str]
    """All that occur."""

    def build(self, seed: int) -> Sequences:
        pairs = self.pairs(self.samples + VALIDATION, stream(seed, "data"))
        tokens = (*SPECIAL, *self.characters)
        ids = {token: place for place, token in enumerate(tokens)}
        coded = [[[ids[c] for c in text] for text in side] for side in zip(*pairs, strict=True)]
        x, y, wide = mapping(coded[0], coded[1])
        return Sequences(*parts(x, y), tokens, tokens, "each step", source=wide)

    def pairs(self, rows: int, generator: torch.Generator) -> list[tuple[str, str]]:
        """(source, answer) of each example."""
        raise NotImplementedError


class Addition(Written, frozen=True):
    kind: Literal["addition"] = "addition"
    digits: int = Field(2, ge=1, le=6, title="Digits", description="Most digits of each number.")
    reversed_answer: bool = Field(
        False,
        title="Last digit first",
        description="Writes the answer from its last digit on: then every carry is known when it is needed.",
    )
    label: ClassVar = "Addition"
    formula: ClassVar = r"\text{12+34} \to \text{46}"
    lesson: ClassVar = "Sums of numbers as characters: the first digit of the answer hangs on a carry from the last."
    source: ClassVar = "Zaremba and Sutskever 2014, Lee et al. 2023"
    characters: ClassVar = "0123456789+"

    def pairs(self, rows: int, generator: torch.Generator) -> list[tuple[str, str]]:
        numbers = torch.randint(10**self.digits, (rows, 2), generator=generator).tolist()
        said = [(f"{a}+{b}", str(a + b)) for a, b in numbers]
        return [(source, answer[::-1]) for source, answer in said] if self.reversed_answer else said


class Dates(Written, frozen=True):
    kind: Literal["dates"] = "dates"
    label: ClassVar = "Date formats"
    formula: ClassVar = r"\text{7 Mar 1998} \to \text{1998-03-07}"
    lesson: ClassVar = "A translation whose right alignment is known: year to year, month to month, day to day."
    source: ClassVar = "as in Bahdanau attention tutorials"
    characters: ClassVar = "0123456789- JFMASONDanebrpyulgctov"

    def pairs(self, rows: int, generator: torch.Generator) -> list[tuple[str, str]]:
        days = torch.randint(DAYS, (rows,), generator=generator).tolist()
        dates = [FIRST_DAY + datetime.timedelta(days=day) for day in days]
        return [(f"{date.day} {MONTHS[date.month - 1]} {date.year}", date.isoformat()) for date in dates]
