"""How WordPiece learns its pieces: merge after merge, by count or by score.

The library cuts texts with the pieces but does not learn them here: its own trainer knows no score, and numbers the pieces in
another order in every process.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Literal

from engine.text.vocabulary import CONTINUES

Pair = tuple[str, str]
RAREST = 2
"""A pair that is there once is not merged."""
By = Literal["count", "score"]
"""What the next pair has most of: count(ab), or count(ab) / (count(a) count(b))."""


def spelled(word: str) -> tuple[str, ...]:
    """A word in its characters, all but the first marked as going on: ``c ##a ##t``."""
    return tuple(c if place == 0 else CONTINUES + c for place, c in enumerate(word))


class Pieces:
    """Words cut into pieces, with the counts that merging needs."""

    def __init__(self, words: Mapping[str, int], by: By) -> None:
        self.by = by
        self.words = [list(spelled(word)) for word in words]
        self.often = list(words.values())
        self.pieces: Counter[str] = Counter()
        self.pairs: Counter[Pair] = Counter()
        self.where: defaultdict[Pair, set[int]] = defaultdict(set)
        self.of: defaultdict[str, set[Pair]] = defaultdict(set)
        """The pairs that each piece is in."""
        for place in range(len(self.words)):
            self._count(place, 1)
        self.heap: list[tuple[int | float, int, Pair]] = []
        self._offer(self.pairs)

    def best(self) -> Pair | None:
        """The pair of the highest value; of equal ones the more frequent, then the first by its letters. None at the end."""
        while self.heap:
            value, often, pair = self.heap[0]
            if self.pairs[pair] >= RAREST and (value, often) == self._key(pair):
                return pair
            heapq.heappop(self.heap)  # told before a merge changed it
        return None

    def merge(self, pair: Pair, made: str) -> None:
        """Put ``made`` wherever the pair stands."""
        changed: set[Pair] = set()
        for place in list(self.where[pair]):
            changed.update(pairwise(self.words[place]))
            self._count(place, -1)
            self.words[place] = _replaced(self.words[place], pair, made)
            self._count(place, 1)
            changed.update(pairwise(self.words[place]))
        if self.by == "score":
            changed.update(*(self.of[piece] for piece in pair))  # their pieces are rarer now
        self._offer(changed)

    def _count(self, place: int, sign: int) -> None:
        word, often = self.words[place], sign * self.often[place]
        for piece in word:
            self.pieces[piece] += often
        for pair in pairwise(word):
            self.pairs[pair] += often
            if sign > 0:
                self.where[pair].add(place)
                self.of[pair[0]].add(pair)
                self.of[pair[1]].add(pair)
            elif self.pairs[pair] >= RAREST:
                self.where[pair].discard(place)
            else:
                self.where[pair].discard(place)
                self.of[pair[0]].discard(pair)
                self.of[pair[1]].discard(pair)

    def _key(self, pair: Pair) -> tuple[int | float, int]:
        both = self.pairs[pair]
        return (-both / (self.pieces[pair[0]] * self.pieces[pair[1]]) if self.by == "score" else -both), -both

    def _offer(self, pairs: Iterable[Pair]) -> None:
        for pair in pairs:
            if self.pairs[pair] >= RAREST:
                heapq.heappush(self.heap, (*self._key(pair), pair))


def learned(words: Mapping[str, int], by: By, room: int) -> tuple[list[str], list[Pair]]:
    """(alphabet, merges) of counted words: at most ``room`` pieces together, the most frequent characters first of all."""
    found = Pieces(words, by)
    alphabet = [piece for piece, _ in sorted(found.pieces.items(), key=lambda item: (-item[1], item[0]))][:room]
    pieces, merges = set(alphabet), list[Pair]()
    while len(pieces) < room and (pair := found.best()):
        made = pair[0] + pair[1].removeprefix(CONTINUES)
        found.merge(pair, made)
        merges.append(pair)
        pieces.add(made)
    return sorted(alphabet), merges


def _replaced(word: list[str], pair: Pair, made: str) -> list[str]:
    """The word with the pair merged, from left to right."""
    found, place = list[str](), 0
    while place < len(word):
        if tuple(word[place : place + 2]) == pair:
            found.append(made)
            place += 2
        else:
            found.append(word[place])
            place += 1
    return found
