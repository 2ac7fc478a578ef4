"""The step at which a head takes up a role."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from engine.labs.transformer.results import Course, Head, RoleScores

RISE = 0.25
"""A head takes up a role only if its share rises by so much above where it began."""
MARKED = 4
"""So many heads are marked: those with the largest share at the end."""


@dataclass(frozen=True)
class Formed:
    """A head that took up a role."""

    head: Head
    role: str
    step: int
    """The first measured step from which on its share stayed above the middle between where it began and its most."""
    share: float
    """At the end."""


def formed(course: Course, role: RoleScores) -> tuple[Formed, ...]:
    """The heads that took up a role, the strongest at the end first, ``MARKED`` at most."""
    found = []
    for place, name in enumerate(course.attentions):
        for head in range(role.share.shape[2]):
            step = forming_step(course.step, role.share[:, place, head])
            if step is not None:
                found.append(Formed((name, head + 1), role.role, step, float(role.share[-1, place, head])))
    return tuple(sorted(found, key=lambda each: -each.share)[:MARKED])


def forming_step(steps: Int[np.ndarray, " points"], share: Float[np.ndarray, " points"]) -> int | None:
    """The first step from which ``share`` stays above half of its rise; None where it rises too little, or falls back."""
    if len(share) < 2 or np.isnan(share).any() or share.max() - share[0] < RISE:
        return None
    above = share > (share[0] + share.max()) / 2
    if not above[-1]:
        return None
    below = np.nonzero(~above)[0]
    return int(steps[below[-1] + 1] if len(below) else steps[0])
