"""What every task on sequences has in common."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor

from engine.choice import Choice
from engine.sequences.data import BEGIN, END, IGNORED, PAD, Asks, Part, Sequences

VALIDATION = 500
"""Examples held back by the tasks that draw theirs."""
Group = Literal["Toy tasks with exact answers", "Text", "Series"]
Shape = Literal["one to one", "one to many", "many to one", "many to many"]


class Task(Choice, frozen=True):
    """A row of the catalog of tasks. The same seed gives the same examples."""

    shape: ClassVar[Shape]
    """What goes in against what comes out."""
    group: ClassVar[Group]
    asks: ClassVar[Asks] = Asks("each step", for_tokens=True)
    """How it asks: tested against its examples."""

    def build(self, seed: int) -> Sequences:
        """The examples. Raises engine.refusal.Refusal where they can't be had."""
        raise NotImplementedError

    @property
    def is_private(self) -> bool:
        """Whether its examples are a visitor's own."""
        return False

    def must_be_mine(self) -> None:
        """Raise Refused where its examples are private and the present reader does not have them."""


@dataclass(frozen=True)
class Given:
    """What a task takes from a text or a table, as numbers, before anything is drawn."""

    x: Tensor
    y: Tensor = torch.zeros(0)
    """Where x does not say by itself what is asked."""
    groups: Tensor = torch.zeros(0)
    """Examples with the same number are alike, and stay in one part."""
    tokens: tuple[str, ...] = ()
    """What ids stand for, ``SPECIAL`` first."""
    answers: tuple[str, ...] = ()


class GivenTask(Task, frozen=True):
    """A task whose examples are made of something that is there already."""

    def given(self) -> Given:
        """The numbers it is made of. Raises engine.refusal.Refusal where they can't be had."""
        raise NotImplementedError

    def arranged(self, given: Given, seed: int) -> Sequences:
        """The examples, in training and validation part."""
        raise NotImplementedError

    def build(self, seed: int) -> Sequences:
        return self.arranged(self.given(), seed)


class Drawn(Task, frozen=True):
    """A task whose examples are drawn, as many as asked."""

    samples: int = Field(
        4000,
        ge=50,
        le=20_000,
        title="Training examples",
        description="Drawn once; as many as asked, beside 500 to validate on.",
        json_schema_extra={"scale": "log"},
    )
    group: ClassVar[Group] = "Toy tasks with exact answers"


def parts(x: Tensor, y: Tensor, held_back: int = VALIDATION) -> tuple[Part, Part]:
    """(training, validation): the last ``held_back`` examples are held back."""
    return Part(x[:-held_back], y[:-held_back]), Part(x[-held_back:], y[-held_back:])


def mapping(sources: list[list[int]], answers: list[list[int]]) -> tuple[Tensor, Tensor, int]:
    """(x, y, tokens of the source) of a mapping task, padded to the longest.

    The source is padded at its front, so that its end stands beside the answer.
    """
    wide, long = max(map(len, sources)), max(map(len, answers)) + 1
    both = list(zip(sources, answers, strict=True))
    x = [[PAD] * (wide - len(s)) + s + [BEGIN] + a + [PAD] * (long - len(a) - 1) for s, a in both]
    y = [[IGNORED] * wide + a + [END] + [IGNORED] * (long - len(a) - 1) for _, a in both]
    return torch.tensor(x), torch.tensor(y), wide
