"""``CureSearch``: tries the changes that might help, one after another, in the background, by really training with each."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError

from engine.doctor.catalog import examine, row
from engine.doctor.examination import frame_every
from engine.doctor.finding import Finding
from engine.doctor.kinds import KINDS, record_of
from engine.doctor.record import Record
from engine.doctor.verdict import Outcome, Tried, judge, outcome
from engine.entry import Entry
from engine.limits import LimitReached
from engine.pool import RunPool
from engine.run import Patch, Run
from engine.wording import Change, changes

MOST_UPDATES = 5000
"""A longer run is compared with itself after so many updates from the beginning."""
MOST_SECONDS = 60.0
"""Training time of one change."""
MOST_BEGINNINGS = 3
"""How often a change is begun again that the pool had to forget."""
MOST_HALF_CURES, MOST_PAIRS = 3, 16
"""Changes that only did half of it and are tried with a second one, and such pairs."""
HALFWAY = 0.5
LOOK_SECONDS = 0.5
"""How long a poll may wait for a worker to finish its slice."""
SAME: Patch = ()
"""Nothing changed: the present settings from their first weights, where the run on screen was another."""


def plan(case: Record, finding: Finding) -> list[tuple[Patch, Any]]:
    """The changes worth a try, with the experiments they make."""
    return _made(case.experiment, row(finding.code, type(case)).candidates(case))


def plan_further(case: Record, tried: Sequence[Tried]) -> list[tuple[Patch, Any]]:
    """The changes that cleared the sign but brought another, each with what might cure that one; the best of them first.

    Batch norm alone may only turn one illness into another: it is not given up before a second change was tried with it.
    """
    half = sorted(
        (item for item in tried if item.next and item.after), key=lambda item: cast(Outcome, item.after).loss.value
    )
    done = {item.experiment for item in tried}
    pairs = [tuple(dict((*item.patch, *more)).items()) for item in half[:MOST_HALF_CURES] for more in item.next]
    return [(patch, made) for patch, made in _made(case.experiment, pairs) if made not in done][:MOST_PAIRS]


def _made(experiment: Any, patches: Sequence[Patch]) -> list[tuple[Patch, Any]]:
    """Patches with what they make of ``experiment``: no two the same, none that changes nothing or can't be."""
    found: dict[Any, Patch] = {}
    for patch in patches:
        try:
            changed = experiment.patched(dict(patch))
        except (ValidationError, ValueError):
            continue
        if changed != experiment:
            found.setdefault(changed, patch)
    return [(patch, made) for made, patch in found.items()]


def updates_of(case: Record) -> int:
    """How many updates a trial makes: as many as the run made, as planned where it diverged, but a bounded number."""
    return max(1, min(case.last_step if case.diverged else case.step, MOST_UPDATES))


@dataclass
class CureSearch:
    """Looks for a cure of ``finding``. Nothing happens unless ``poll`` is called; it never waits for training.

    One change is trained at a time, by the pool, which lets it rest where nobody polls for some seconds.
    """

    pool: RunPool
    case: Record
    finding: Finding
    make: Callable[[Any], Callable[[], Run]] = lambda experiment: lambda: KINDS[type(experiment)].begin(experiment)
    """How to make the run of an experiment, for a worker to call."""
    owner: str = ""
    """Whose runs these are."""
    tried: list[Tried] = field(default_factory=list)
    offered: Tried | None = None
    note: str = ""
    """Why it ended without a trial, for the learner."""

    def __post_init__(self) -> None:
        self.left = plan(self.case, self.finding)
        self.total = len(self.left)
        self.steps = updates_of(self.case)
        self.before: Record | None = None if self._begins_elsewhere else self.case
        self._entry: Entry | None = None
        self._began = 0.0
        self._begun_again = 0
        self._seen_halfway = False
        self._paired = False
        self._now: tuple[Patch, Any] | None = None

    @property
    def _begins_elsewhere(self) -> bool:
        """Whether the run on screen is not simply this experiment after ``steps`` updates: then that is trained first."""
        return self.case.edited or (not self.case.diverged and self.case.step > self.steps)

    @property
    def is_over(self) -> bool:
        """Whether a cure is found, or nothing is left to try."""
        return self.offered is not None or bool(self.note) or (self._now is None and not self.left)

    @property
    def trying(self) -> Patch | None:
        """The change in training now; None before, between and after. ``SAME`` is the run to compare with."""
        return self._now[0] if self._now else None

    @property
    def trying_changes(self) -> list[Change]:
        """The same in words."""
        return changes(self.case.experiment, self._now[1]) if self._now else []

    @property
    def progress(self) -> float:
        """Share of the updates of the present trial that is done."""
        run = self._entry.run if self._entry else None
        return min(1.0, run.steps / self.steps) if run else 0.0

    def poll(self) -> None:
        """Go on: begin the next trial, or judge the one that came to rest. Returns at once."""
        if self.is_over:
            return
        if self._now is None:
            try:
                self._begin()
            except LimitReached as reached:
                self.left, self._now, self.note = [], None, str(reached)
            return
        entry = cast(Entry, self._entry)
        if entry.rests:  # nobody polled: that time was not spent on training
            self._began = time.monotonic()
        self.pool.touch(entry)
        at_rest = entry.status not in ("waiting", "playing")
        if entry.failure:
            self._end(None, entry.failure)
        elif time.monotonic() - self._began > MOST_SECONDS:
            self._end(None, f"it takes longer than {MOST_SECONDS:.0f} seconds")
        elif at_rest and not self._is_done(entry):
            self._again()
        elif at_rest:
            self._end(self._look(entry))
        elif self.progress >= HALFWAY and not self._seen_halfway:
            self._look_halfway(entry)

    def close(self) -> None:
        """Forget the trial in training."""
        if self._entry is not None:
            self.pool.close_entry(self._entry)
        self._entry = self._now = None
        self.left = []

    def _begin(self) -> None:
        self._now = (SAME, self.case.experiment) if self.before is None else self.left.pop(0)
        self._begun_again = 0
        self._train()

    def _train(self) -> None:
        _, experiment = cast(tuple[Patch, Any], self._now)
        every = frame_every(self.steps)
        self._began = time.monotonic()
        needed = KINDS[type(experiment)].reserve(experiment)
        make = self.make(experiment)
        self._entry = self.pool.open(make, goal=self.steps, every=every, owner=self.owner, reserve=needed)
        self._seen_halfway = False

    def _is_done(self, entry: Entry) -> bool:
        """Whether a run at rest came to its goal or its end; else the pool had to forget it."""
        return entry.run is not None and (entry.run.ending is not None or entry.run.steps >= self.steps)

    def _again(self) -> None:
        """Train the present change once more from its beginning, but not for ever."""
        self._begun_again += 1
        if self._begun_again > MOST_BEGINNINGS:
            self._end(None, "the server had no time for it")
            return
        self.pool.close_entry(cast(Entry, self._entry))
        self._train()

    def _look(self, entry: Entry) -> Record | None:
        return self.pool.look(entry, lambda run: record_of(run, tuple(entry.film)), LOOK_SECONDS)

    def _look_halfway(self, entry: Entry) -> None:
        """Give a change up that shows the sign and a loss no better than the whole run before."""
        self._seen_halfway = True
        seen = None if self.before is None else self._look(entry)
        if seen is None or self.before is None:
            return
        halfway = judge(self.finding, self.before, seen, cast(tuple[Patch, Any], self._now)[0])
        ill = any(item.code == self.finding.code for item in examine(seen).findings)
        if ill and halfway.after is not None and halfway.after.loss.value >= halfway.before.loss.value:
            self._end(seen)

    def _end(self, after: Record | None, refused: str = "") -> None:
        """Take in what came of the present trial, and let its run go."""
        patch, experiment = cast(tuple[Patch, Any], self._now)
        self.pool.close_entry(cast(Entry, self._entry))
        self._entry = self._now = None
        if self.before is None:
            self._compare_with(after, refused)
        elif after is None:
            before = outcome(self.before, self.finding, self.before)
            self.tried.append(Tried(patch, experiment, before, None, False, refused or "it could not be measured"))
        else:
            self.tried.append(judge(self.finding, self.before, after, patch))
            if self.tried[-1].cures:
                self.offered = self.tried[-1]
        if not self.left and self.offered is None and not self._paired:
            self._paired = True
            self.left = plan_further(self.case, self.tried)
            self.total += len(self.left)

    def _compare_with(self, after: Record | None, refused: str) -> None:
        """Take the experiment's own run from its beginning as what changes are compared with."""
        if after is None:
            self.note = f"The run to compare with could not be made: {refused}."
            return
        self.before = after
        if any(item.code == self.finding.code for item in examine(after).findings):
            return
        if self.case.edited:
            self.tried.append(judge(self.finding, self.case, after, SAME))
            self.offered = self.tried[-1] if self.tried[-1].cures else None
        if self.offered is None:
            self.note = (
                f"With the present settings from the beginning the sign is not there after {self.steps:,} updates: "
                "no change can be said to cure it."
            )
