"""``RunPool``: a few long-lived threads train every visitor's run in fair slices; pages only read what they filmed.

The run whose next frame is due first is served first. A worker rests a little while others wait, so that pages keep
answering; a run nobody watches rests until somebody does, and is forgotten after a while.
"""

import itertools
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any, TypeVar

from engine import room
from engine.entry import DEFAULT_SPEED, SLICE_SECONDS, SPEEDS, Entry, Past
from engine.failures import told
from engine.heap import Sweeper
from engine.limits import STEPS, VISITOR_STEPS, Limit
from engine.refusal import Refusal
from engine.room import MB
from engine.run import Run
from engine.settings import Settings, settings
from engine.turns import Tally, Turns
from engine.weighing import weight_of

AHEAD_SECONDS = 0.16
"""How long before it is due a frame may be made."""
REST_SHARE = 0.1
LONGEST_WAIT = 0.5
"""A frame that takes more seconds than this is shown as far as it is."""
NO_GOAL: dict[str, Any] = {"goal": None, "every": None, "on_from_goal": False}
NOTHING_TO_LEARN = "There is nothing to learn yet: place a few points first."
CHECKPOINT_FRAMES = 8
"""A state to go back to is kept every so many frames."""
WEIGH_SECONDS = 1.0
"""How often it is looked whether all runs together keep to their memory."""

Measured = TypeVar("Measured")


class RunPool:
    """Trains the runs of one process. Make one and keep it; ``close`` ends its threads."""

    def __init__(self, limits: Settings | None = None) -> None:
        self.limits = limits or settings()
        self._entries: dict[str, Entry] = {}
        self._condition = threading.Condition()
        self._ids = itertools.count(1)
        self._name = secrets.token_hex(4)
        """Tells its runs from those of a server that ran before: browsers outlive servers."""
        self._open = True
        self._weighed = 0.0
        self._sweeper = Sweeper()
        self._dropped = 0
        """Runs forgotten so far."""
        self._turns = Turns()
        self._tally = Tally()
        self._interpreter = threading.Lock()
        """Held while a small network is served: two such at once would only hand the interpreter's own lock to and fro,
        which costs a third more time."""
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
        instead_of: Entry | None = None,
        past: Past | None = None,
        owner: str = "",
        reserve: int = 0,
    ) -> Entry:
        """Take in a run; a worker makes it and films its first frame at once. The longest unseen run may have to go.

        ``instead_of`` is one that the caller closes next: the new one takes its room. ``past`` is what a branch has of
        the film it goes on from. ``reserve`` are the bytes that it will need at least. Raises LimitReached where there
        is no room, or no more for this ``owner``.
        """
        name = f"{self._name}-{next(self._ids)}"
        entry = Entry(
            name, make, speed, play or goal is not None, goal, play, every, owner=owner, reserve=reserve, pinned=pinned
        )
        entry.film_bytes = round(self.limits.film_mb * MB)
        if past is not None:
            entry.film.frames, entry.checkpoints.kept = list(past.frames), list(past.checkpoints)
        entry.seen = entry.due = time.monotonic()
        with self._condition:
            for gone in room.made_for(entry, self._entries.values(), instead_of, self.limits):
                self._drop(gone)
            self._entries[entry.id] = entry
            self._condition.notify()
        return entry

    def get(self, run_id: str) -> Entry | None:
        """The entry called ``run_id``, unless it was forgotten."""
        return self._entries.get(run_id)

    def touch(self, entry: Entry) -> None:
        """Somebody is watching: a run that rested meanwhile goes on."""
        entry.seen = time.monotonic()
        if entry.rests:
            with self._condition:
                entry.rests, entry.due = False, entry.seen
                self._condition.notify()

    def play(self, entry: Entry) -> None:
        """Train on, until paused or ended."""
        self._ask(entry, playing=True, to_frame=0, **NO_GOAL)

    def pause(self, entry: Entry) -> None:
        """Stop after the present slice."""
        self._ask(entry, playing=False, pending_steps=0, to_frame=0, wants_frame=True, **NO_GOAL)

    def step(self, entry: Entry, steps: int) -> None:
        """Do exactly ``steps`` more updates, then show the frame."""
        with self._condition:
            asked = entry.pending_steps + max(steps, 1)
            self._ask(entry, playing=False, pending_steps=asked, to_frame=0, **NO_GOAL)

    def set_speed(self, entry: Entry, speed: int) -> None:
        """Play at ``SPEEDS[speed]`` (clamped)."""
        self._ask(entry, speed=max(0, min(speed, len(SPEEDS) - 1)), to_frame=0)

    def patch(self, entry: Entry, patch: Mapping[str, Any]) -> None:
        """Change settings in mid-run; the patch must have been checked against the experiment."""
        with self._condition:
            self._ask(entry)  # clears the note: what a worker says of this change comes later
            entry.patches.append(patch)

    def look(self, entry: Entry, measure: Callable[[Run], Measured], seconds: float = 2.0) -> Measured | None:
        """``measure(run)`` while no worker trains the run; None where it isn't made or doesn't come to rest in time."""
        with self._condition:
            entry.awaited += 1
            at_rest = self._condition.wait_for(lambda: not (entry.busy or entry.looked_at), seconds)
            entry.awaited -= 1
            if not at_rest or entry.run is None:
                self._condition.notify_all()
                return None
            entry.looked_at = True
        try:
            return measure(entry.run)
        finally:
            with self._condition:
                entry.looked_at = False
                self._condition.notify_all()

    def close_entry(self, entry: Entry) -> None:
        """Forget a run."""
        with self._condition:
            self._drop(entry)

    def close(self) -> None:
        """End the threads; runs are left as they are."""
        with self._condition:
            self._open = False
            self._condition.notify_all()
        for thread in self._threads:
            thread.join(timeout=2)

    @property
    def nbytes(self) -> int:
        """Bytes held for all runs."""
        return sum(entry.nbytes for entry in tuple(self._entries.values()))

    @property
    def playing(self) -> int:
        """How many runs have updates to make."""
        return sum(entry.trains for entry in tuple(self._entries.values()))

    def _ask(self, entry: Entry, **changes: Any) -> None:
        with self._condition:
            for name, value in changes.items():
                setattr(entry, name, value)
            entry.note = ""
            entry.seen = entry.due = time.monotonic()
            entry.rests = False
            self._condition.notify()

    # --- what workers do ------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            entry = self._next()
            if entry is None:
                return
            began = time.monotonic()
            try:
                with self._interpreter if entry.is_small else nullcontext():
                    self._serve(entry)
                    while self._may_go_on(entry, began):
                        self._serve(entry)
            except Exception as error:
                entry.refused, entry.failure = isinstance(error, Refusal), told(error, f"run {entry.id}")
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

    def _may_go_on(self, entry: Entry, began: float) -> bool:
        """Whether a worker at leisure makes the next frame before it is due: one after another cost less than one by one.

        Frames reach the browser in bunches anyway.
        """
        now = time.monotonic()
        if (
            entry.awaited
            or not entry.trains
            or entry.pending_steps
            or now > began + SLICE_SECONDS
            or entry.due > now + AHEAD_SECONDS
        ):
            return False
        with self._condition:
            return not any(
                other.wants_work and other.due <= now for other in self._entries.values() if other is not entry
            )

    def _next(self) -> Entry | None:
        """The entry due first, waiting for one as long as needed; None when the pool is closed."""
        with self._condition:
            while self._open:
                self._tidy()
                ready = [
                    entry
                    for entry in self._entries.values()
                    if entry.wants_work and not (entry.busy or entry.looked_at or (entry.awaited and entry.run))
                ]
                first = self._turns.first(ready, time.monotonic())
                wait = 1.0 if first is None else first.due - time.monotonic()
                if first is not None and wait <= 0:
                    first.busy = True
                    self._turns.given_to(first)
                    return first
                self._condition.wait(min(wait, 1.0))
        return None

    def _serve(self, entry: Entry) -> None:
        """One slice: make the run if need be, take in changed settings, train toward the next frame, film it if there."""
        run = entry.run
        if run is None:
            run = entry.make()
            entry.note = run.unfit or entry.note
            entry.run = run
            entry.film_now(run, detail=True)
            entry.checkpoints.add(run.checkpoint())
            entry.weight = weight_of(run)
            with self._condition:
                _see_goal(entry, run)
            return
        patched = _take_patches(entry, run)
        left, limit, asked = self._left(entry, run)
        if entry.trains and left <= 0:
            with self._condition:
                _stop(entry, f"Paused at update {run.steps:,}. {limit.said(asked, self.limits)} {limit.cure}")
        # What was changed is filmed at its own step: a branch from that frame has it too.
        if patched or entry.wants_frame or not entry.trains:
            entry.wants_frame = False
            entry.film_now(run, detail=True)
            return
        with self._condition:
            due = entry.due
            steps, within = entry.ahead(run)
            piece = min(steps, left, entry.steps_within(SLICE_SECONDS))
            entry.pending_steps = max(0, entry.pending_steps - piece)
        done = self._train(entry, run, piece)
        now = time.monotonic()
        entry.to_frame = steps - done if entry.trains else 0
        if entry.to_frame and now - entry.filmed_at < LONGEST_WAIT:
            entry.due = now
            return
        entry.to_frame = 0
        if entry.due == due:  # else somebody asked for something meanwhile, and is served at once
            entry.due = max(due + within, now - within)
        resting = not entry.trains
        entry.film_now(run, detail=resting or entry.wants_detail(now))
        if entry.frames_made % CHECKPOINT_FRAMES == 0 or resting:
            entry.checkpoints.add(run.checkpoint())
            entry.weight = weight_of(run)

    def _left(self, entry: Entry, run: Run) -> tuple[int, Limit, int]:
        """(updates it may still make, the limit that says so, what one update more would come to)."""
        made = self._tally.of(entry)
        bounds = ((STEPS, self.limits.max_steps, run.steps), (VISITOR_STEPS, self.limits.visitor_steps, made))
        return min(((most - done, limit, done + 1) for limit, most, done in bounds), key=lambda bound: bound[0])

    def _train(self, entry: Entry, run: Run, steps: int) -> int:
        """Do up to ``steps`` updates and note what they cost; returns how many were done."""
        began = time.monotonic()
        done = run.advance(steps)
        spent = time.monotonic() - began
        if done > 0:
            entry.seconds_per_step = spent / done
            self._tally.add(entry, done)
        with self._condition:
            if run.ending:
                entry.pending_steps = 0
            elif not done:
                entry.playing, entry.pending_steps, entry.note = False, 0, NOTHING_TO_LEARN
            _see_goal(entry, run)
        return done

    def _tidy(self) -> None:
        """Let rest what nobody watches, forget what nobody came back to, keep to the memory there is. The lock is held."""
        now = time.monotonic()
        for entry in list(self._entries.values()):
            if entry.pinned:
                continue
            if entry.trains and now - entry.seen > self.limits.unwatched_seconds:
                entry.rests = True
            if not entry.wants_work and now - entry.seen > self.limits.forget_seconds:
                self._drop(entry)
        if now > self._weighed + WEIGH_SECONDS:
            self._weighed = now
            for entry in room.eased(self._entries.values(), self.limits):
                self._drop(entry)
            self._sweeper.sweep(self._dropped, now)

    def _drop(self, entry: Entry) -> None:
        """Forget a run. The caller holds the lock."""
        entry.playing = False
        self._dropped += self._entries.pop(entry.id, None) is not None


def _take_patches(entry: Entry, run: Run) -> bool:
    """Apply the changes asked for, oldest first; one that can't be made is told and harms nothing."""
    patched = bool(entry.patches)
    while entry.patches:
        try:
            run.apply(entry.patches.pop(0))
        except ValueError as error:
            entry.note = f"A change could not be made: {error}"
    return patched


def _stop(entry: Entry, why: str) -> None:
    entry.playing, entry.pending_steps, entry.to_frame, entry.note = False, 0, 0, why
    _forget_goal(entry)


def _see_goal(entry: Entry, run: Run) -> None:
    """Stop, or go on at its own speed, where the goal is reached: a branch may begin there."""
    if entry.goal is not None and run.steps >= entry.goal:
        entry.playing = entry.on_from_goal
        _forget_goal(entry)


def _forget_goal(entry: Entry) -> None:
    for name, value in NO_GOAL.items():
        setattr(entry, name, value)
