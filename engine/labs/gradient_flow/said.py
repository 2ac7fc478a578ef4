"""What the pictures say, in sentences made of the measured numbers."""

import math
from collections.abc import Sequence

import numpy as np

from engine.labs.gradient_flow.results import Chains, Comparison, Course, Flow, Outcome, Record
from engine.words import count, number, percent

SIGNS: dict[Outcome, str] = {"learned": "✓", "vanished": "↓", "exploded": "↑", "diverged": "×", "not yet": "…"}
"""Outcomes where words don't fit."""
WORDS_FIT = 4
"""Columns beside which words still fit into the cells on a telephone."""


def gradients(flow: Flow) -> str:
    """First against last layer at the first update, and where the gradient fades because the loss is gone."""
    return " ".join(_gradient(course) for course in flow.courses if len(course.step))


def _gradient(course: Course) -> str:
    first, last = course.gradient[0, 0], course.gradient[-1, 0]
    text = (
        f"{_cap(course.label)}: at update {course.step[0]:,} the first layer gets {number(first)}, the output layer "
        f"{number(last)}"
    )
    text += f", {share(first, last)}." if last > 0 else "."
    if course.loss[-1] < 0.05 and course.gradient[:, -1].max() < 0.1 * course.gradient[:, 0].max():
        text += (
            f" Its later columns are darker: the loss is down to {number(course.loss[-1])}, little is left to learn."
        )
    return text


def share(first: float, last: float) -> str:
    """``1/5,000,000 of it``, ``1.4 times as much``."""
    if first == 0:
        return "nothing of it"
    ratio = first / last
    if not math.isfinite(ratio):
        return "out of all bounds"
    if ratio >= 0.1:
        return f"{number(ratio)} times as much"
    return f"1/{1 / ratio:,.0f} of it" if ratio > 1e-9 else f"{number(ratio)} of it"


def ratios(flow: Flow) -> str:
    """How far the first and the last layer move per update."""
    said = []
    for course in flow.courses:
        if not len(course.step):
            continue
        first, last = np.median(course.ratio[0]), np.median(course.ratio[-1])
        grown = number(float(course.drift[0]))
        said.append(
            f"{_cap(course.label)}: in the median update the first layer moves by {number(float(first))} of its weights, "
            f"the output layer by {number(float(last))}; by the end the norm of the first layer's weights is "
            f"{'what' if grown == '1' else f'{grown} times what'} it was."
        )
    return " ".join(said)


def losses(flow: Flow) -> str:
    """Where the losses ended."""
    said = ["Dotted: ln 2, the loss of answering one half for every example."]
    for course in flow.courses:
        if course.ending:
            said.append(f"{_cap(course.label)}: diverged. {course.ending}")
        elif len(course.step):
            said.append(
                f"{_cap(course.label)}: loss {number(course.loss[-1])} at update {course.step[-1]:,}, "
                f"{percent(course.accuracy[-1])} of the test part right."
            )
    return " ".join(said)


def products(found: Chains) -> str:
    """The whole product, its bound, and the factor per layer that the product comes to."""
    said = []
    for chain in found.chains:
        product, bound, layers = chain.product[0], chain.bound[0], len(chain.norms)
        if np.isnan(chain.norms).all():
            continue  # not known yet
        if math.isinf(product):
            said.append(f"{_cap(chain.label)}: the product is 0, nothing comes through.")
            continue
        said.append(
            f"{_cap(chain.label)}, over all {layers} layers: the product's norm is {power(product)}, the product of the norms "
            f"{power(bound)}, a bound {power(bound - product)} times too high. It is as if every layer multiplied by "
            f"{number(10 ** (product / layers))}."
        )
    return " ".join(said)


def power(log: float) -> str:
    """``0.31``, ``1.2e-14`` of a log10, also where the number itself leaves a double's range."""
    if not math.isfinite(log):
        return "n/a"
    if abs(log) < 3:
        return number(10**log)
    whole = math.floor(log)
    return f"{10 ** (log - whole):.2g}e{whole:+d}"


def has_words(found: Comparison) -> bool:
    """Whether the cells say in words what they came to."""
    return len(found.columns) <= WORDS_FIT


def comparison(found: Comparison) -> str:
    """How many settings learned, and what the colours mean."""
    done = [cell for cell in found.cells if len(cell.outcomes) == found.seeds]
    learned = sum(all(each == "learned" for each in cell.outcomes) for cell in done)
    counted = (
        f"Of {len(done)} settings trained from all {found.seeds} seeds, {learned} learned from every one of them. "
    )
    explained = {"learned": SIGNS["learned"]} if has_words(found) else SIGNS
    signs = ", ".join(f"{sign} {outcome}" for outcome, sign in explained.items())
    took = f"{_runs(found.trained)} trained for this picture in {duration(found.seconds)}. " if found.trained else ""
    return (
        f"{counted if done else ''}{took}{signs}. Colour: log₁₀ of the first layer's gradient norm over the output layer's, "
        "medians over the run, middle of the seeds: blue is less, orange is more. A fraction says how many of the seeds ended "
        "so; hover for the spread."
    )


def _runs(trained: int) -> str:
    return "One run was" if trained == 1 else f"{trained} runs were"


def duration(seconds: float) -> str:
    """``less than a second``, ``45 s``, ``3 min``; ``an unknown time`` for NaN."""
    if math.isnan(seconds):
        return "an unknown time"
    if seconds < 1:
        return "less than a second"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def clipped(course: Course, place: int, limit: float) -> str:
    """How much was clipped."""
    if not len(course.step):
        return course.ending
    largest = f"Largest norm {number(float(course.norm.max()))}, median {number(float(np.median(course.norm)))}."
    if place == 0:
        over = float((course.norm > limit).mean())
        return f"{largest} {percent(over)} of {count(len(course.norm))} updates lie over the dashed line."
    return f"{largest} {percent(course.share_clipped)} of {count(len(course.norm))} updates were clipped."


def angles(flow: Flow) -> str:
    """How far each kind of clipping turned the gradient."""
    said = []
    for course in flow.courses[1:]:
        if len(course.step):
            largest = float(np.nanmax(course.angle)) if np.isfinite(course.angle).any() else math.nan
            said.append(f"{_cap(course.label)}: turned by at most {number(round(largest, 3))}°.")
    return " ".join([*said, "Clipping by norm scales all entries alike, so the direction stays; by value it does not."])


def record(found: Record) -> str:
    """How the run went, and how it ended."""
    text = ""
    loss = found.loss[np.isfinite(found.loss)]
    if len(loss):
        start, end = number(float(loss[0])), number(float(loss[-1]))
        text += f"Training loss: {start} at the start, {end} at update {found.step[-1]:,}."
    if found.ending:
        text += f" {found.ending}"
    if found.is_done and not found.signs:
        text += " The doctor finds nothing wrong here."
    return text.strip()


RECORD_READ = (
    "Rows are layers, the first on top; dark is small, blank is 0 or no number. In the third picture dark lines are layers "
    "near the input, bright ones near the output."
)
BATCH_NORM_READ = (
    "Losses are measured in evaluation mode, where batch norm uses running averages: at the start these know nothing of the "
    "data yet, and the first loss and gradients can be huge. The colours' scale leaves this first column out."
)


def fixed(sick: Record, mended: Record) -> str:
    """What became of the signs and of the loss with the fix; empty while one of the runs is under way."""
    if not (sick.is_done and mended.is_done):
        return ""
    before, after = ([f"*{sign.label}*" for sign in found.signs] for found in (sick, mended))
    gone, still = _joined([x for x in before if x not in after]), _joined([x for x in before if x in after])
    new = _joined([x for x in after if x not in before])
    parts = [f"no longer finds {gone}"] if gone else []
    parts += [f"still finds {still}"] if still else []
    parts += [f"finds {new} instead" if gone else f"finds {new}"] if new else []
    parts += [f"finds nothing{' else' if before else ''}"] if not after else []
    ends = [number(float(found.loss[-1])) if len(found.loss) else "n/a" for found in (sick, mended)]
    return f"With the fix the doctor {_joined(parts)}. Training loss at the end: {ends[0]} as recorded, {ends[1]} with the fix."


def _joined(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
