"""What each cure comes to: every setting trained from several seeds, the shallow ones first, none of them twice."""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from math import fsum
from statistics import fmean

from engine.experiment import Experiment
from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.gradient_flow.course import Recording
from engine.labs.gradient_flow.cures import named
from engine.labs.gradient_flow.outcomes import MEASURED, SEEDS, UPDATES, Place, experiment_at, measured
from engine.labs.gradient_flow.results import Cell, Comparison, Measured
from engine.labs.gradient_flow.said import duration
from engine.labs.gradient_flow.state import GradientFlowLab

KEPT_BYTES = 1.5e6
"""Enough for all that the page compares of one network: 120 runs alone, and 120 in pairs at each of four depths."""
DONE: Kept[Measured] = Kept(lambda: KEPT_BYTES)
"""What was measured, by experiment and for every visitor: a cure alone stands in both comparisons."""
BESIDE_LAYERS = 5
"""What a run costs beside its layers, in layers: the data, the loss, the optimizer. For estimates only."""

Run = tuple[Place, int]
"""(place, number of the seed)."""


class Pace:
    """How long runs take, learned from those that are done."""

    def __init__(self) -> None:
        self._seconds: dict[Place, list[float]] = {}

    def note(self, place: Place, seconds: float) -> None:
        """A run of ``place`` took so long."""
        self._seconds.setdefault(place, []).append(seconds)

    @property
    def runs(self) -> int:
        """Runs that are done."""
        return sum(map(len, self._seconds.values()))

    @property
    def spent(self) -> float:
        """Seconds that they took."""
        return fsum(chain.from_iterable(self._seconds.values()))

    def expected(self, left: Sequence[Run]) -> float:
        """Seconds that ``left`` will take: a place's own where it has been trained, else those of all by their layers."""
        paid = sum(len(each) * layers(place) for place, each in self._seconds.items())
        per_layer = self.spent / paid if paid else float("nan")
        return sum(
            fmean(self._seconds[place]) if place in self._seconds else per_layer * layers(place) for place, _ in left
        )


def layers(place: Place) -> int:
    """What a run of ``place`` costs, in layers."""
    return place.depth + BESIDE_LAYERS


def compare(
    state: GradientFlowLab, places: Sequence[Place], done: Kept[Measured] = DONE
) -> Iterator[Progress[Comparison]]:
    """Train every place from ``SEEDS`` seeds: all places from the first seed, then from the next, the shallow ones first.

    What ``done`` has is not trained again, and what is trained is put there: after a stop it goes on where it was.
    """
    found: dict[Place, dict[int, Measured]] = {place: {} for place in places}
    planned = [(place, number) for number in range(SEEDS) for place in sorted(places, key=lambda place: place.depth)]
    keys = {run: key_of(state, *run) for run in planned}
    pace, left = Pace(), _fill(found, keys, done)
    while left:
        share = 1 - sum(layers(place) for place, _ in left) / sum(layers(place) for place, _ in planned)
        yield Progress(share, compared(found, pace), _said(pace, left))
        place, number = left[0]
        for now in _trained(experiment_at(state, place, number)):
            if now is None:
                yield Progress(share, said=_said(pace, left))
            else:
                found[place][number] = now
                done.put(keys[place, number], now)
                pace.note(place, now.seconds)
        left = _fill(found, keys, done)
    yield Progress(1.0, compared(found, pace))


def _fill(found: dict[Place, dict[int, Measured]], keys: Mapping[Run, str], done: Kept[Measured]) -> list[Run]:
    """Take over what is done of ``keys``: two settings may come to the same experiment. Returns what is left."""
    left = [(place, number) for place, number in keys if number not in found[place]]
    for place, number in left:
        if (known := done.get(keys[place, number])) is not None:
            found[place][number] = known
    return [(place, number) for place, number in left if number not in found[place]]


def key_of(state: GradientFlowLab, place: Place, number: int) -> str:
    """What decides a run, as text: far smaller than the experiment."""
    return experiment_at(state, place, number).model_dump_json()


def _trained(experiment: Experiment) -> Iterator[Measured | None]:
    """None after each piece, and what came of the run at its end. Other work between the pieces is not counted."""
    began, seconds = time.perf_counter(), 0.0
    recording = Recording(experiment, "", UPDATES, UPDATES // MEASURED)
    while not recording.is_over:
        recording.go_on()
        if not recording.is_over:
            seconds += time.perf_counter() - began
            yield None
            began = time.perf_counter()
    yield measured(recording.course, seconds + time.perf_counter() - began)


def _said(pace: Pace, left: Sequence[Run]) -> str:
    place, number = left[0]
    now = f"seed {number + 1} of {SEEDS}: {named(place.cures)}, {place.depth} layers"
    if not pace.runs:
        return f"{len(left)} runs to train. Now {now}"
    return f"{len(left)} runs left, about {duration(pace.expected(left))}. Now {now}"


def compared(found: Mapping[Place, Mapping[int, Measured]], pace: Pace | None = None) -> Comparison:
    """What is known of each place by now, by the number of the seed; places of which nothing is known are still empty."""
    rows = tuple(dict.fromkeys(place.row for place in found))
    columns = tuple(dict.fromkeys(place.column for place in found))
    cells = tuple(_cell(place, [runs[number] for number in sorted(runs)]) for place, runs in found.items() if runs)
    return Comparison(rows, columns, cells, SEEDS, *((pace.runs, pace.spent) if pace else (0, 0.0)))


def _cell(place: Place, runs: Sequence[Measured]) -> Cell:
    return Cell(
        place.row,
        place.column,
        tuple(run.outcome for run in runs),
        tuple(run.ratio for run in runs),
        tuple(run.accuracy for run in runs),
    )
