"""Who may stay in the pool: runs that nobody looks at go first, and those that are looked at are never taken away.

What all runs hold together is bounded: films and checkpoints grow thinner before that is too much, and a run is let in
only where all that are watched, made as thin as can be, leave room for it.
"""

import time
from collections.abc import Collection

from engine.entry import Entry
from engine.film import MIN_FRAMES
from engine.limits import RUNS, RUNS_MB, VISITOR_RUNS
from engine.settings import Settings
from engine.weighing import OBJECTS

MB = 1_000_000
STATES = 17
"""Copies of its parameters that a run may hold: network, gradient, two averages of the optimizer, the best weights; and
with their averages two states to fall back to and two checkpoints."""
PLANE_BYTES = 50_000
"""Of the points where the boundary is measured, for each input of the network."""
FRAME_BYTES = 55_000
"""Of the largest frame with details; a film of the fewest frames is no larger than so many of them."""


def reserve_of(parameters: int, inputs: int) -> int:
    """Bytes that a run needs however thin it is kept: its states, the plane it is measured on, its shortest film."""
    return STATES * 4 * parameters + PLANE_BYTES * inputs + OBJECTS + MIN_FRAMES * FRAME_BYTES


def made_for(entry: Entry, present: Collection[Entry], leaving: Entry | None, limits: Settings) -> list[Entry]:
    """The runs that have to go for ``entry``, longest unseen first; ``leaving`` goes anyway.

    Raises LimitReached where those that are looked at leave no room.
    """
    staying = [other for other in present if other is not leaving]
    gone: list[Entry] = []
    mine = [other for other in staying if entry.owner and other.owner == entry.owner]
    while len(mine) >= limits.visitor_runs:
        gone.append(_longest_unseen(mine, limits) or VISITOR_RUNS.refuse(len(mine) + 1, limits))
        mine.remove(gone[-1])
    staying = [other for other in staying if other not in gone]
    while len(staying) >= limits.max_runs:
        gone.append(_longest_unseen(staying, limits) or RUNS.refuse(len(staying) + 1, limits))
        staying.remove(gone[-1])
    while (needed := sum(other.reserve for other in staying) + entry.reserve) > limits.runs_mb * MB:
        gone.append(_longest_unseen(staying, limits) or RUNS_MB.refuse(-(-needed // MB), limits))
        staying.remove(gone[-1])
    return gone


def eased(present: Collection[Entry], limits: Settings) -> list[Entry]:
    """Thin the heaviest runs until all together keep to their memory; returns those that have to go before that.

    Those are runs that nobody looks at: as many as are too many or too heavy, and as many more as free the memory.
    """
    staying = list(present)
    gone: list[Entry] = []
    allowed = limits.runs_mb * MB
    held = {entry.id: entry.nbytes for entry in staying}
    unseen = _unseen(staying, limits)
    while unseen and (
        len(unseen) > limits.kept_runs
        or sum(held[entry.id] for entry in unseen) > limits.kept_mb * MB
        or sum(held.values()) > allowed
    ):
        gone.append(unseen.pop(0))
        staying.remove(gone[-1])
        del held[gone[-1].id]
    for entry in sorted(staying, key=lambda entry: -held[entry.id]):
        if sum(held.values()) <= allowed:
            break
        if not entry.busy:
            _thin(entry)
            held[entry.id] = entry.nbytes
    return gone


def _unseen(entries: Collection[Entry], limits: Settings) -> list[Entry]:
    """Runs that nobody looks at and nobody trains, the longest unseen first."""
    before = time.monotonic() - limits.unwatched_seconds
    unseen = [
        entry for entry in entries if not (entry.pinned or entry.wants_work or entry.busy) and entry.seen < before
    ]
    return sorted(unseen, key=lambda entry: entry.seen)


def _longest_unseen(entries: Collection[Entry], limits: Settings) -> Entry | None:
    return next(iter(_unseen(entries, limits)), None)


def _thin(entry: Entry) -> None:
    """Half as many frames and checkpoints. No worker may serve it meanwhile."""
    entry.thin(max(MIN_FRAMES, min(entry.film.max_frames, len(entry.film)) // 2))
    with entry.changed:
        entry.checkpoints.shorten(len(entry.checkpoints.kept) // 2)
