"""Training an experiment only to examine it: as many updates as asked, a film as thin as the doctor needs."""

import math
from collections.abc import Iterator
from typing import Any

from engine.doctor.kinds import KINDS, record_of
from engine.film import Film
from engine.run import Run

FRAMES = 60
"""Frames of a film that nobody watches."""
FRAMES_PER_DETAIL = 4


def frame_every(steps: int) -> int:
    """Updates from one frame to the next on the way to ``steps``."""
    return max(1, math.ceil(steps / FRAMES))


def trained(experiment: Any, steps: int | None = None) -> Any:
    """Train for ``steps`` updates (by default to the planned end) and gather what there is to examine."""
    film = Film()
    *_, run = _filming(experiment, film, steps)
    return record_of(run, film)


def filmed(experiment: Any, steps: int) -> Iterator[tuple[Any, float]]:
    """The same a frame at a time: (what there is to examine by now, share of the updates that are done)."""
    film = Film()
    for run in _filming(experiment, film, steps):
        yield record_of(run, film), 1.0 if run.ending is not None else min(1.0, run.steps / steps)


def _filming(experiment: Any, film: Film, steps: int | None) -> Iterator[Run]:
    """The run after each frame of ``film``."""
    run = KINDS[type(experiment)].begin(experiment)
    goal = run.last_step if steps is None else steps
    every = frame_every(goal)
    film.append(run.snapshot())
    yield run
    while run.ending is None and run.steps < goal:
        run.advance(min(every, goal - run.steps))
        rests = run.ending is not None or run.steps >= goal
        if film.frames and run.steps < film.last.step:
            film.cut(run.steps)
        film.append(run.snapshot(detail=rests or len(film) % FRAMES_PER_DETAIL == 0))
        yield run
