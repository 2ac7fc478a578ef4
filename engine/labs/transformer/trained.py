"""A transformer trained on the spot, measured on its way, and kept for every section that looks at it."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.transformer.looking import example
from engine.labs.transformer.measuring import Meter, alignment, head_ablation, stream_of
from engine.labs.transformer.results import Ablation, Alignment, Course, Head, Stream
from engine.limits import PARAMETERS
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun
from engine.sequences.transformer import TransformerNetwork

POINTS = 40
"""Of a run so many are measured, evenly spread, beside the start."""
PIECE_SECONDS = 0.08
"""Other work comes in between pieces of about so long."""
KEPT_BYTES = 6e6


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a run: its course, and the network once it is trained."""

    course: Course
    trained: "Trained | None" = None


class Trained:
    """A network at the end of its training. Visitors share it: whoever switches parts of it off has it alone meanwhile."""

    def __init__(self, run: SequenceRun, course: Course, ablation: Ablation) -> None:
        self.experiment, self.data, self.course, self.ablation = run.experiment, run.data, course, ablation
        self._network = at_the_end(run)
        self._lock = threading.RLock()
        self.stream: Stream = stream_of(self._network, self.data)
        self.alignment: Alignment | None = alignment(self._network, self.experiment.task, self.data)

    @contextmanager
    def network(self, off: Iterable[Head] = (), masked: Iterable[int] = ()) -> Iterator[TransformerNetwork]:
        """The network with some heads switched off and some places of x hidden; inside, nobody else has it."""
        with self._lock:
            try:
                for name, head in off:
                    self._network.switch(name, head, on=False)
                self._network.masked = frozenset(masked)
                yield self._network
            finally:
                self._network.masked = frozenset()
                for part in self._network.attentions.values():
                    part.kept = None

    @property
    def nbytes(self) -> int:
        """Memory it takes beside the examples, which are kept elsewhere."""
        weights = sum(p.numel() * p.element_size() for p in self._network.parameters())
        measured = [self.course.scores, self.course.entropy, *(role.share for role in self.course.roles)]
        return weights + sum(array.nbytes for array in (*measured, *self.course.shown.maps)) + 100_000


DONE: Kept[Trained] = Kept(lambda: KEPT_BYTES)
"""Those trained to their end since the server began, for every visitor."""


def training(experiment: SequenceExperiment, number: int = 1, done: Kept[Trained] = DONE) -> Iterator[Progress[Known]]:
    """Train it and measure it on the way; ``number`` is the validation example that is shown.

    Kept for everybody, unless it learned a visitor's own text. Raises Refusal where this server trains no such network.
    """
    if (known := done.get(experiment)) is not None:
        yield Progress(1.0, Known(known.course, known))
        return
    run = SequenceRun(experiment)
    PARAMETERS.check(sum(parameter.numel() for parameter in run.parameters))
    yield Progress(0.0, said="Drawing the first weights")
    meter = Meter(run, example(run.data, number))
    pace = 1
    for goal in np.unique(np.linspace(0, run.last_step, POINTS + 1).round().astype(int)).tolist():
        while run.steps < goal and run.ending is None:
            pace = _advance(run, min(goal - run.steps, pace))
            if run.steps < goal and run.ending is None:
                yield Progress(run.steps / run.last_step, said=_said(run))
        meter.measure()
        if run.ending is None:
            yield Progress(run.steps / run.last_step, Known(meter.course), _said(run))
    course = meter.course
    yield Progress(1.0, Known(course), "Switching off one head after another")
    network = at_the_end(run)
    for ablation in head_ablation(network, run.data):
        if ablation is None:
            yield Progress(1.0, said="Switching off one head after another")
    assert ablation is not None
    trained = Trained(run, course, ablation)
    if not experiment.task.is_private:
        done.put(experiment, trained)
    yield Progress(1.0, Known(course, trained))


def at_the_end(run: SequenceRun) -> TransformerNetwork:
    """Its network, in evaluation mode for good."""
    assert isinstance(run.network, TransformerNetwork)
    return run.network.eval().requires_grad_(False)


def _advance(run: SequenceRun, steps: int) -> int:
    """Train; returns how many updates the next piece may have."""
    began = time.perf_counter()
    run.advance(steps)
    each = (time.perf_counter() - began) / steps
    return max(1, min(2 * steps, round(PIECE_SECONDS / max(each, 1e-6))))


def _said(run: SequenceRun) -> str:
    return f"Update {run.steps:,} of {run.last_step:,}"
