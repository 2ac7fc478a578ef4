"""What the comparison of MLP and CNN says, in sentences made of what was counted and measured."""

import numpy as np
from jaxtyping import Float

from engine.labs.vision.results.against import KINDS, Contest, Match
from engine.labs.vision.results.counted import Counted
from engine.words import count, number, percent

CELL = 4
"""Pixels that are one cell of maps halved twice, as in ``engine.labs.vision.budget.cnn``."""


def miscounted(found: Counted) -> str:
    """What multiplying the layers would give, put right."""
    return (
        f"The hidden layers have {count(found.before_scores)} parameters, the scores {count(found.layers[-1].parameters)} "
        f"more: layers are **added**. Multiplied with each other, {_product(found)} = {count(found.multiplied)}, they would "
        f"make {_times(found.multiplied / found.before_scores)} as many; that is where the often printed 6.5 billion for "
        "32 × 32 × 3 and three layers of 128 comes from."
    )


def _product(found: Counted) -> str:
    terms = [found.layers[0].terms[0], *(layer.terms[-1] for layer in found.layers[:-1])]
    return " · ".join(f"{term:,}" for term in terms)


def _times(factor: float) -> str:
    return f"{count(factor)} times" if factor >= 10 else f"{number(factor)} times"


def compared(found: tuple[Counted, Counted, Counted]) -> str:
    """What the three networks need, and why."""
    mlp, flat, pooled = found
    return (
        f"MLP {count(mlp.total)}, CNN {count(flat.total)} with all numbers of its last maps, {count(pooled.total)} with the "
        "mean of each. A convolution's weights are used at every place, so that the size of the picture does not stand in "
        "their number: it counts in the first layer of an MLP, and in what comes after flattened maps."
    )


def matched(match: Match, budget: int) -> str:
    """How the width was found."""
    around = ", ".join(f"{width}: {count(parameters)}" for width, parameters in match.tried)
    unit = "units a layer" if match.label == "MLP" else "filters"
    return (
        f"**{match.label}**, {match.description}: {match.width} {unit}, {count(match.parameters)} parameters "
        f"({_off(match.parameters, budget)}; tried {around}), {count(match.multiply_adds)} multiply-adds a picture."
    )


def _off(parameters: int, budget: int) -> str:
    share = parameters / budget - 1
    return "exactly the budget" if parameters == budget else f"{share:+.1%} of the budget".replace("-", "−")


def moved(found: Contest) -> str:
    """Who is right more often on pictures as they were trained on, and on moved ones."""
    table = found.accuracy[:, 0]
    if not np.isfinite(table[:, 0]).any():
        return ""
    begins = "" if found.is_done else "So far: "
    text = f"{begins}Test pictures right, as they are: {_lines(table[:, 0])}. {_who(table[:, 0])}"
    farthest = min(found.shifts[-1], found.border)
    place = found.shifts.index(farthest)
    by = f"{farthest} {'pixel' if farthest == 1 else 'pixels'}"
    return f"{text} Moved by {by}: {_lines(table[:, place])}. {_who(table[:, place])}{_cells(found)}"


def _cells(found: Contest) -> str:
    """Why a move by a whole cell of the last maps does less than one by a part of it, where it was so."""
    if CELL not in found.shifts:
        return ""
    near, whole = (_median(found.accuracy[2, 0, found.shifts.index(by)]) for by in (CELL - 1, CELL))
    if not whole > near:
        return ""
    return (
        f" The CNN with global averages does better at {CELL} pixels ({percent(whole)}) than at {CELL - 1} ({percent(near)}): "
        f"its pictures are halved twice, so that {CELL} pixels are one whole cell of its last maps, whose mean stays; by less, "
        "its pools take other pixels together."
    )


def _lines(table: Float[np.ndarray, "kinds seeds"]) -> str:
    return "; ".join(f"{label} {_span(values)}" for label, values in zip(KINDS, table, strict=True))


def shuffled(found: Contest) -> str:
    """What the shuffle changed, seed by seed."""
    place, mixed = found.accuracy[:, 0, 0], found.accuracy[:, 1, 0]
    if not np.isfinite(mixed).any():
        return ""
    begins = "" if found.is_done else "So far: "
    lines = [f"{label} {_points(after - before)}" for label, before, after in zip(KINDS, place, mixed, strict=True)]
    text = f"{begins}The shuffle changed the share of right answers by, in percentage points: {'; '.join(lines)}."
    for kind in (1, 2):
        leads = [table[kind] - table[0] for table in (place, mixed)]
        if all(np.isfinite(lead).any() for lead in leads):
            before, after = (_median(lead) * 100 for lead in leads)
            text += (
                f" The lead of *{KINDS[kind]}* over the MLP goes from {before:+.1f} to {after:+.1f} points (median)."
            )
    return text.replace("-", "−") + (
        " What the MLP's share moves by is chance: first weights that were drawn alike for all pixels fall on other ones. The "
        "proof below shuffles them along."
    )


def trained_on(found: Contest) -> str:
    """What the runs were."""
    if not found.pictures[0]:
        return "Each run takes a second or so; the first seed's come first."
    train, test = map(count, found.pictures)
    cut = found.shifts[-1] > found.border
    note = f" From {found.border + 1} pixels on a picture leaves its frame, and its edge is cut off." if cut else ""
    return (
        f"{train} training pictures, {found.epochs} epochs, {test} test pictures. Moved: the mean over up, down, left and "
        f"right. Areas reach from the lowest seed to the highest.{note}"
    )


def _who(table: Float[np.ndarray, "kinds seeds"]) -> str:
    """Which of them the seeds tell apart from the best."""
    known = table[:, np.isfinite(table).all(axis=0)]
    if not known.shape[1]:
        return ""
    best = int(np.median(known, axis=1).argmax())
    rest = [kind for kind in range(len(KINDS)) if kind != best]
    apart = [KINDS[kind] for kind in rest if known[best].min() > known[kind].max()]
    near = [f"*{KINDS[kind]}*" for kind in rest if KINDS[kind] not in apart]
    text = f"*{KINDS[best]}* is best in the median"
    if apart:
        text += f", its worst seed better than the best of {' and of '.join(f'*{name}*' for name in apart)}"
    if near:
        text += f"; against {' and '.join(near)} the seeds overlap: one alone could have shown the opposite"
    return f"{text}."


def _span(values: Float[np.ndarray, " seeds"]) -> str:
    known = values[np.isfinite(values)]
    if not len(known):
        return "n/a"
    return f"{percent(float(np.median(known)))} ({percent(float(known.min()))} to {percent(float(known.max()))})"


def _points(values: Float[np.ndarray, " seeds"]) -> str:
    known = values[np.isfinite(values)] * 100
    return f"{np.median(known):+.1f} ({known.min():+.1f} to {known.max():+.1f})" if len(known) else "n/a"


def _median(values: Float[np.ndarray, " seeds"]) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
