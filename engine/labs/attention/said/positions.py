"""Of positions: Markdown, without words of a person."""

import numpy as np

from engine.labs.attention.positions import PositionsChoice
from engine.labs.attention.results.positions import Alikeness, Course, Lessons, Permuted
from engine.words import number, percent

NOTHING = 1e-9
"""A difference below this is rounding."""


def values(row: PositionsChoice, width: int) -> str:
    """How long the waves are, where there are any."""
    base = getattr(row, "base", None)
    if base is None:
        return "Trained on the task of the view *Trained*, from rows drawn at random: what it has is what the task asks for."
    slowest = 2 * np.pi * base ** ((width - 2) / width)
    return (
        f"The first two dimensions come round every 2π = {2 * np.pi:.2f} positions, the last two every {slowest:,.0f}: "
        "fast ones tell neighbours apart, slow ones tell far places apart."
    )


def distance(found: Alikeness, row: PositionsChoice) -> str:
    """Whether similarity depends on the distance alone, and how it falls."""
    alone = (
        f"Pairs at one distance differ by at most {found.uneven:.0e}: similarity depends on the distance alone."
        if found.uneven < NOTHING
        else f"Pairs at one distance differ by up to {number(found.uneven)}: similarity does not depend on distance alone."
    )
    half = np.flatnonzero(found.mean < found.mean[0] / 2)
    falls = (
        f"It starts at {number(float(found.mean[0]))} and is below half of that for the first time at distance "
        f"{int(half[0])}."
        if len(half)
        else f"It starts at {number(float(found.mean[0]))} and never falls to half of that here."
    )
    formula = ""
    if found.closed is not None:
        off = float(np.abs(found.mean - found.closed).max())
        formula = (
            f" The mean is the closed form to within {off:.0e}."
            if off < NOTHING
            else f" The mean over drawn vectors is within {number(off)} of the closed form, its average."
        )
    return f"{alone} {falls}{formula}"


def permuted(found: Permuted, label: str) -> str:
    """Whether the outputs only changed places, with the kind shown; what the other kinds do."""
    if len(found.tokens) == 1:
        return "One token has no other order: whatever tells positions, nothing changes."
    here = dict(found.apart)[label]
    shown = (
        f"{label}: the outputs only changed places with their tokens (largest difference {here:.0e})."
        if here < NOTHING
        else f"{label}: a token's output now depends on where it stands (largest difference {number(here)})."
    )
    bare = f" Without positions the largest difference is {dict(found.apart)['None']:.0e}." if label != "None" else ""
    return f"{shown}{bare}"


def aside(found: Permuted) -> str:
    """Of the rows of the table that need a word."""
    text = "Learned positions are rows drawn at random here, as before training."
    if dict(found.apart)["None, with the causal mask"] > NOTHING:
        text += " The causal mask alone tells places apart, too: a later token sees more."
    if found.output.shape[1] == 1:
        text += " Rotary positions turn pairs of dimensions: with d_k = 1 there is none to turn."
    return text


def learned(found: Lessons) -> str:
    """Which kinds learned the task in every seed, and how far the others came."""
    ends = {course.label: course.accuracy[:, -1] for course in found.courses}
    done = [label for label, accuracy in ends.items() if accuracy.min() >= 0.95]
    rest = [
        f"{label} {percent(float(accuracy.min()))} to {percent(float(accuracy.max()))}"
        for label, accuracy in ends.items()
        if label not in done
    ]
    can = f"Answer at least 95 % of the places right with every seed: **{', '.join(done)}**. " if done else ""
    others = f"The others by now: {'; '.join(rest)}. " if rest else ""
    return (
        f"{can}{others}Dotted: {percent(found.bag)}, what always answering with the sentence's most frequent token gives, "
        "which needs no positions."
    )


def looks(course: Course) -> str:
    """How much of the weight stands on the place that holds the answer."""
    low, high = (percent(float(each)) for each in (course.on_source.min(), course.on_source.max()))
    weight = low if low == high else f"{low} to {high}"
    return f"{percent(float(course.accuracy[0, -1]))} right. On the circles: {weight} of the weight."
