"""What each cure comes to, alone and in pairs: trained, measured, and called by one fixed criterion."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.doctor.gradients import FAINT, HUGE_GRADIENT, STARVED
from engine.experiment import MAX_SEED, Experiment
from engine.jobs import Progress
from engine.labs.gradient_flow.course import Recording
from engine.labs.gradient_flow.cures import COMPARED, CURES, CureId, cured, named
from engine.labs.gradient_flow.results import Cell, Comparison, Course, Outcome
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
    f"{1 / STARVED:,.0f} of the strongest layer's, or all hidden layers' are below {FAINT:g}; **stuck**: none of these."
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
    return "stuck"


def first_over_last(course: Course) -> float:
    """log10 of the first layer's median gradient norm over the output layer's."""
    if not len(course.step):
        return math.nan
    first, last = np.median(course.gradient[0]), np.median(course.gradient[-1])
    if last == 0:
        return math.nan if first == 0 else math.inf
    return float(np.log10(first / last)) if first > 0 else -math.inf


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
    found = [Place(CURES[id].label, CURES[id].label, depth, (id,)) for id in COMPARED]
    for one, other in itertools.combinations(COMPARED, 2):
        if CURES[one].slot != CURES[other].slot:
            found.append(Place(CURES[other].label, CURES[one].label, depth, (one, other)))
    return found


def experiment_at(state: GradientFlowLab, place: Place, number: int) -> Experiment:
    """The experiment of a cell from its seed ``number``, counted from 0."""
    as_long = state.model_copy(update={"updates": UPDATES})
    return cured(as_long.of_depth(place.depth, (state.seed + number) % (MAX_SEED + 1)), place.cures, state.limits)


def compare(state: GradientFlowLab, places: Sequence[Place]) -> Iterator[Progress[Comparison]]:
    """Train every place from ``SEEDS`` seeds: all places from the first seed, then from the next."""
    courses: dict[Place, list[Course]] = {place: [] for place in places}
    total, done = SEEDS * len(places), 0
    for number in range(SEEDS):
        for place in places:
            recording = Recording(experiment_at(state, place, number), "", UPDATES, UPDATES // MEASURED)
            said = f"Seed {number + 1} of {SEEDS}: {named(place.cures)}, {place.depth} layers"
            while not recording.is_over:
                recording.go_on()
                if not recording.is_over:
                    yield Progress(done / total, said=said)
            courses[place].append(recording.course)
            done += 1
            yield Progress(done / total, compared(courses), said)


def compared(courses: Mapping[Place, Sequence[Course]]) -> Comparison:
    """What is known of each place by now; places without a course are still empty."""
    rows = tuple(dict.fromkeys(place.row for place in courses))
    columns = tuple(dict.fromkeys(place.column for place in courses))
    cells = tuple(_cell(place, found) for place, found in courses.items() if found)
    return Comparison(rows, columns, cells, SEEDS)


def _cell(place: Place, courses: Sequence[Course]) -> Cell:
    return Cell(
        place.row,
        place.column,
        tuple(outcome(course) for course in courses),
        tuple(first_over_last(course) for course in courses),
        tuple(float(course.accuracy[-1]) if len(course.accuracy) else math.nan for course in courses),
    )
