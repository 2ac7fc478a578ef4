"""What a run came to, called by one fixed criterion, and which cures are compared: alone and in pairs."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from engine.doctor.gradients import FAINT, HUGE_GRADIENT, STARVED
from engine.experiment import MAX_SEED, Experiment
from engine.labs.gradient_flow.cures import COMPARED, CURES, CureId, cured, named
from engine.labs.gradient_flow.results import Course, Measured, Outcome
from engine.labs.gradient_flow.state import GradientFlowLab

LEARNED = 0.9
"""Accuracy on the test part from which on a network counts as having learned."""
SEEDS = 3
UPDATES = 120
"""Updates of each run of the comparison."""
MEASURED = 12
"""Updates of each run whose gradients are measured."""
DEPTHS = (10, 20, 40, 60)
CRITERION = (
    f"**Diverged**: a number stopped being finite. **Learned**: at least {LEARNED:.0%} of the test part right after "
    f"{UPDATES} updates. Of the others, **exploded**: some layer's median gradient norm is {HUGE_GRADIENT:g} or more, or the "
    f"first layer's is at least {1 / STARVED:,.0f} times the output layer's; **vanished**: some layer's is below 1/"
    f"{1 / STARVED:,.0f} of the strongest layer's, or all hidden layers' are below {FAINT:g}; **not yet**: none of these."
)
"""In words; ``outcome`` is the same as code. The thresholds are the doctor's."""


def outcome(course: Course) -> Outcome:
    """What a run came to, by ``CRITERION``."""
    if course.ending or not len(course.step):
        return "diverged"
    if course.accuracy[-1] >= LEARNED:
        return "learned"
    usual = np.median(course.gradient, axis=1)
    if usual.max() >= HUGE_GRADIENT or (usual[-1] > 0 and usual[0] >= usual[-1] / STARVED):
        return "exploded"
    if usual.min() < STARVED * usual.max() or usual[:-1].max(initial=0.0) < FAINT:
        return "vanished"
    return "not yet"


def first_over_last(course: Course) -> float:
    """log10 of the first layer's median gradient norm over the output layer's."""
    if not len(course.step):
        return math.nan
    first, last = np.median(course.gradient[0]), np.median(course.gradient[-1])
    if last == 0:
        return math.nan if first == 0 else math.inf
    return float(np.log10(first / last)) if first > 0 else -math.inf


def measured(course: Course, seconds: float) -> Measured:
    """What is kept of a run that took so many seconds."""
    accuracy = float(course.accuracy[-1]) if len(course.accuracy) else math.nan
    return Measured(outcome(course), first_over_last(course), accuracy, seconds)


@dataclass(frozen=True)
class Place:
    """One cell to be measured."""

    row: str
    column: str
    depth: int
    cures: tuple[CureId, ...]


def alone() -> list[Place]:
    """No cure and each cure by itself, at every depth."""
    choices: list[tuple[CureId, ...]] = [(), *((id,) for id in COMPARED)]
    return [Place(named(cures), f"{depth} layers", depth, cures) for cures in choices for depth in DEPTHS]


def pairs(depth: int) -> list[Place]:
    """Every two cures that can go together, at one depth; a cure with itself is that cure alone."""
    found = [Place(named((id,)), named((id,)), depth, (id,)) for id in COMPARED]
    for one, other in itertools.combinations(COMPARED, 2):
        if CURES[one].slot != CURES[other].slot:
            found.append(Place(named((other,)), named((one,)), depth, (one, other)))
    return found


def experiment_at(state: GradientFlowLab, place: Place, number: int) -> Experiment:
    """The experiment of a cell from its seed ``number``, counted from 0."""
    as_long = state.model_copy(update={"updates": UPDATES})
    return cured(as_long.of_depth(place.depth, (state.seed + number) % (MAX_SEED + 1)), place.cures, state.limits)
