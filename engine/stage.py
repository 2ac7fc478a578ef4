"""What every visitor of a server shares: the pool, and the default run that pages open with."""

import atexit
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from engine import device
from engine.checkpoints import TrainingState
from engine.data.own.store import reader, reading_as
from engine.data.plane import View
from engine.data.prepare import prepare
from engine.entry import Entry
from engine.experiment import Experiment
from engine.jobs import Workshop
from engine.kinds import KINDS
from engine.limits import PARAMETERS, ROWS
from engine.network_run import NetworkRun
from engine.pool import RunPool
from engine.recipe import Recipe
from engine.run import Checkpoint, Edit
from engine.supervised import SupervisedRun

OPENING_STEPS = 30
"""Updates per frame of the opening film: 100 frames for its 3,000 updates, about 1.2 MB to a browser."""


@cache
def pool() -> RunPool:
    """The process's one pool; its threads start at the first call and end before the interpreter does."""
    made = RunPool()
    atexit.register(made.close)
    return made


@cache
def workshop() -> Workshop:
    """Where the process does longer work of the labs; its thread starts with the first."""
    made = Workshop()
    atexit.register(made.close)
    return made


def recipe(
    experiment: Experiment,
    edits: Sequence[Edit] = (),
    view: View | None = None,
    on: device.DeviceName = "cpu",
    start: Checkpoint | None = None,
) -> Callable[[], SupervisedRun]:
    """How to make a run, for a worker to call: from its first weights, or from where another that began alike stood.

    It has the private data of whoever asks now, and of nobody else.
    """
    planned, owner = tuple(edits), reader()

    def made() -> SupervisedRun:
        with reading_as(owner):
            ROWS.check(len(prepare(experiment.data, experiment.seed).train.x))
            run = SupervisedRun(experiment, planned, view, device.choose(on))
        if isinstance(start, TrainingState):
            run.restore(start)
        return run

    return made


def live_recipe(
    experiment: Recipe,
    edits: Sequence[Edit] = (),
    on: device.DeviceName = "cpu",
) -> Callable[[], NetworkRun[Any]]:
    """The same for a run of one of the kinds that pages of their own train live."""
    planned, owner, kind = tuple(edits), reader(), KINDS[type(experiment)]

    def made() -> NetworkRun[Any]:
        with reading_as(owner):
            run = kind.run(experiment, planned, device.choose(on))
        PARAMETERS.check(sum(parameter.numel() for parameter in run.parameters))
        return run

    return made


_OPENING = threading.Lock()
_opening: list[Entry] = []


def opening_run() -> Entry:
    """The default experiment, trained to its end once per server and shown to everyone; nobody may change it."""
    with _OPENING:
        if not _opening or pool().get(_opening[0].id) is None or _opening[0].failure:
            _opening[:] = [pool().open(recipe(Experiment()), play=True, every=OPENING_STEPS, pinned=True)]
        return _opening[0]
