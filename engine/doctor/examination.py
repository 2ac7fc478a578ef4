"""Training an experiment only to examine it: as many updates as asked, a film as thin as the doctor needs."""

import math

from engine.doctor.case import Case, case_of
from engine.experiment import Experiment
from engine.film import Film
from engine.supervised import SupervisedRun

FRAMES = 60
"""Frames of a film that nobody watches."""
FRAMES_PER_DETAIL = 4


def frame_every(steps: int) -> int:
    """Updates from one frame to the next on the way to ``steps``."""
    return max(1, math.ceil(steps / FRAMES))


def trained(experiment: Experiment, steps: int | None = None) -> Case:
    """Train for ``steps`` updates (by default to the planned end) and gather what there is to examine."""
    run = SupervisedRun(experiment)
    goal = run.last_step if steps is None else steps
    every = frame_every(goal)
    film = Film()
    film.append(run.snapshot())
    while run.ending is None and run.steps < goal:
        run.advance(min(every, goal - run.steps))
        rests = run.ending is not None or run.steps >= goal
        if film.frames and run.steps < film.last.step:
            film.cut(run.steps)
        film.append(run.snapshot(detail=rests or len(film) % FRAMES_PER_DETAIL == 0))
    return case_of(run, film)
