"""What attention explains."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Rival:
    """Another map with the same output."""

    weights: Float[np.ndarray, "tokens tokens"]
    apart: Float[np.ndarray, " tokens"]
    """Half of the sum of what each weight of a row differs by: 0 for the same row, 1 for one on other tokens altogether."""
    output_apart: float
    """Largest difference of the outputs."""


@dataclass(frozen=True)
class Answered:
    """One sentence that a classifier has answered."""

    words: tuple[str, ...]
    deciding: int
    """Place of the word that decides, from 0."""
    weights: Float[np.ndarray, " words"]
    other: Float[np.ndarray, " words"]
    """As different as can be, with the same answer."""
    effect: Float[np.ndarray, " words"]
    """Change of the probability when the word is left out."""
    p: float
    """Of "good"."""
    p_other: float
    """With the other weights."""


@dataclass(frozen=True)
class Explained:
    """What the attention of a trained classifier says of its answers; a number for each seed."""

    label: str
    accuracy: Float[np.ndarray, " seeds"]
    accuracy_even: Float[np.ndarray, " seeds"]
    """With every weight the same instead of its own."""
    on_deciding: Float[np.ndarray, " seeds"]
    """Mean weight on the word that decides."""
    found_by_weight: Float[np.ndarray, " seeds"]
    """Share of sentences in which that word has the largest weight."""
    found_by_effect: Float[np.ndarray, " seeds"]
    """The same of the largest change when left out."""
    effect_of_deciding: Float[np.ndarray, " seeds"]
    """Mean change of the probability when the deciding word is left out."""
    tau: Float[np.ndarray, " seeds"]
    """Kendall's rank correlation of weights with changes, mean over sentences."""
    apart: Float[np.ndarray, " seeds"]
    """How far the other map is, mean over sentences: 0 to 1."""
    on_deciding_other: Float[np.ndarray, " seeds"]
    """Mean weight of the other map on the word that decides."""
    answer_apart: Float[np.ndarray, " seeds"]
    """Largest difference of the probabilities with both maps."""
    examples: tuple[Answered, ...]
    """Sentences of the first seed."""


@dataclass(frozen=True)
class Explanations:
    """The classifiers trained so far."""

    kinds: tuple[Explained, ...]
