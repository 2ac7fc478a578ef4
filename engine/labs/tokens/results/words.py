"""What is measured of words and their vectors, free of torch. V words, d numbers for each."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Lexicon:
    """The words that vectors are learned for, the most frequent first."""

    words: tuple[str, ...]
    counts: Int[np.ndarray, " V"]
    """How often each occurs among what is trained on."""
    left_out: int
    """Words of the text, counted each time, that are too rare."""
    dropped: int
    """Words, counted each time, that subsampling dropped."""

    @property
    def places(self) -> dict[str, int]:
        """The number of each word."""
        return {word: place for place, word in enumerate(self.words)}


@dataclass(frozen=True)
class Frame:
    """Skip-gram at one moment."""

    step: int
    loss: float
    """Expected over all pairs and all negatives that may be drawn, in nats for each pair."""
    plane: Float[np.ndarray, "shown 2"]
    """The shown words' vectors along their first two principal components."""
    explained: tuple[float, float]
    """Shares of the shown vectors' variance along the two."""
    correlation: float
    """Between the learned dot products and the shifted PMI, over all pairs of words that were seen."""


@dataclass(frozen=True)
class Comparison:
    """Learned dot products beside what counting alone gives."""

    words: tuple[str, ...]
    counts: Int[np.ndarray, "rows rows"]
    """How often the word of the column stands in the window of the row's, for the shown words."""
    pmi: Float[np.ndarray, "rows rows"]
    """log(#(w,c) / (#(w) q(c))) - log k; minus infinity where they never meet."""
    dots: Float[np.ndarray, "rows rows"]
    """What was learned: v_w . u_c."""
    seen_pmi: Float[np.ndarray, " seen"]
    seen_dots: Float[np.ndarray, " seen"]
    seen_often: Int[np.ndarray, " seen"]
    """Of pairs of words that were seen, evenly picked: shifted PMI, learned dot product, and how often."""
    seen: int
    """Different pairs of words that were seen."""
    correlation: float
    """Pearson's over all that were seen, each pair of words counted once."""
    weighted: float
    """Pearson's, each counted as often as it was seen."""


@dataclass(frozen=True)
class HandRow:
    """One context word beside a word in the middle, seen in the text or drawn as a negative."""

    word: str
    is_seen: bool
    dot: float
    """v . u"""
    chance: float
    """s(v . u): that the pair was seen, as the vectors have it."""
    loss: float
    """Nats that it adds."""
    factor: float
    """Of v in the gradient with respect to u, and of u in that with respect to v."""


@dataclass(frozen=True)
class Learned:
    """A run of skip-gram, as far as it has come."""

    lexicon: Lexicon
    shown: Int[np.ndarray, " shown"]
    """The words of the picture."""
    frames: tuple[Frame, ...]
    vectors: Float[np.ndarray, "V d"]
    """One for each word as the middle of a window."""
    contexts: Float[np.ndarray, "V d"]
    """One for each word as a part of another's context."""
    pairs: int
    """(word, context) pairs of the text."""
    steps: int
    """Updates that are planned."""
    floor: float
    """The loss below which no vectors can go, of whatever length."""
    comparison: Comparison
    companions: Int[np.ndarray, " V"]
    """The word that stands most often in the window of each; word 0 for one that stands alone."""
    counted: Float[np.ndarray, "V d"] | None = None
    """Vectors made of the counts alone, without training; None until they are."""
    seconds: float = 0.0

    @property
    def is_done(self) -> bool:
        """Whether all updates are made."""
        return bool(self.frames) and self.frames[-1].step == self.steps


@dataclass(frozen=True)
class Neighbour:
    """A word near another."""

    word: str
    cosine: float


@dataclass(frozen=True)
class Analogy:
    """What lies nearest to a - b + c."""

    found: tuple[Neighbour, ...]
    """The nearest ones, a, b and c left out."""
    with_inputs: tuple[Neighbour, ...]
    """The nearest ones, a, b and c among them."""


@dataclass(frozen=True)
class AnalogyTest:
    """How many analogies of one family come out right."""

    family: str
    asked: int
    right: int
    right_with_inputs: int
    """Right even where a, b and c are not left out."""
    missing: int
    """Not asked, as a word is not in the vocabulary."""
