"""Plays tours without a page: trains what a step asks for and shows it to the tour as a page would."""

from dataclasses import replace
from functools import cache

from engine.experiment import Experiment
from engine.supervised import SupervisedRun
from engine.tours.seen import Seen
from engine.tours.tour import Progress, Step

FRAME = 50
"""Updates per frame; the page films finer, which matters where a curve's trembling is told."""
FINE = 20


@cache
def trained(experiment: Experiment, updates: int | None = None, every: int = FRAME) -> Seen:
    """What a page shows once a run of ``experiment`` has come to its end, or to ``updates``."""
    run = SupervisedRun(experiment)
    frames = [run.snapshot()]
    while run.ending is None and (updates is None or run.steps < updates):
        run.advance(every if updates is None else updates)
        frames = [frame for frame in frames if frame.step < run.steps]  # a run that diverged went back
        frames.append(run.snapshot(detail=run.ending is not None))
    ending = run.ending.kind if run.ending else ""
    return Seen(experiment, run.scene, tuple(frames), run.ending is not None, ending)


def untrained(experiment: Experiment, view: str = "") -> Seen:
    """What a page shows before the first update."""
    run = SupervisedRun(experiment)
    return Seen(experiment, run.scene, (run.snapshot(),), view=view)


def asked(progress: Progress, step: Step, seed: int) -> Seen:
    """What a page shows after the learner did what ``step`` asks, with another seed."""
    experiment = step.experiment(progress.tour.opening).patched({"seed": seed})
    return replace(trained(experiment, step.updates, FINE if progress.tour.id == "batch" else FRAME), view=step.view)
