"""Tokenizers as plainly as can be, to hold the fast ones to: all counts are made anew after every merge."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

Pair = tuple[str, str]


def spelled(word: str, prefix: str = "") -> list[str]:
    """A word in its characters; all but the first have the prefix."""
    return [c if place == 0 else prefix + c for place, c in enumerate(word)]


def replaced(word: Sequence[str], pair: Pair, made: str) -> list[str]:
    """The pair merged, from left to right."""
    found: list[str] = []
    for piece in word:
        if found and (found[-1], piece) == pair and not found[-1].startswith("\0"):
            found[-1] = f"\0{made}"  # marked, so that it is not merged again in this pass
        else:
            found.append(piece)
    return [piece.removeprefix("\0") for piece in found]


def counts(words: Mapping[str, int], spelling: Mapping[str, Sequence[str]]) -> tuple[Counter[Pair], Counter[str]]:
    """How often each pair is there, and each piece."""
    pairs, pieces = Counter[Pair](), Counter[str]()
    for word, often in words.items():
        for piece in spelling[word]:
            pieces[piece] += often
        for pair in pairwise(spelling[word]):
            pairs[pair] += often
    return pairs, pieces


def value(by: str, pair: Pair, pairs: Counter[Pair], pieces: Counter[str]) -> float:
    """What the next merge has most of."""
    return pairs[pair] if by == "count" else pairs[pair] / (pieces[pair[0]] * pieces[pair[1]])


def cut(word: str, merges: Sequence[Pair], prefix: str = "") -> list[str]:
    """A word after some merges, made one after another."""
    pieces = spelled(word, prefix)
    for pair in merges:
        pieces = replaced(pieces, pair, pair[0] + pair[1][len(prefix) :])
    return pieces


def longest_first(word: str, tokens: set[str], prefix: str = "##") -> list[str]:
    """WordPiece's way of cutting: from the left, each time the longest piece there is; ``<unk>`` where there is none."""
    found: list[str] = []
    start = 0
    while start < len(word):
        ends = [end for end in range(len(word), start, -1) if (prefix if start else "") + word[start:end] in tokens]
        if not ends:
            return ["<unk>"]
        found.append((prefix if start else "") + word[start : ends[0]])
        start = ends[0]
    return found
