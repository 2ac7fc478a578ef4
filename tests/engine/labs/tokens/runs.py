"""Small runs that several tests look at."""

from collections.abc import Iterator
from functools import cache
from typing import TypeVar

from engine.jobs import Progress
from engine.labs.tokens.factors import factorize
from engine.labs.tokens.results.ratings import Factorized
from engine.labs.tokens.results.words import Learned
from engine.labs.tokens.skipgram import skip_gram
from engine.labs.tokens.state import Ratings, SkipGram
from engine.labs.tokens.table import generated
from engine.optimizers import Adam
from engine.text.corpora import Sentences
from engine.text.text import Text

T = TypeVar("T")
SHORT = SkipGram(epochs=15, batch_size=512, optimizer=Adam(lr=0.03))
TINY = Text("tiny", ("a b c a b g", "b a c c g", "a c b a", "c a b b a", "d e f h", "e d f d", "f e d h e"))
TINY_ASKED = SkipGram(window=2, dim=6, negatives=3, epochs=5, batch_size=8, rarest=1, words=20)


def results(steps: Iterator[Progress[T]]) -> list[T]:
    """Everything a piece of longer work said, in its order."""
    return [progress.result for progress in steps if progress.result is not None]


@cache
def learned(seed: int = 0) -> Learned:
    """Vectors of the short sentences, after a short run."""
    return results(skip_gram(Sentences().read(), SHORT, seed))[-1]


@cache
def tiny(seed: int = 0) -> tuple[Learned, ...]:
    """Every result of a run on seven lines."""
    return tuple(results(skip_gram(TINY, TINY_ASKED, seed)))


@cache
def factorized(**settings: object) -> tuple[Factorized, ...]:
    """Every result of a factorization of a generated table."""
    asked = Ratings.model_validate(settings)
    return tuple(results(factorize(generated(asked, 0), asked, 0)))
