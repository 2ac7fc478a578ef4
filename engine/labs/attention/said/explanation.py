"""Of what attention explains."""

import numpy as np

from engine.labs.attention.results.explanation import Answered, Explained, Rival
from engine.labs.attention.results.heads import Head
from engine.words import number, percent

HARDLY = 0.01
"""A smaller change of a probability is called none."""


def rival(found: Rival, head: Head) -> str:
    """How different the other map is."""
    seen = [place for place in range(len(head.tokens)) if place not in head.blind]
    apart = [float(found.apart[place]) for place in seen]
    if not apart:
        return "No token may look anywhere."
    if max(apart) < 1e-9:
        return (
            f"There is no other map with these outputs: with values of width {head.d_k} each row has to meet {head.d_k + 1} "
            f"equations, and there are {len(head.tokens)} tokens. Write a longer sentence, or take a smaller d_k."
        )
    return (
        f"The two maps give the same outputs (largest difference {found.output_apart:.0e}). On average "
        f"{percent(sum(apart) / len(apart))} of a row's weight stands elsewhere, at most {percent(max(apart))}."
    )


def _ends(values: np.ndarray, as_percent: bool = True) -> str:
    """``46.0 % to 60.8 %`` over the seeds."""
    say = percent if as_percent else number
    low, high = say(float(values.min())), say(float(values.max()))
    return low if low == high else f"{low} to {high}"


ROWS = (
    ("answers right", "accuracy", True),
    ("weight on the word that decides", "on_deciding", True),
    ("it has the largest weight", "found_by_weight", True),
    ("leaving it out changes most", "found_by_effect", True),
    ("rank correlation of weight and change, τ", "tau", False),
    ("answers right with even weights", "accuracy_even", True),
    ("weight that the other map moved", "apart", True),
    ("largest change of p by that", "answer_apart", False),
)
"""(what, the number of ``Explained``, whether it is a share)."""


def rows(kinds: tuple[Explained, ...]) -> list[list[str]]:
    """A row for each number, a column for each classifier: from the lowest seed to the highest."""
    return [[what, *(_ends(getattr(kind, key), share) for kind in kinds)] for what, key, share in ROWS]


def summary(kinds: tuple[Explained, ...]) -> str:
    """What the numbers come to."""
    parts = []
    for kind in kinds:
        by_weight, by_effect = float(np.median(kind.found_by_weight)), float(np.median(kind.found_by_effect))
        parts.append(
            f"**{kind.label[:1].upper()}{kind.label[1:]}**: the largest weight names the deciding word in {percent(by_weight)} "
            f"of the sentences, leaving words out names it in {percent(by_effect)} (medians of the seeds); "
            f"{percent(float(np.median(kind.apart)))} of the weight could stand elsewhere with the same answer."
        )
    return " ".join(parts)


def sentence(shown: Answered) -> str:
    """One sentence's answer with both maps."""
    text = (
        f"The word that decides is ‘{shown.words[shown.deciding]}’, word {shown.deciding + 1}. Probability of good: "
        f"{shown.p:.3f}, with the other weights {shown.p_other:.3f}."
    )
    effect = float(shown.effect[shown.deciding])
    if effect < HARDLY:
        return f"{text} Leaving it out changes hardly anything ({effect:.0e}): without it the answer is the same."
    return f"{text} Leaving it out changes it by {effect:.3f}."
