"""``Sequences``: what a network on sequences is trained on, whatever the task.

A mapping task (reverse, addition, ...) lays source and answer behind each other: x is the source, ``<bos>`` and the answer,
y asks for the answer and ``<eos>``, each at the token before it. A network that reads from left to right takes all of x; an
encoder-decoder takes the first ``source`` tokens into its encoder and the rest into its decoder.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Shaped
from torch import Tensor

from engine.text.vocabulary import BEGIN as BEGIN
from engine.text.vocabulary import END as END
from engine.text.vocabulary import PAD as PAD
from engine.text.vocabulary import SPECIAL as SPECIAL
from engine.text.vocabulary import UNKNOWN as UNKNOWN

IGNORED = -100
"""Stands in y where nothing is asked: what ``torch.nn.functional.cross_entropy`` ignores by default."""


@dataclass(frozen=True)
class Part:
    """Examples of one part."""

    x: Shaped[Tensor, "examples tokens *features"]
    """Ids (int64), or float32 numbers (examples, tokens, features)."""
    y: Shaped[Tensor, "examples *answers"]
    """Ids at each token (int64, ``IGNORED`` where nothing is asked), or one class (int64) or number (float32) an example."""

    def __len__(self) -> int:
        return len(self.x)

    def first(self, rows: int) -> "Part":
        """The first ``rows`` examples, or all where there are fewer."""
        return Part(self.x[:rows], self.y[:rows])

    def spread(self, rows: int) -> "Part":
        """``rows`` examples, evenly over all, or all where there are fewer: windows of a text stand in its order."""
        if rows >= len(self):
            return self
        places = torch.arange(rows) * len(self) // rows
        return Part(self.x[places], self.y[places])

    def to(self, device: torch.device) -> "Part":
        """The same on a device."""
        return Part(self.x.to(device), self.y.to(device))


@dataclass(frozen=True)
class Asks:
    """How a task asks: known without its examples."""

    at: Literal["each step", "end"]
    of_source: bool = False
    """Whether it maps a source to an answer, so that an encoder-decoder fits."""
    for_tokens: bool = False
    """Whether what it asks for are tokens of the vocabulary that x is written in."""


@dataclass(frozen=True)
class Sequences:
    """A task's examples and what a network needs to know of them."""

    train: Part
    validation: Part
    tokens: tuple[str, ...]
    """What the ids of x stand for, ``SPECIAL`` first; empty where x are numbers."""
    answers: tuple[str, ...]
    """What the classes of y stand for; empty where y are numbers."""
    answers_at: Literal["each step", "end"]
    source: int = 0
    """So many tokens at the front of x are the source of a mapping task; 0 for any other."""
    features: tuple[str, ...] = ()
    """Names of the numbers of each step where x are numbers."""
    unit: str = ""
    """Of y where it is a number."""
    looks_back: int = 0
    """Steps between what must be remembered and where it is asked for, where the task has such a length."""

    @property
    def asks(self) -> Asks:
        """How the task asks."""
        return Asks(self.answers_at, self.source > 0, bool(self.tokens) and self.tokens == self.answers)

    @property
    def loss(self) -> Literal["cross entropy", "squared error"]:
        """What is made small: mean cross-entropy in nats an answer, or mean squared error."""
        return "cross entropy" if self.answers else "squared error"

    @property
    def outputs(self) -> int:
        """Scores an answer has."""
        return len(self.answers) or 1

    @property
    def nbytes(self) -> int:
        """Bytes of all examples; windows of a text share theirs."""
        held = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in self._tensors}
        return sum(held.values())

    @property
    def _tensors(self) -> tuple[Tensor, ...]:
        return (self.train.x, self.train.y, self.validation.x, self.validation.y)

    @property
    def length(self) -> int:
        """Tokens of an example."""
        return int(self.train.x.shape[1])

    def asked(self, part: Part) -> Bool[Tensor, "examples *answers"]:
        """Where y asks for something."""
        return part.y != IGNORED if self.answers and self.answers_at == "each step" else torch.ones_like(part.y).bool()
