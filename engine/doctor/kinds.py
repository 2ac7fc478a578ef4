"""The kinds of run that the doctor knows: how to begin one of an experiment, and what there is to examine of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from engine import admission
from engine.doctor import case as plane
from engine.doctor.record import Record
from engine.doctor.sequences import case as sequences
from engine.doctor.vision import case as vision
from engine.experiment import Experiment
from engine.room import reserve_of
from engine.run import Run
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun
from engine.vision.experiment import VisionExperiment
from engine.vision.run import VisionRun

NETWORK_PARAMETERS = 100_000
"""Parameters that room is kept for before a network on sequences or pictures is built."""


@dataclass(frozen=True)
class Kind:
    """One kind of run."""

    begin: Callable[[Any], Run]
    gather: Callable[[Any, Iterable[Snapshot]], Record]
    reserve: Callable[[Any], int]
    """Bytes that a run needs at least."""


KINDS: dict[type, Kind] = {
    Experiment: Kind(SupervisedRun, plane.case_of, admission.reserve),
    SequenceExperiment: Kind(SequenceRun, sequences.case_of, lambda _: reserve_of(NETWORK_PARAMETERS, 1)),
    VisionExperiment: Kind(VisionRun, vision.case_of, lambda _: reserve_of(NETWORK_PARAMETERS, 1)),
}
"""By the class of their experiments."""


def record_of(run: Any, film: Iterable[Snapshot]) -> Record:
    """What there is to examine of a run at rest, of any kind."""
    return KINDS[type(run.experiment)].gather(run, film)
