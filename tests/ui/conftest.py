"""A visitor without a page: what the browser's commands do to the runs, called as the player calls them."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine import stage
from engine.entry import Entry
from engine.experiment import Experiment
from engine.supervised import SupervisedRun
from ui import session
from ui.player import COMMANDS
from ui.visit import Visit

SMALL = Experiment.model_validate(
    {"data": {"kind": "circle", "samples": 60}, "model": {"hidden": [4, 3]}, "training": {"epochs": 400}}
)


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for a condition, or fail."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.005)


class Visitor:
    """Somebody at the player."""

    def __init__(self) -> None:
        self.visit = Visit(begun=SMALL, now=SMALL)

    def does(self, name: str, value: Any = None) -> None:
        """Give a command, as the browser does, and wait until it is carried out."""
        COMMANDS[name].act(value)
        if name not in ("play", "speed"):
            self.rested()

    @property
    def entry(self) -> Entry:
        """The run on screen."""
        found = stage.pool().get(self.visit.entry_id)
        assert found is not None
        return found

    @property
    def kept(self) -> Entry:
        """The run kept as A."""
        assert self.visit.beside is not None
        found = stage.pool().get(self.visit.beside.entry_id)
        assert found is not None
        return found

    def rested(self) -> SupervisedRun:
        """The run on screen, once no worker has anything to do with it."""
        entry = session.entry()
        until(lambda: not entry.wants_work and not entry.busy)
        assert isinstance(entry.run, SupervisedRun)
        self.visit.note(entry)
        return entry.run

    def at(self, step: int) -> SupervisedRun:
        """The run on screen, trained up to ``step``."""
        run = self.rested()
        stage.pool().step(self.entry, step - run.steps)
        return self.rested()


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    """A visitor with a small run of their own at step 0."""
    made = Visitor()
    monkeypatch.setattr(session, "visit", lambda: made.visit)
    monkeypatch.setattr(session, "LEAD_SECONDS", 0.0)
    made.rested()
    yield made
    for side in ("", "beside"):
        found = stage.pool().get(made.visit.shown(side))
        if found is not None and not found.pinned:
            stage.pool().close_entry(found)
