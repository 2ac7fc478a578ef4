"""The words of a text that vectors are learned for, and the pairs they are learned from."""

import re
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from engine.labs.tokens.results.words import Lexicon
from engine.labs.tokens.state import SkipGram
from engine.refusal import Refusal
from engine.streams import stream
from engine.text.text import Text

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
FEWEST_WORDS, FEWEST_PAIRS = 8, 20
EVERYWHERE = 0.012
"""Words with a larger share of the text are left out of the picture: they stand beside everything."""


@dataclass(frozen=True)
class Pairs:
    """What skip-gram learns from: every word beside every word of its window."""

    lexicon: Lexicon
    word: Int[Tensor, " pairs"]
    context: Int[Tensor, " pairs"]
    negative: Float[Tensor, " V"]
    """The probability with which each word is drawn as a negative: its count as a context, to the power α."""


def words_of(line: str) -> list[str]:
    """The words of a line in small letters; digits and signs are no words."""
    return WORD.findall(line.lower())


def pairs(text: Text, asked: SkipGram, seed: int) -> Pairs:
    """The words and pairs of a text. Raises Refusal where there are too few."""
    lines = [words_of(line) for line in text.lines]
    counts = Counter(word for line in lines for word in line)
    order = sorted((word for word, often in counts.items() if often >= asked.rarest), key=lambda w: (-counts[w], w))
    words = tuple(order[: asked.words])
    if len(words) < FEWEST_WORDS:
        raise Refusal(
            f"The text has {len(words)} different words that occur {asked.rarest} times or more; at least {FEWEST_WORDS} are "
            "needed: choose a longer text, or let rarer words in."
        )
    lexicon = Lexicon(
        words,
        np.array([counts[word] for word in words], np.int64),
        sum(counts.values()) - sum(counts[w] for w in words),
        0,
    )
    lexicon, numbered = _kept(lexicon, lines, asked.subsample, seed)
    word, context = _windows(numbered, asked.window)
    if len(word) < FEWEST_PAIRS:
        raise Refusal(
            f"The text has {len(word)} pairs of words; at least {FEWEST_PAIRS} are needed: choose a longer text."
        )
    often = torch.bincount(context, minlength=len(words)).double() ** asked.smoothing
    often[torch.bincount(context, minlength=len(words)) == 0] = 0.0
    return Pairs(lexicon, word, context, often / often.sum())


def _kept(lexicon: Lexicon, lines: list[list[str]], subsample: float, seed: int) -> tuple[Lexicon, list[list[int]]]:
    """(the lexicon with the counts of what is kept, the lines as numbers): words that are not in it go, frequent ones may."""
    places = lexicon.places
    numbered = [[places[word] for word in line if word in places] for line in lines]
    if not subsample:
        return lexicon, numbered
    share = lexicon.counts / lexicon.counts.sum()
    chance = np.minimum(1.0, np.sqrt(subsample / share))
    draws = torch.rand(int(lexicon.counts.sum()), generator=stream(seed, "data")).numpy()
    kept, at = list[list[int]](), 0
    for line in numbered:
        lucky = draws[at : at + len(line)] < chance[line]
        kept.append([word for word, stays in zip(line, lucky, strict=True) if stays])
        at += len(line)
    counts = np.bincount(np.array([word for line in kept for word in line], np.int64), minlength=len(share))
    return replace(lexicon, counts=counts, dropped=int(lexicon.counts.sum() - counts.sum())), kept


def _windows(lines: list[list[int]], window: int) -> tuple[Int[Tensor, " pairs"], Int[Tensor, " pairs"]]:
    """(word, context) of every two words of a line that are at most ``window`` apart, both ways."""
    flat = torch.tensor([word for line in lines for word in line], dtype=torch.int64)
    line_of = torch.tensor([place for place, line in enumerate(lines) for _ in line], dtype=torch.int64)
    words, contexts = list[Tensor](), list[Tensor]()
    for distance in range(1, window + 1):
        left, right = flat[:-distance], flat[distance:]
        together = line_of[:-distance] == line_of[distance:]
        words += [left[together], right[together]]
        contexts += [right[together], left[together]]
    return torch.cat(words), torch.cat(contexts)


def shown(lexicon: Lexicon, most: int) -> Int[np.ndarray, " shown"]:
    """The words of a picture: the most frequent of those that do not stand everywhere."""
    share = lexicon.counts / max(lexicon.counts.sum(), 1)
    places = np.flatnonzero(share <= EVERYWHERE)
    chosen = places if len(places) >= min(most, len(share)) else np.arange(len(share))
    return np.sort(chosen[np.argsort(-lexicon.counts[chosen], kind="stable")][:most])
