"""One text, four tokenizers; and one tokenizer, merge after merge."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from engine.jobs import Progress
from engine.labs.tokens.results.cutting import Candidate, Merging, Side
from engine.text.text import Text
from engine.text.tokenizers import TokenizerChoice, trained
from engine.text.vocabulary import Vocabulary

CANDIDATES = 6
"""Pairs that are shown of those that might be merged next."""
MOMENTS = 48
"""Numbers of merges at which the tokens of a sentence are counted."""


def sides(rows: Sequence[TokenizerChoice], text: Text) -> Iterator[Progress[tuple[Side, ...]]]:
    """Every tokenizer's vocabulary of the text, one after another."""
    found: tuple[Side, ...] = ()
    for place, row in enumerate(rows, start=1):
        found = (*found, Side(row.label, row.lesson, trained(row, text)))
        following = rows[place].label if place < len(rows) else ""
        yield Progress(place / len(rows), found, f"Learning {following.lower()}" if following else "")


def merging(vocabulary: Vocabulary, made: int) -> Merging:
    """Where a vocabulary stood after ``made`` of its merges, and which pairs were in question next."""
    made = min(made, len(vocabulary.merges))
    then = vocabulary.after(made)
    pairs, pieces = _counted(then)
    candidates = [Candidate(a, b, often, pieces[a], pieces[b]) for (a, b), often in pairs.items() if often > 1]
    return Merging(
        made=made,
        total=len(vocabulary.merges),
        last=vocabulary.merges[made - 1] if made else None,
        following=vocabulary.merges[made] if made < len(vocabulary.merges) else None,
        tokens=then.size,
        by_count=tuple(sorted(candidates, key=lambda c: (-c.both, c.left, c.right))[:CANDIDATES]),
        by_score=tuple(sorted(candidates, key=lambda c: (-c.score, -c.both, c.left, c.right))[:CANDIDATES]),
        text_tokens=sum(pieces.values()),
    )


def _counted(vocabulary: Vocabulary) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """How often each pair of tokens is there in the text, and each token: pairs only within what no merge reaches beyond."""
    parts = list(vocabulary.parts)
    pairs, pieces = Counter[tuple[str, str]](), Counter[str]()
    for part, tokens in zip(parts, vocabulary.merged(parts), strict=True):
        often = vocabulary.parts[part]
        for token in tokens:
            pieces[token] += often
        for pair in pairwise(tokens):
            pairs[pair] += often
    return pairs, pieces


def lengths(vocabulary: Vocabulary, sentence: str) -> list[tuple[int, int]]:
    """(merges made, tokens of the sentence) from none of the merges to all."""
    total = len(vocabulary.merges)
    moments = sorted({round(place * total / MOMENTS) for place in range(MOMENTS + 1)})
    return [(made, len(vocabulary.after(made).encode(sentence).ids)) for made in moments]
