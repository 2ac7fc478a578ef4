"""Words near a word, and near what a - b + c comes to."""

import difflib
from collections.abc import Sequence
from functools import cache
from itertools import permutations

import numpy as np
from jaxtyping import Float

from engine.labs.tokens.results.words import Analogy, AnalogyTest, Neighbour
from engine.refusal import Refusal
from engine.text.corpora import WRITTEN
from engine.text.vectors import Vectors

MOST = 10


class UnknownWord(Refusal):
    """A word has no vector. The message says which is spelled alike."""


def place(vectors: Vectors, word: str) -> int:
    """The row of a word. Raises UnknownWord where it has none."""
    found = vectors.place_of(word.strip())
    if found is None:
        close = alike(word.strip().lower(), vectors.words)
        raise UnknownWord(f"'{word.strip()}' is none of the {len(vectors.words):,} words that have a vector{close}")
    return found


def alike(word: str, words: Sequence[str]) -> str:
    """``; did you mean 'king'?`` where a word is spelled alike, else a full stop."""
    close = difflib.get_close_matches(word, words, n=1)
    return f"; did you mean '{close[0]}'?" if close else "."


def neighbours(vectors: Vectors, word: str, most: int = MOST) -> tuple[Neighbour, ...]:
    """The words whose vectors point most nearly the same way as that of ``word``, itself left out."""
    own = place(vectors, word)
    return _best(vectors, vectors.unit @ vectors.unit[own], most, (own,))


def analogy(vectors: Vectors, a: str, b: str, c: str, most: int = 5) -> Analogy:
    """What points most nearly the same way as a - b + c, each taken at length 1 (Mikolov 2013; Levy and Goldberg 2014)."""
    inputs = tuple(place(vectors, word) for word in (a, b, c))
    cosines = _towards(vectors, *inputs)
    return Analogy(_best(vectors, cosines, most, inputs), _best(vectors, cosines, most, ()))


@cache
def families() -> dict[str, tuple[tuple[str, str], ...]]:
    """Pairs of words that stand to each other alike, by the name of what they share."""
    found: dict[str, list[tuple[str, str]]] = {}
    name = ""
    for line in (WRITTEN / "analogies.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(": "):
            name = line[2:]
            found[name] = []
        else:
            first, second = line.split()
            found[name].append((first, second))
    return {name: tuple(pairs) for name, pairs in found.items()}


def all_families(vectors: Vectors) -> tuple[AnalogyTest, ...]:
    """Every family's analogies: for two of its pairs (a, x) and (b, y), is y what b and x minus a lead to?"""
    return tuple(_tested(vectors, family, pairs) for family, pairs in families().items())


def _tested(vectors: Vectors, family: str, pairs: Sequence[tuple[str, str]]) -> AnalogyTest:
    asked = right = right_with_inputs = missing = 0
    for (left, image), (other, answer) in permutations(pairs, 2):
        places = [vectors.place_of(word) for word in (image, left, other, answer)]
        if None in places:
            missing += 1
            continue
        a, b, c, wanted = (int(p) for p in places if p is not None)
        cosines = _towards(vectors, a, b, c)
        asked += 1
        right_with_inputs += int(cosines.argmax()) == wanted
        cosines[[a, b, c]] = -np.inf
        right += int(cosines.argmax()) == wanted
    return AnalogyTest(family, asked, right, right_with_inputs, missing)


def _towards(vectors: Vectors, a: int, b: int, c: int) -> Float[np.ndarray, " words"]:
    """Cosine of every word with a - b + c."""
    unit = vectors.unit
    aim = unit[a] - unit[b] + unit[c]
    length = float(np.linalg.norm(aim))
    return np.asarray(unit @ (aim / length if length > 0 else aim))


def _best(
    vectors: Vectors, cosines: Float[np.ndarray, " words"], most: int, without: Sequence[int]
) -> tuple[Neighbour, ...]:
    order = [int(place) for place in np.argsort(-cosines, kind="stable")[: most + len(without)] if place not in without]
    return tuple(Neighbour(vectors.words[place], float(cosines[place])) for place in order[:most])
