"""Plays tours without a page: trains what a step asks for and shows it to the tour as a page would."""

from engine.experiment import Experiment
from engine.supervised import SupervisedRun
from engine.tours.seen import Seen
from engine.tours.tour import Progress, Step

FRAME = 50


def trained(experiment: Experiment, view: str = "", updates: int | None = None) -> Seen:
    """What a page shows once a run of ``experiment`` has come to its end, or to ``updates``."""
    run = SupervisedRun(experiment)
    frames = [run.snapshot()]
    while run.ending is None and (updates is None or run.steps < updates):
        run.advance(FRAME if updates is None else updates)
        frames = [frame for frame in frames if frame.step < run.steps]  # a run that diverged went back
        frames.append(run.snapshot(detail=run.ending is not None))
    ending = run.ending.kind if run.ending else ""
    return Seen(experiment, run.scene, tuple(frames), run.ending is not None, ending, view=view)


def untrained(experiment: Experiment, view: str = "") -> Seen:
    """What a page shows before the first update."""
    run = SupervisedRun(experiment)
    return Seen(experiment, run.scene, (run.snapshot(),), view=view)


def asked(progress: Progress, step: Step, seed: int) -> Seen:
    """What a page shows after the learner did what ``step`` asks, with another seed."""
    experiment = step.experiment(progress.tour.opening).patched({"seed": seed})
    return trained(experiment, step.view, step.updates)
