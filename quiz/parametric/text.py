"""Tokens, vectors, and what a language model writes."""

import itertools
import math
from collections import Counter

import torch
import torch.nn.functional as F

from engine.sequences.decoding import Decoding
from engine.text.tokenizers import BytePair
from engine.text.vocabulary import SPECIAL
from quiz.parametric.drawing import Row, grid, nonzero, whole
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import dot, eq, par, tex, total, vec

WORDS = (
    "low",
    "lower",
    "slow",
    "new",
    "newer",
    "wide",
    "wider",
    "widest",
    "owner",
    "tower",
    "lowest",
    "newest",
    "weld",
    "dew",
)


def _merged(words: tuple[str, ...], counts: tuple[int, ...]) -> Asked:
    corpus = [word for word, count in zip(words, counts, strict=True) for _ in range(count)]
    often = Counter[str]()
    for word, count in zip(words, counts, strict=True):
        for left, right in itertools.pairwise(word):
            often[left + right] += count
    (pair, most), (_, next_most) = often.most_common(2)
    if most == next_most:
        raise DrawAgain
    letters = len(set("".join(words)))
    one_merge = BytePair(size=len(SPECIAL) + letters + 1).train(corpus)
    value = sum(len(one_merge.encode(word).ids) for word in corpus)
    characters = sum(map(len, corpus))
    listed = ", ".join(f"`{word}` {count} times" for word, count in zip(words, counts, strict=True))
    once = sum(pair in word for word in words)
    return Asked(
        text=f"A corpus has {listed}. Byte-pair encoding begins with single letters, and no merge crosses words. How many "
        f"tokens does the "
        "corpus have after the **first** merge?",
        value=value,
        rule="The pair that stands side by side most often is merged, each word counted as often as it occurs; every place "
        "where it stands saves one token.",
        working=rf"The corpus has ${characters}$ letters. The most frequent pair is `{pair[0]}`+`{pair[1]}`, ${most}$ times: "
        rf"${characters} - {most} = {value}$",
        unit="tokens",
        mistakes={
            "That is before the merge: each letter is a token.": characters,
            "Counted each word once: a pair counts as often as its words occur.": characters - once,
            "Took both letters away: a merged pair is still one token.": characters - 2 * most,
        },
    )


def _pairs(tokens: int, window: int) -> Asked:
    place = torch.arange(tokens)
    apart = (place[:, None] - place[None, :]).abs()
    value = int(((apart > 0) & (apart <= window)).sum())
    cut = window * (window + 1)
    return Asked(
        text=f"Skip-gram makes pairs of a centre word and a context word out of a sentence of {tokens} words, with up to "
        f"{window} words "
        "on each side and without padding. How many pairs does it get?",
        value=value,
        rule=r"$2wT - w(w + 1)$: each word has $2w$ neighbours, but at each end $1 + 2 + \dots + w$ of them are missing.",
        working=rf"$2 \cdot {window} \cdot {tokens} - {window} \cdot {window + 1} = {2 * window * tokens} - {cut} = {value}$",
        mistakes={
            "Forgot the ends: there the window reaches beyond the sentence.": 2 * window * tokens,
            "Looked to one side only: context is before and after.": value // 2,
            "Counted each word as its own context.": value + tokens,
            "Forgot one of the two ends.": 2 * window * tokens - cut // 2,
        },
    )


def _cosine(a: tuple[int, ...], b: tuple[int, ...]) -> Asked:
    value = float(F.cosine_similarity(exact(a), exact(b), dim=0))
    product = sum(one * other for one, other in zip(a, b, strict=True))
    lengths = [sum(number**2 for number in vector) for vector in (a, b)]
    if not product:
        raise DrawAgain
    squares = [" + ".join(f"{par(number)}^2" for number in vector) for vector in (a, b)]
    return Asked(
        text=f"Two words have the vectors ${vec(a)}$ and ${vec(b)}$. What is their cosine similarity?",
        value=value,
        rule=r"$\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert\, \lVert b \rVert}$: the direction counts, not the length.",
        working=rf"$\frac{{{dot(a, b)}}}{{\sqrt{{{squares[0]}}} \sqrt{{{squares[1]}}}}} = "
        rf"\frac{{{product}}}{{\sqrt{{{lengths[0]}}} \sqrt{{{lengths[1]}}}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "That is the scalar product: the lengths are not divided out.": float(product),
            "Divided by the squared lengths: the roots were forgotten.": product / (lengths[0] * lengths[1]),
            "Divided by one length only: that is a projection.": product / math.sqrt(lengths[0]),
            "That is the distance between the two.": math.dist(a, b),
        },
    )


def _nucleus(shares: tuple[float, ...], limit: float) -> Asked:
    rest = round(1 - sum(shares), 6)
    p = tuple(sorted((*shares, rest), reverse=True))
    if rest <= 0.02 or len(set(p)) < len(p):
        raise DrawAgain
    left = Decoding(top_p=limit).distribution(exact(p).log(), never=())
    value, kept = float(left[0]), int((left > 0).sum())
    reached = [round(sum(p[: place + 1]), 6) for place in range(len(p))]
    if limit in reached or kept in (1, len(p)):
        raise DrawAgain
    above = sum(p[: kept - 1])
    return Asked(
        text=f"The next token has the probabilities ${vec(p)}$. With which probability is the likeliest token drawn under "
        f"top-p (nucleus) sampling with $p = {tex(limit)}$?",
        value=value,
        rule="Nucleus sampling keeps the fewest likeliest tokens whose probabilities together reach $p$, and makes them "
        "sum to 1.",
        working=rf"${total(p[:kept])} = {tex(reached[kept - 1])} \ge {tex(limit)}$ keeps {kept} tokens; "
        rf"$\frac{{{tex(p[0])}}}{{{tex(reached[kept - 1])}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot to make what is kept sum to 1.": p[0],
            "Left out the token that reaches $p$: it is kept too.": p[0] / above,
            "Divided by $p$: what is kept sums to a little more.": p[0] / limit,
        },
    )


FAMILIES = (
    Family(
        id="first-byte-pair-merge",
        topic="embeddings",
        level="practitioner",
        title="The first merge of byte-pair encoding",
        source="Sennrich et al. 2016, algorithm 1",
        draws={"words": Row(4, WORDS, distinct=True), "counts": Row(4, whole(2, 9))},
        ask=_merged,
        lab="tokens?section=merges",
    ),
    Family(
        id="skip-gram-pairs",
        topic="embeddings",
        level="practitioner",
        title="Pairs of skip-gram",
        source="Mikolov et al. 2013, section 3.2",
        draws={"tokens": whole(8, 50), "window": (2, 3, 4, 5)},
        ask=_pairs,
        lab="tokens?section=skipgram",
        chosen=True,
    ),
    Family(
        id="cosine-similarity",
        topic="embeddings",
        level="foundation",
        title="Cosine similarity of two vectors",
        source="Mikolov et al. 2013; torch.nn.CosineSimilarity",
        draws={"a": Row(3, nonzero(-4, 4)), "b": Row(3, nonzero(-4, 4))},
        ask=_cosine,
        lab="tokens?section=vectors",
    ),
    Family(
        id="nucleus-sampling",
        topic="transformers",
        level="practitioner",
        title="Nucleus sampling",
        source="Holtzman et al. 2020, section 3.1",
        draws={"shares": Row(4, grid(0.04, 0.6, 0.02)), "limit": (0.6, 0.7, 0.75, 0.8, 0.9)},
        ask=_nucleus,
        lab="recurrent?section=next",
    ),
)
