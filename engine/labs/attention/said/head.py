"""Of one head: plain text, for tokens stand in it as they are."""

import numpy as np

from engine.labs.attention.results.heads import Head, Heads
from engine.labs.attention.tokens import short
from engine.words import percent, tiny


def name(head: Head | Heads, place: int) -> str:
    """``token 2, ‘cat’``."""
    return f"token {place + 1} ‘{short(head.tokens[place])}’"


def looks(head: Head, i: int) -> str:
    """Where one token looks most."""
    if i in head.blind:
        return f"{cap(name(head, i))} may look nowhere: its output is 0."
    order = [int(j) for j in np.argsort(-head.weights[i], kind="stable")[:2] if head.allowed[i, j]]
    most = " and ".join(f"at {name(head, j)} with {percent(float(head.weights[i, j]))}" for j in order)
    return f"{cap(name(head, i))} looks most {most}."


def rows(head: Head) -> str:
    """What holds of the rows; which tokens are one word and so have one row and one output."""
    off = max(
        (abs(float(row.sum()) - 1) for place, row in enumerate(head.weights) if place not in head.blind), default=0
    )
    text = f"Each row sums to 1 (off by at most {tiny(off)})."
    if head.blind:
        blind = ", ".join(str(place + 1) for place in head.blind)
        text += f" Nothing is left to look at for token {blind}: the softmax would be 0/0, PyTorch gives 0, and so does this."
    twins = _twins(head)
    if twins is None:
        return text
    first, second = twins
    apart = float(np.abs(head.output[first] - head.output[second]).max())
    same = (
        "and has the very same output: nothing here knows where a token stands"
        if apart < 1e-12
        else (f"yet its output differs by up to {apart:.2g}: the mask, or a number set by hand, tells them apart")
    )
    return f"{text} ‘{short(head.tokens[first])}’ stands at {first + 1} and at {second + 1}, {same}."


def _twins(head: Head) -> tuple[int, int] | None:
    """The first two places of one word, from 0."""
    for place, token in enumerate(head.tokens):
        if token in head.tokens[:place]:
            return head.tokens.index(token), place
    return None


def followed(head: Head, i: int, j: int) -> str:
    """Which two tokens the numbers are of."""
    return f"With i = {i + 1}, ‘{short(head.tokens[i])}’, and j = {j + 1}, ‘{short(head.tokens[j])}’:"


def row_read(head: Head, i: int) -> str:
    """How decided one row is."""
    if i in head.blind:
        return f"{cap(name(head, i))} sees no token."
    row = head.weights[i]
    entropy = abs(float(np.sum(row[row > 0] * np.log(row[row > 0]))))
    seen = int(head.allowed[i].sum())
    return (
        f"The row of {name(head, i)}; m is the largest number of the column before. Entropy of the weights: "
        f"{entropy:.3f} nats (0: one token has it all; ln {seen} = {np.log(seen):.3f}: all {seen} alike)."
    )


def beside_torch(head: Head) -> str:
    """How far the output is from PyTorch's."""
    return (
        f"This head in NumPy and PyTorch's own scaled_dot_product_attention differ by at most {tiny(head.apart)} in double "
        f"precision (by {tiny(head.apart_single)} where PyTorch computes in single precision)."
    )


def cap(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]
