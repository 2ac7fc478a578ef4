"""``RunPool``: a few long-lived threads train every visitor's run in fair slices; pages only read what they filmed.

The run whose next frame is due first is served first. A worker rests for 40 % of the time while others wait, so
that pages keep answering; a run nobody watches is paused, and forgotten after a while.
"""

import itertools
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from engine.checkpoints import Checkpoints
from engine.film import Film, frames_within
from engine.packing import Layout, layout_of
from engine.run import Run
from engine.scene import Scene
from engine.settings import Settings, settings
from engine.snapshot import Snapshot

FRAMES_PER_SECOND = 20.0
DETAIL_BYTES_PER_SECOND = 26_000
"""What the arrays of a playing run's details may cost a visitor's connection; sentences come on top."""
DETAIL_TIME_SHARE = 0.08
"""What they may cost of the time a run has."""
SLICE_SECONDS = 0.03
"""A worker trains one run for no longer than this before it looks who else is due."""
GOAL_STEPS = 20
"""Updates per frame on the way to a goal."""
SMALL_STEP_SECONDS = 0.002
REST_SHARE = 0.1
CHECKPOINT_FRAMES = 8
"""A state to go back to is kept every so many frames."""

Status = Literal["waiting", "playing", "paused", "finished", "diverged", "stopped", "failed"]

Measured = TypeVar("Measured")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Speed:
    """How fast a run plays. ``steps_per_second`` is None for: as fast as this server can."""

    label: str
    steps_per_second: float | None


SPEEDS = (
    Speed("5 steps/s", 5.0),
    Speed("20 steps/s", 20.0),
    Speed("100 steps/s", 100.0),
    Speed("400 steps/s", 400.0),
    Speed("1,000 steps/s", 1000.0),
    Speed("fastest", None),
)
DEFAULT_SPEED = 2


@dataclass(frozen=True)
class Filmed:
    """A frame with its place in the order in which frames were made: what a page has not seen yet."""

    version: int
    snapshot: Snapshot


@dataclass(frozen=True)
class Setting:
    """What stays the same through a film: the surroundings of its charts, and how its frames are packed."""

    scene: Scene
    layout: Layout


@dataclass
class Entry:
    """One run in the pool: what pages may read, and what they ask for. Change it through the pool only."""

    id: str
    make: Callable[[], Run]
    speed: int
    playing: bool
    goal: int | None
    """Play up to this step at full speed, then pause, or go on at ``speed`` where ``on_from_goal``."""
    on_from_goal: bool = False
    every: int | None = None
    """Updates per frame, for a film that is made faster than anyone watches; None: as the speed says."""
    film: Film = field(default_factory=Film)
    run: Run | None = None
    setting: Setting | None = None
    """There from the first frame on."""
    failure: str = ""
    recent: deque[Filmed] = field(default_factory=lambda: deque(maxlen=64))
    version: int = 0
    pending_steps: int = 0
    wants_frame: bool = False
    """Whether the state as it stands is to be filmed, whatever is done else."""
    patches: list[Mapping[str, Any]] = field(default_factory=list)
    checkpoints: Checkpoints = field(default_factory=Checkpoints)
    frames_made: int = 0
    detail_every: int = 4
    detail_seconds: float = float("inf")
    """What a detailed frame costs at best."""
    due: float = 0.0
    seen: float = 0.0
    busy: bool = False
    seconds_per_step: float | None = None
    note: str = ""
    """Why the pool paused it, for the learner."""
    pinned: bool = False
    """Shared by all visitors: never forgotten, never paused for want of watchers."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def status(self) -> Status:
        """What the run is doing, in one word."""
        if self.failure:
            return "failed"
        if self.run is None:
            return "waiting"
        if self.busy or self.trains or self.wants_frame:
            return "playing"
        if self.run.ending is None:
            return "paused"
        kinds: dict[str, Status] = {"diverged": "diverged", "finished": "finished"}
        return kinds.get(self.run.ending.kind, "stopped")

    @property
    def trains(self) -> bool:
        """Whether it has updates to make; its last frame may still be on the way when it has none."""
        return self.run is not None and self.run.ending is None and (self.playing or self.pending_steps > 0)

    @property
    def is_small(self) -> bool:
        """Whether its updates are so short that most of their time is not arithmetic."""
        return self.seconds_per_step is not None and self.seconds_per_step < SMALL_STEP_SECONDS

    @property
    def wants_work(self) -> bool:
        """Whether a worker has something to do for it."""
        if self.failure:
            return False
        return self.run is None or bool(self.patches) or self.wants_frame or self.trains

    def frames_after(self, version: int) -> tuple[bool, list[Snapshot], int]:
        """(whole, frames, newest version): what was filmed after ``version``; ``whole`` when it is the whole film."""
        with self.changed:
            newer = [filmed for filmed in self.recent if filmed.version > version]
            if version and (not newer or newer[0].version == version + 1):
                return False, [filmed.snapshot for filmed in newer], self.version
            return True, list(self.film), self.version

    def wait(self, version: int, seconds: float) -> bool:
        """Wait until a frame newer than ``version`` is there, or the run failed, for at most ``seconds``."""
        with self.changed:
            return self.changed.wait_for(lambda: self.version > version or bool(self.failure), seconds)


class RunPool:
    """Trains the runs of one process. Make one and keep it; ``close`` ends its threads."""

    def __init__(self, limits: Settings | None = None) -> None:
        self.limits = limits or settings()
        self._entries: dict[str, Entry] = {}
        self._condition = threading.Condition()
        self._ids = itertools.count(1)
        self._open = True
        self._interpreter = threading.Lock()
        """Held by a small network's updates: two such at once would only hand the interpreter's own lock to and fro."""
        self._threads = [
            threading.Thread(target=self._work, name=f"trainer-{i}", daemon=True) for i in range(self.limits.workers)
        ]
        for thread in self._threads:
            thread.start()

    # --- what pages call ------------------------------------------------------------------------------------------

    def open(
        self,
        make: Callable[[], Run],
        *,
        play: bool = False,
        goal: int | None = None,
        speed: int = DEFAULT_SPEED,
        every: int | None = None,
        pinned: bool = False,
    ) -> Entry:
        """Take in a run; a worker makes it and films its first frame at once. The longest unseen run may have to go."""
        entry = Entry(f"r{next(self._ids)}", make, speed, play or goal is not None, goal, play, every, pinned=pinned)
        entry.seen = entry.due = time.monotonic()
        with self._condition:
            self._make_room()
            self._entries[entry.id] = entry
            self._condition.notify()
        return entry

    def get(self, run_id: str) -> Entry | None:
        """The entry called ``run_id``, unless it was forgotten."""
        return self._entries.get(run_id)

    def touch(self, entry: Entry) -> None:
        """Somebody is watching."""
        entry.seen = time.monotonic()

    def play(self, entry: Entry) -> None:
        """Train on, until paused or ended."""
        self._ask(entry, playing=True, goal=None, note="")

    def pause(self, entry: Entry) -> None:
        """Stop after the present slice."""
        self._ask(entry, playing=False, goal=None, pending_steps=0, wants_frame=True)

    def step(self, entry: Entry, steps: int) -> None:
        """Do exactly ``steps`` more updates, then show the frame."""
        self._ask(entry, playing=False, goal=None, pending_steps=entry.pending_steps + max(steps, 1))

    def set_speed(self, entry: Entry, speed: int) -> None:
        """Play at ``SPEEDS[speed]`` (clamped)."""
        self._ask(entry, speed=max(0, min(speed, len(SPEEDS) - 1)))

    def patch(self, entry: Entry, patch: Mapping[str, Any]) -> None:
        """Change settings in mid-run; the patch must have been checked against the experiment."""
        entry.patches.append(patch)
        self._ask(entry)

    def look(self, entry: Entry, measure: Callable[[Run], Measured], seconds: float = 2.0) -> Measured | None:
        """``measure(run)`` while no worker trains the run; None where it isn't made or doesn't come to rest in time."""
        with self._condition:
            if not self._condition.wait_for(lambda: not entry.busy, seconds) or entry.run is None:
                return None
            entry.busy = True
        try:
            return measure(entry.run)
        finally:
            with self._condition:
                entry.busy = False
                self._condition.notify_all()

    def close_entry(self, entry: Entry) -> None:
        """Forget a run."""
        with self._condition:
            self._entries.pop(entry.id, None)
            entry.playing = False

    def close(self) -> None:
        """End the threads; runs are left as they are."""
        with self._condition:
            self._open = False
            self._condition.notify_all()
        for thread in self._threads:
            thread.join(timeout=2)

    @property
    def playing(self) -> int:
        """How many runs have updates to make."""
        return sum(entry.trains for entry in tuple(self._entries.values()))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All runs held, in the order they came."""
        return tuple(self._entries.values())

    def _ask(self, entry: Entry, **changes: Any) -> None:
        with self._condition:
            for name, value in changes.items():
                setattr(entry, name, value)
            entry.seen = entry.due = time.monotonic()
            self._condition.notify()

    # --- what workers do ------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            entry = self._next()
            if entry is None:
                return
            began = time.monotonic()
            try:
                self._serve(entry)
            except Exception as error:
                log.exception("run %s failed", entry.id)
                entry.failure = f"{error}" if isinstance(error, ValueError) else f"The run failed: {error!r}"
            finally:
                with self._condition:
                    entry.busy = False
                    entry.playing = entry.playing and not (entry.run and entry.run.ending)
                    others = any(other.wants_work for other in self._entries.values() if other is not entry)
                    self._condition.notify_all()
                with entry.changed:
                    entry.changed.notify_all()
            if others:
                time.sleep((time.monotonic() - began) * REST_SHARE / (1 - REST_SHARE))

    def _next(self) -> Entry | None:
        """The entry due first, waiting for one as long as needed; None when the pool is closed."""
        with self._condition:
            while self._open:
                self._tidy()
                ready = [entry for entry in self._entries.values() if entry.wants_work and not entry.busy]
                first = min(ready, key=lambda entry: entry.due, default=None)
                wait = 1.0 if first is None else first.due - time.monotonic()
                if first is not None and wait <= 0:
                    first.busy = True
                    return first
                self._condition.wait(min(wait, 1.0))
        return None

    def _serve(self, entry: Entry) -> None:
        """One slice: make the run if need be, take in changed settings, train to the next frame, film it."""
        run = entry.run
        if run is None:
            run = entry.run = entry.make()
            self._film(entry, run, detail=True)
            entry.checkpoints.add(run.checkpoint())
            return
        patched = bool(entry.patches)
        while entry.patches:
            run.apply(entry.patches.pop(0))
        if entry.wants_frame or not entry.trains:
            entry.wants_frame = False
            self._film(entry, run, detail=True)
            return
        wanted, within = self._slice(entry, run)
        began = time.monotonic()
        with self._interpreter if entry.is_small else nullcontext():
            done = run.advance(wanted)
        spent = time.monotonic() - began
        if done:
            entry.seconds_per_step = spent / done
        entry.pending_steps = max(0, entry.pending_steps - done) if entry.pending_steps else 0
        if entry.goal is not None and run.steps >= entry.goal:
            entry.playing, entry.goal, entry.every = entry.on_from_goal, None, None
        now = time.monotonic()
        entry.due = max(entry.due + within, now - within)
        resting = not entry.trains
        self._film(entry, run, detail=resting or patched or entry.frames_made % entry.detail_every == 0)
        if entry.frames_made % CHECKPOINT_FRAMES == 0 or resting:
            entry.checkpoints.add(run.checkpoint())

    def _slice(self, entry: Entry, run: Run) -> tuple[int, float]:
        """(updates to the next frame, seconds until the one after it is due)."""
        if entry.pending_steps:
            return entry.pending_steps, 0.0
        rate = SPEEDS[entry.speed].steps_per_second
        if entry.goal is not None or entry.every is not None:
            left = entry.goal - run.steps if entry.goal is not None else run.last_step
            return max(1, min(entry.every or GOAL_STEPS, left)), 0.0
        if rate is None:
            fit = int(SLICE_SECONDS / entry.seconds_per_step) if entry.seconds_per_step else 10
            return max(1, fit), 1 / FRAMES_PER_SECOND
        steps = max(1, round(rate / FRAMES_PER_SECOND))
        return steps, steps / rate

    def _film(self, entry: Entry, run: Run, *, detail: bool) -> None:
        began = time.monotonic()
        snapshot = run.snapshot(detail=detail)
        if detail:
            entry.detail_seconds = min(entry.detail_seconds, time.monotonic() - began)
        with entry.changed:
            if entry.setting is None:
                entry.setting = Setting(run.scene, layout_of(snapshot, run.score_names))
                entry.film.max_frames = frames_within(snapshot.nbytes)
            if detail:
                entry.detail_every = _frames_per_detail(snapshot, entry.detail_seconds)
            if entry.film.frames and snapshot.step < entry.film.last.step:
                entry.film.cut(snapshot.step)
                entry.recent.clear()
            entry.film.append(snapshot)
            entry.version += 1
            entry.frames_made += 1
            entry.recent.append(Filmed(entry.version, snapshot))
            entry.changed.notify_all()

    def _tidy(self) -> None:
        """Pause what nobody watches, forget what nobody came back to. The caller holds the lock."""
        now = time.monotonic()
        for entry in list(self._entries.values()):
            if entry.pinned:
                continue
            if entry.playing and now - entry.seen > self.limits.unwatched_seconds:
                entry.playing, entry.goal = False, None
                entry.note = "Paused: nobody was watching."
            if not entry.wants_work and now - entry.seen > self.limits.forget_seconds:
                del self._entries[entry.id]

    def _make_room(self) -> None:
        """Forget the longest unseen run, idle ones first, when the pool is full. The caller holds the lock."""
        while len(self._entries) >= self.limits.max_runs:
            others = [entry for entry in self._entries.values() if not entry.pinned]
            if not others:
                return
            unseen = min(others, key=lambda entry: (entry.wants_work, entry.seen))
            unseen.playing = False
            del self._entries[unseen.id]


def _frames_per_detail(detailed: Snapshot, seconds: float) -> int:
    """Every how many frames details are taken: as their bytes suit the connection, and their time the training."""
    light = detailed.boundary.nbytes + detailed.scores.nbytes
    by_bytes = (detailed.nbytes - light) * FRAMES_PER_SECOND / DETAIL_BYTES_PER_SECOND
    by_time = seconds * FRAMES_PER_SECOND / DETAIL_TIME_SHARE
    return max(4, math.ceil(by_bytes), math.ceil(by_time))
