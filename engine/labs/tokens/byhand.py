"""One pair of skip-gram with negative sampling, by hand: what it adds to the loss, and how it moves each vector."""

import numpy as np
import torch

from engine.labs.tokens.results.words import HandRow, Learned
from engine.streams import stream


def by_hand(learned: Learned, word: int, negatives: int, smoothing: float, seed: int) -> tuple[HandRow, ...]:
    """The pair of ``word`` and its most frequent companion among the shown words, beside ``negatives`` drawn words.

    With s the sigmoid, a seen pair adds -log s(v.u), a drawn one -log s(-v.u). The gradient of the loss with respect to u is
    (s(v.u) - 1) v for the seen one and s(v.u) v for a drawn one; with respect to v it is the sum of the same factors times u.
    """
    lexicon = learned.lexicon
    often = lexicon.counts.astype(np.float64) ** smoothing
    draws = torch.multinomial(torch.from_numpy(often), negatives, replacement=True, generator=stream(seed, "sampling"))
    chosen = [(learned.companions[word], True), *((int(place), False) for place in draws)]
    rows = []
    for place, is_seen in chosen:
        dot = float(learned.vectors[word].astype(np.float64) @ learned.contexts[place].astype(np.float64))
        chance = 1 / (1 + np.exp(-np.clip(dot, -500, 500)))
        loss = float(np.logaddexp(0.0, -dot if is_seen else dot))
        rows.append(HandRow(lexicon.words[place], is_seen, dot, float(chance), loss, float(chance - is_seen)))
    return tuple(rows)
