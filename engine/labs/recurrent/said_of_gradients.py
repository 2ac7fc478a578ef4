"""What the pictures of gradients say, in sentences made of the measured numbers."""

from collections.abc import Sequence

import numpy as np

from engine.labs.recurrent.gradients import TRANSFORMER
from engine.labs.recurrent.results.gradients import Bars, Cut, Reach, Reaches
from engine.words import number, percent, times


def reaches(found: Reaches) -> str:
    """How much of each network's gradient arrives at the first step, and which keeps most and least."""
    if not found.lines:
        return ""
    after = "With their first weights" if not found.updates else f"After {found.updates:,} updates"
    each = [f"**{line.label}** {_kept(line)}" for line in found.lines]
    middle = {line.label: float(np.median(line.kept)) for line in found.lines}
    most, least = max(middle, key=middle.__getitem__), min(middle, key=middle.__getitem__)
    text = f"{after}, of the gradient at step T there arrives at step 1: {'; '.join(each)}."
    if len(middle) > 1 and middle[least] > 0:
        text += f" {most} keeps {times(middle[most] / middle[least])} times as much as {least}."
    return text


def _kept(line: Reach) -> str:
    low, high = float(line.kept.min()), float(line.kept.max())
    spread = f" ({number(low)} to {number(high)})" if len(line.kept) > 1 else ""
    text = f"{number(float(np.median(line.kept)))}{spread}"
    return text if line.label == TRANSFORMER else f"{text}, as if each step multiplied it by {number(line.per_step)}"


def reach_read(found: Reaches, limit: float) -> str:
    """What lines and bands are, and what clipping did."""
    seeds = f"Median of {found.seeds} seeds, the band from lowest to highest. " if found.seeds > 1 else ""
    dotted = "Dotted: the same of an LSTM's cell c, which is its longer memory. " if _has_cell(found) else ""
    dotted += (
        "A transformer has no state: its line is of what each token brings in at the bottom, which every later step looks at "
        "in one leap. "
        if any(line.label == TRANSFORMER for line in found.lines)
        else ""
    )
    if not found.updates and any("peepholes" in line.label for line in found.lines):
        dotted += "Peepholes begin at 0: with its first weights an LSTM that has them is the usual one. "
    clipped = [line for line in found.lines if float(np.median(line.factor)) < 1]
    if not clipped:
        return f"{seeds}{dotted}Clipping at {number(limit)} changes nothing here: no gradient of the weights is longer."
    named = ", ".join(
        f"{line.label} {number(float(np.median(line.norm)))} → {number(min(limit, float(np.median(line.norm))))}"
        for line in clipped
    )
    return (
        f"{seeds}{dotted}Dashed: clipped. The gradient of all weights is longer than {number(limit)} for {named}. All of it is "
        "multiplied by one factor: what exploded comes down, what vanished stays as small beside the rest."
    )


def _has_cell(found: Reaches) -> bool:
    return any(line.cell.shape[1] for line in found.lines)


def skips(found: Reaches, cell: str) -> str:
    """What each skip does to the share that arrives, beside the network without."""
    if not found.lines:
        return ""
    plain, *others = found.lines
    base = float(np.median(plain.kept))
    text = f"{cell}, two layers: without a skip {number(base)} of the gradient at T arrives at step 1"
    for line in others:
        share = float(np.median(line.kept))
        text += f"; {line.label}: {number(share)}, {number(share / base) if base > 0 else 'n/a'} times that"
    by_step = {line.label: line.per_step for line in found.lines}
    said = ", ".join(f"{name} {number(value)}" for name, value in by_step.items())
    return f"{text}. As a factor per step: {said}."


NEAR = 0.95
"""Cosine from which on two directions count as about the same."""


# --- sums -------------------------------------------------------------------------------------------------------------


def shape_of(found: Bars) -> str:
    """``64 × 16``."""
    rows, columns = found.autograd.shape
    return f"{rows} × {columns}, {len(found.terms)} terms"


def sums(found: Sequence[Bars]) -> str:
    """How far the sums are from autograd's gradients; where most of each comes from."""
    differences = ", ".join(f"{item.matrix} {number(item.difference)}" for item in found)
    where = []
    for item in found:
        total = float(item.norms.sum())
        if total > 0:
            largest = int(item.norms.argmax())
            where.append(f"{item.matrix}: step {largest + 1} with {percent(float(item.norms[largest]) / total)}")
    return (
        f"Largest difference between the sum of the terms, by hand, and autograd's gradient, over all entries: {differences}. "
        f"The longest term, as a share of all terms' lengths: {'; '.join(where)}."
    )


def entry(found: Bars, row: int, column: int) -> str:
    """One entry: its terms' sum and autograd's number."""
    terms = found.terms[:, row, column]
    against = float(np.abs(terms).sum())
    whole = float(terms.sum())
    text = f"Sum {number(whole)}, autograd {number(float(found.autograd[row, column]))}."
    if not against:
        return text
    cancelled = percent(1 - abs(whole) / against)
    return f"{text} The terms add up to {number(against)} without their signs: {cancelled} of that cancels."


# --- truncation -------------------------------------------------------------------------------------------------------


def cut(found: Cut) -> str:
    """What is left out at the chosen chunk length."""
    left = float(found.cut.sum())
    state = "carried" if found.carried else "reset"
    if np.isnan(found.whole).any():
        return "The whole gradient is 0: there is nothing to truncate."
    text = (
        f"Chunks of {found.chunk}, the state {state}: along the whole gradient, the truncated one reaches {percent(left)} of "
        f"its length; {percent(1 - left)} is left out."
    )
    if not found.carried:
        changed = f"the loss is {number(found.cut_loss)} instead of {number(found.loss)}"
        text += f" Resetting also changes what is computed: {changed}."
    return text


def chunks(found: Cut) -> str:
    """From which chunk length on the direction is nearly the whole one's."""
    known = [(c, float(cos)) for c, cos in zip(found.chunks, found.cosine, strict=True) if not np.isnan(cos)]
    if not known:
        return "The whole gradient is 0."
    least = min(known, key=lambda item: item[1])
    far = [chunk for chunk, cosine in known if cosine < NEAR]
    near = min((chunk for chunk, _ in known if chunk > max(far, default=0)), default=None)
    text = f"The direction is worst with chunks of {least[0]}: a cosine of {number(least[1])}"
    return text + (f"; from {near} on it is always at least {NEAR}." if near else ".")
