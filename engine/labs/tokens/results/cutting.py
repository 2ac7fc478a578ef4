"""What is measured of tokenizers: numbers that charts draw, free of torch. V tokens, d numbers for each."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from engine.text.vocabulary import Encoded, Vocabulary


@dataclass(frozen=True)
class Side:
    """One tokenizer's vocabulary of the text."""

    label: str
    lesson: str
    vocabulary: Vocabulary

    def encode(self, sentence: str) -> Encoded:
        """The sentence as this tokenizer cuts it."""
        return self.vocabulary.encode(sentence)


@dataclass(frozen=True)
class Candidate:
    """A pair of tokens that stand side by side in words of the text."""

    left: str
    right: str
    both: int
    """How often the pair is there."""
    lefts: int
    rights: int
    """How often each of its tokens is there."""

    @property
    def score(self) -> float:
        """count(ab) / (count(a) count(b))."""
        return self.both / (self.lefts * self.rights)


@dataclass(frozen=True)
class Merging:
    """Where a vocabulary stood after some of its merges."""

    made: int
    total: int
    last: tuple[str, str] | None
    """The pair that was merged last."""
    following: tuple[str, str] | None
    """The one that is merged next."""
    tokens: int
    """Size of the vocabulary by then."""
    by_count: tuple[Candidate, ...]
    """The pairs of the highest count, the highest first."""
    by_score: tuple[Candidate, ...]
    """The pairs of the highest score."""
    text_tokens: int
    """Tokens of the whole text by then."""


@dataclass(frozen=True)
class SizePoint:
    """A tokenizer whose vocabulary was capped at ``cap``, learned of four fifths of the text."""

    cap: int
    size: int
    """Tokens that it came to."""
    per_token: float
    """Characters of the held-out part for each token."""
    unknown: float
    """Share of the held-out part's tokens that are unknown."""


@dataclass(frozen=True)
class SizeLine:
    """One tokenizer under growing caps."""

    label: str
    points: tuple[SizePoint, ...] = ()


@dataclass(frozen=True)
class Sizes:
    """All of them, as far as they are measured."""

    lines: tuple[SizeLine, ...]
    held_out: int
    """Characters of the held-out part."""


@dataclass(frozen=True)
class Lookup:
    """One token as a one-hot row times E, and as the row of E."""

    token: str
    id: int
    table: Float[np.ndarray, "shown d"]
    """Rows of E around the token's own."""
    first: int
    """The id of the first row in ``table``."""
    product: Float[np.ndarray, " d"]
    """one-hot times E, every one of its V d multiplications made."""
    row: Float[np.ndarray, " d"]
    """E[id]."""
    size: int
    difference: float
    """Largest difference between the two."""
    cosines: Float[np.ndarray, "tokens tokens"]
    """Between the rows of E of the sentence's tokens."""
    touched: Float[np.ndarray, " shown"]
    """|dL/dE| of each row in ``table``, for L = half the squared length of all rows that the sentence looks up."""
    rows_touched: int
    """Rows of all of E whose gradient is not zero."""
