"""What transfer came to, in sentences made of what was measured."""

import numpy as np
from jaxtyping import Float

from engine.labs.vision.results.transfer import WAYS, Transferred
from engine.words import count, number, percent

SCRATCH = 0
"""The place of the way that keeps nothing."""


def verdict(found: Transferred) -> str:
    """Where each way stands with the fewest and with the most pictures, and whether the seeds tell them apart."""
    if not found.known:
        return ""
    so_far = "" if found.is_done else "So far: "
    first = ", ".join(found.first)
    before = percent(float(np.nanmedian(found.before)))
    text = (
        f"{so_far}{found.known} seed{'s' if found.known > 1 else ''}. The first network recognises {before} of held-back "
        f"pictures of {first}. Then, of {count(found.held)} held-back pictures of {', '.join(found.second)}:"
    )
    ends = [0, len(found.counts) - 1]
    return "\n".join([text, *(f"- {_at(found, column)}" for column in ends)])


def _at(found: Transferred, column: int) -> str:
    """One number of pictures: every way's median, the best of them beside starting from scratch."""
    table = _known(found)[:, column]
    medians = np.median(table, axis=1)
    each = ", ".join(f"{way} {percent(float(share))}" for way, share in zip(WAYS, medians, strict=True))
    return f"from **{found.counts[column]} pictures a class**: {each}. {_compared(table)}"


def _known(found: Transferred) -> Float[np.ndarray, "ways counts known"]:
    """Of the seeds of which everything is measured."""
    return found.accuracy[:, :, np.isfinite(found.accuracy).all(axis=(0, 1))]


def _compared(table: Float[np.ndarray, "ways seeds"]) -> str:
    """What keeping the first layers gains or costs against starting from scratch, seed by seed."""
    kept = np.median(table[1:], axis=1)
    best = 1 + int(np.argmax(kept))
    change = table[best] - table[SCRATCH]
    middle = 100 * float(np.median(change))
    name = f"the best way to keep them ({WAYS[best]})"
    if len(change) == 1:
        side = "ahead of" if middle >= 0 else "behind"
        return f"In one seed, which says little, {name} is {abs(middle):.1f} points {side} starting from scratch."
    if (change > 0).all():
        return (
            f"Keeping the layers pays: {name} is ahead of starting from scratch in every seed, by {middle:.1f} points."
        )
    if (change < 0).all():
        return f"Keeping the layers costs: even {name} is behind starting from scratch in every seed, by {-middle:.1f} points."
    ahead = int((change > 0).sum())
    return (
        f"Keeping the layers makes no difference that the seeds agree on: {name} is ahead of starting from scratch in {ahead} "
        f"of {len(change)} ({middle:+.1f} points in the median)."
    )


def layers(found: Transferred) -> str:
    """How far the first and the last group moved, with one rate and with rates of their own."""
    known = np.isfinite(found.moved).all(axis=(0, 1))
    if not known.any():
        return ""
    moved = np.median(found.moved[:, :, known], axis=2)
    tuned, discriminative = WAYS.index("fine-tuned"), WAYS.index("discriminative rates")
    slow = found.rates[discriminative]
    first, last = found.groups[0], found.groups[-1]
    at_once = [percent(float(moved[tuned, place])) for place in (0, -1)]
    apart = [percent(float(moved[discriminative, place])) for place in (0, -1)]
    return (
        f"From {found.counts[-1]} pictures a class: fine-tuned at one rate, the weights of {first} move by {at_once[0]} of "
        f"their length and those of {last} by {at_once[1]}; with discriminative rates, from {number(float(slow[0]))} to "
        f"{number(float(slow[-1]))}, by {apart[0]} and {apart[1]}."
    )
