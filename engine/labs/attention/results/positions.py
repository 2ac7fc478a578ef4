"""Positions: what they are like, and heads that learn by them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from engine.labs.attention.results.heads import Matrix


@dataclass(frozen=True)
class Alikeness:
    """One kind of positions as numbers, and how alike two positions are."""

    table: Matrix
    """A row for each position, a column for each dimension."""
    similarity: Matrix
    """Of every two positions."""
    mean: Float[np.ndarray, " positions"]
    """Over pairs at distance 0, 1, 2 and so on (rotary: and over drawn vectors)."""
    low: Float[np.ndarray, " positions"]
    high: Float[np.ndarray, " positions"]
    closed: Float[np.ndarray, " positions"] | None
    """What the formula says ``mean`` is (rotary: is on average); None where there is none."""
    uneven: float
    """Largest difference between two pairs of positions at one distance."""


@dataclass(frozen=True)
class Permuted:
    """One head's outputs for a sentence, and for its tokens in another order."""

    tokens: tuple[str, ...]
    ordered: tuple[str, ...]
    """The tokens in the other order."""
    output: Float[np.ndarray, "tokens d_k"]
    back: Float[np.ndarray, "tokens d_k"]
    """The outputs in the other order, each put back to its token's first place."""
    apart: tuple[tuple[str, float], ...]
    """(kind of positions, largest difference between the two)."""


@dataclass(frozen=True)
class Course:
    """One kind of positions while a head with it is trained, for several seeds."""

    kind: str
    label: str
    step: Int[np.ndarray, " moments"]
    accuracy: Float[np.ndarray, "seeds moments"]
    """Share of places answered right, on sentences that are not trained on."""
    loss: Float[np.ndarray, "seeds moments"]
    """In nats, on the same sentences."""
    looks: Float[np.ndarray, "length length"]
    """Attention weights of the first seed, averaged over the sentences."""
    on_source: Float[np.ndarray, " seeds"]
    """Weight on the place that holds the answer, averaged over places and sentences."""
    table: Matrix | None
    """The trained table of the first seed, of learned positions."""


@dataclass(frozen=True)
class Lessons:
    """The kinds trained so far, on one task."""

    courses: tuple[Course, ...]
    sources: Int[np.ndarray, " length"]
    """Which place each place has to answer with, from 0; -1 where nothing is asked."""
    bag: float
    """Accuracy of answering with the sentence's most frequent token."""
