"""``Entry``: one run in the pool, with its film: what pages read of it and what they may ask for."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from engine.checkpoints import Checkpoints
from engine.film import MAX_BYTES, Film, frames_within
from engine.packing import Layout, layout_of
from engine.run import Checkpoint, Run
from engine.scene import Surroundings
from engine.shelf import BLOCK, Shelf
from engine.snapshot import Snapshot

FRAMES_PER_SECOND = 20.0
DETAIL_BYTES_PER_SECOND = 46_000
"""What the arrays of a playing run's details may come to, before they are compressed to about half."""
DETAIL_TIME_SHARE = 0.08
"""What they may cost of the time a run has."""
SLOW = 1.5
"""So many times the usual wait for details says that frames come slower than ``FRAMES_PER_SECOND``."""
GOAL_STEPS = 20
"""Updates per frame on the way to a goal."""
SLICE_SECONDS = 0.03
"""A worker trains one run for no longer than this before it looks who else is due."""
FIRST_STEPS = 2
"""Updates of a first slice, when nothing is known of their cost."""
SMALL_STEP_SECONDS, SMALL_FRAME_SECONDS = 0.002, 0.012
"""Below these the time of an update, and of a frame with details, is mostly the interpreter's, not arithmetic."""

Status = Literal["waiting", "playing", "paused", "finished", "diverged", "stopped", "refused", "failed"]


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

    scene: Surroundings
    layout: Layout


@dataclass(frozen=True)
class Past:
    """What a branch shares with the run it leaves: the film up to a checkpoint, and the checkpoints."""

    frames: tuple[Snapshot, ...]
    checkpoints: tuple[Checkpoint, ...]
    """The last of them is where the branch begins."""


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
    """Updates per frame until the goal or, without one, the end: for a film that is made faster than anyone watches."""
    owner: str = ""
    """Whose run it is: counted and served by owner; empty for nobody's."""
    reserve: int = 0
    """Bytes it can't do without."""
    weight: int = 0
    """Bytes of the run itself, without its film and its checkpoints."""
    film_bytes: int = MAX_BYTES
    film: Film = field(default_factory=Film)
    run: Run | None = None
    setting: Setting | None = None
    """There from the first frame on."""
    edition: int = 0
    """How often ``setting`` was made: anew where points on the plane have changed."""
    failure: str = ""
    refused: bool = False
    """Whether the failure is a refusal, which the person can mend, and no error of the program."""
    recent: deque[Filmed] = field(default_factory=lambda: deque(maxlen=64))
    shelf: Shelf = field(default_factory=Shelf)
    """Where the frames of both lie."""
    version: int = 0
    pending_steps: int = 0
    """Updates asked for one by one that are still to be done."""
    to_frame: int = 0
    """Updates still to be done of the present frame; 0: a frame begins."""
    wants_frame: bool = False
    """Whether the state as it stands is to be filmed, whatever is done else."""
    patches: list[Mapping[str, Any]] = field(default_factory=list)
    checkpoints: Checkpoints = field(default_factory=Checkpoints)
    frames_made: int = 0
    detail_every: int = 4
    detail_seconds: float = float("inf")
    """What a detailed frame costs at best."""
    detailed_at: float = float("-inf")
    """When the last one was made."""
    due: float = 0.0
    filmed_at: float = 0.0
    seen: float = 0.0
    busy: bool = False
    """Whether a worker serves it."""
    looked_at: bool = False
    """Whether a page measures it: no worker may serve it meanwhile."""
    awaited: int = 0
    """How many pages wait to measure it: they come before the workers."""
    seconds_per_step: float | None = None
    rests: bool = False
    """Whether it has updates to make and waits for somebody to watch: a page may open slowly, or be covered by others."""
    note: str = ""
    """Why the pool paused it, for the learner."""
    pinned: bool = False
    """Shared by all visitors: never forgotten, never paused for want of watchers."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def status(self) -> Status:
        """What the run is doing, in one word."""
        if self.failure:
            return "refused" if self.refused else "failed"
        if self.run is None:
            return "waiting"
        if self.busy or self.trains or self.wants_frame:
            return "playing"
        if self.run.ending is None:
            return "paused"
        kinds: dict[str, Status] = {"diverged": "diverged", "finished": "finished"}
        return kinds.get(self.run.ending.kind, "stopped")

    @property
    def wants_to_play(self) -> bool:
        """Whether it plays, or will as soon as it is made and its goal is reached."""
        return self.on_from_goal if self.goal is not None else self.playing

    @property
    def trains(self) -> bool:
        """Whether it has updates to make; its last frame may still be on the way when it has none."""
        has_updates = self.run is not None and self.run.ending is None and (self.playing or self.pending_steps > 0)
        return has_updates and not self.rests

    @property
    def is_small(self) -> bool:
        """Whether its updates and frames are so short that most of their time is not arithmetic."""
        step = self.seconds_per_step
        return step is not None and step < SMALL_STEP_SECONDS and self.detail_seconds < SMALL_FRAME_SECONDS

    @property
    def wants_work(self) -> bool:
        """Whether a worker has something to do for it."""
        if self.failure:
            return False
        return self.run is None or bool(self.patches) or self.wants_frame or self.trains

    @property
    def nbytes(self) -> int:
        """Bytes held for it: frames, checkpoints and the run itself."""
        return self._frames_nbytes + self.checkpoints.nbytes + self.weight

    @property
    def _frames_nbytes(self) -> int:
        return sum(frame.nbytes for frame in self._frames.values())

    @property
    def _frames(self) -> dict[int, Snapshot]:
        """Every frame held, by identity: those of the film, and those that were made of late."""
        recent = [filmed.snapshot for filmed in tuple(self.recent)]
        return {id(frame): frame for frame in [*tuple(self.film.frames), *recent]}

    def thin(self, max_frames: int) -> None:
        """Hold at most ``max_frames`` from now on. No worker may serve it meanwhile."""
        with self.changed:
            self.film.shorten(max_frames)
            while len(self.recent) > len(self.film):
                self.recent.popleft()
            self._clear_shelf()

    def _clear_shelf(self) -> None:
        """Put what is held on a new shelf: on the old one it lies between frames that are gone."""
        self.shelf = Shelf()
        anew = {place: self.shelf.keep(frame) for place, frame in self._frames.items()}
        self.film.frames = [anew[id(frame)] for frame in self.film.frames]
        self.recent = deque((replace(one, snapshot=anew[id(one.snapshot)]) for one in self.recent), self.recent.maxlen)

    def frames_after(self, version: int) -> tuple[bool, list[Snapshot], int]:
        """(whole, frames, newest version): what was filmed after ``version``; ``whole`` when it is the whole film."""
        with self.changed:
            newer = [filmed for filmed in self.recent if filmed.version > version]
            if version and (not newer or newer[0].version == version + 1):
                return False, [filmed.snapshot for filmed in newer], self.version
            return True, list(self.film), self.version

    def past(self, step: int) -> Past | None:
        """What is known of the run up to ``step``; None where no checkpoint is left from there or before."""
        with self.changed:
            kept = tuple(checkpoint for checkpoint in self.checkpoints.kept if checkpoint.step <= step)
            frames = tuple(frame for frame in self.film if kept and frame.step <= kept[-1].step)
        return Past(frames, kept) if kept else None

    def wait(self, version: int, seconds: float) -> bool:
        """Wait until a frame newer than ``version`` is there, or the run failed, for at most ``seconds``."""
        with self.changed:
            return self.changed.wait_for(lambda: self.version > version or bool(self.failure), seconds)

    # --- what a worker does with it -------------------------------------------------------------------------------

    def ahead(self, run: Run) -> tuple[int, float]:
        """(updates to the next frame, seconds that they should take; 0 for: as fast as can be)."""
        if self.pending_steps:
            return self.pending_steps, 0.0
        steps, seconds = self._frame(run)
        return self.to_frame or steps, seconds

    def _frame(self, run: Run) -> tuple[int, float]:
        if self.goal is not None:
            return max(1, min(self.every or GOAL_STEPS, self.goal - run.steps)), 0.0
        if self.every is not None:
            return self.every, 0.0
        rate = SPEEDS[self.speed].steps_per_second
        if rate is None:
            return self.steps_within(SLICE_SECONDS), 1 / FRAMES_PER_SECOND
        steps = max(1, round(rate / FRAMES_PER_SECOND))
        return steps, steps / rate

    def steps_within(self, seconds: float) -> int:
        """How many updates fit in ``seconds``, as far as is known; at least one."""
        return max(1, int(seconds / self.seconds_per_step)) if self.seconds_per_step else FIRST_STEPS

    def wants_detail(self, now: float) -> bool:
        """Whether the next frame is to have details: every so many frames, and as often where frames come slowly."""
        waited = (now - self.detailed_at) * FRAMES_PER_SECOND
        return self.frames_made % self.detail_every == 0 or waited >= SLOW * self.detail_every

    def film_now(self, run: Run, *, detail: bool) -> None:
        """Add the run's present state to the film."""
        began = time.monotonic()
        snapshot = self.shelf.keep(run.snapshot(detail=detail))
        self.filmed_at = time.monotonic()
        is_first = (
            not self.frames_made
        )  # its time is that of whatever is done for the first time, and says nothing of others
        if detail:
            self.detail_seconds = min(self.detail_seconds, self.filmed_at - began)
            self.detailed_at = self.filmed_at
        with self.changed:
            if self.setting is None:
                self.setting = Setting(run.scene, layout_of(snapshot, run.score_names))
                self.film.max_frames = frames_within(snapshot.nbytes, self.film_bytes)
                self.edition = 1
            elif self.setting.scene is not run.scene:
                self.setting = replace(self.setting, scene=run.scene)
                self.edition += 1
            if detail and not is_first:
                self.detail_every = _frames_per_detail(snapshot, self.detail_seconds)
            if self.film.frames and snapshot.step < self.film.last.step:
                self.film.cut(snapshot.step)
                self.recent.clear()
            self.film.append(snapshot)
            self.version += 1
            self.frames_made += 1
            self.recent.append(Filmed(self.version, snapshot))
            if self.shelf.taken > 2 * self._frames_nbytes + BLOCK:
                self._clear_shelf()
            self.changed.notify_all()


def _frames_per_detail(detailed: Snapshot, seconds: float) -> int:
    """Every how many frames details are taken: as their bytes suit the connection, and their time the training."""
    light = detailed.boundary.nbytes + detailed.scores.nbytes
    by_bytes = (detailed.nbytes - light) * FRAMES_PER_SECOND / DETAIL_BYTES_PER_SECOND
    by_time = seconds * FRAMES_PER_SECOND / DETAIL_TIME_SHARE
    return max(4, math.ceil(by_bytes), math.ceil(by_time))
