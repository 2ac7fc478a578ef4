"""Work that takes longer than a click: done in the background a piece at a time, with what is known so far.

A piece of work is an iterator of ``Progress``. Nothing may be held across a ``yield`` that belongs to the thread, such as
``torch.no_grad()``: another job's piece comes in between.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from engine.data.own.store import reading_as
from engine.failures import told
from engine.limits import JOBS
from engine.settings import Settings, settings

T = TypeVar("T")
FORGET_SECONDS = 120.0
"""So long what came of it is kept for a page that does not look."""
BREATH_SECONDS = 0.06
"""So long the worker rests after the first result of a job, unless somebody waits for more."""
FIRST_SECONDS = 0.5
"""So much of the worker's time a job has before others until its first result: somebody looks at a blank."""


@dataclass(frozen=True)
class Progress(Generic[T]):
    """How far a job has come."""

    share: float
    """From 0 to 1."""
    result: T | None = None
    """What is known so far: the same type at every step, complete at the last one. None leaves it as it was."""
    said: str = ""
    """What is done now, for the learner: ``seed 3 of 8``."""


@dataclass(eq=False)
class Job(Generic[T]):
    """One piece of work of one visitor. Pages read it; only the worker changes it."""

    owner: str
    place: str
    """Which part of which page it is for: the next one for that place takes its room."""
    asked: Hashable
    """What it was begun with: asked for again, it is not begun again."""
    work: Callable[[], Iterator[Progress[T]]]
    share: float = 0.0
    said: str = ""
    result: T | None = None
    version: int = 0
    """Grows with every result."""
    wanted: int = 0
    """The last version that was not enough for somebody who waits."""
    status: Literal["working", "done", "stopped", "failed"] = "working"
    failure: str = ""
    seen: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    """Processor time of the worker so far, about."""
    steps: Iterator[Progress[T]] | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status != "working"


class Workshop:
    """Does the jobs of one process, in turns, on one thread of its own. Make one and keep it."""

    def __init__(self, limits: Settings | None = None) -> None:
        self.limits = limits or settings()
        self._jobs: list[Job[Any]] = []
        self._present: Job[Any] | None = None
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._open = True

    def ask(self, owner: str, place: str, asked: Hashable, work: Callable[[], Iterator[Progress[T]]]) -> Job[T]:
        """The job of ``owner`` for ``place``: the present one if it was begun with the same ``asked``, else a new one.

        Raises LimitReached where the jobs of others, who look at theirs and wait for them, leave no room.
        """
        with self._condition:
            mine = next((job for job in self._jobs if (job.owner, job.place) == (owner, place)), None)
            if mine is not None and mine.asked == asked:
                mine.seen = time.monotonic()
                self._condition.notify()
                return mine
            if mine is not None:
                self._end(mine)
            self._tidy()
            if len(self._jobs) >= self.limits.max_jobs:
                idle = [job for job in self._jobs if job.is_over or not self._is_watched(job)]
                self._end(
                    min(idle, key=lambda job: job.seen) if idle else JOBS.refuse(len(self._jobs) + 1, self.limits)
                )
            made: Job[T] = Job(owner, place, asked, work)
            self._jobs.append(made)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="workshop", daemon=True)
                self._thread.start()
            self._condition.notify()
            return made

    def look(self, job: Job[Any]) -> None:
        """Somebody is watching: a job that nobody watches rests."""
        job.seen = time.monotonic()
        with self._condition:
            self._condition.notify()

    def stop(self, job: Job[Any]) -> None:
        """End it after the present piece; what is known by then stays."""
        with self._condition:
            self._stop(job)

    def wait(self, job: Job[Any], seconds: float, version: int = 0) -> bool:
        """Wait until the job has a result newer than ``version``, or is over; whether it came to that in time."""
        with self._condition:
            job.wanted = max(job.wanted, version)
            self._condition.notify_all()
            return self._condition.wait_for(lambda: job.version > version or job.is_over, seconds)

    def close(self) -> None:
        """End the thread and all jobs."""
        with self._condition:
            self._open = False
            for job in list(self._jobs):
                self._end(job)
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=2)

    # --- what the worker does -----------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (job := self._next()) is not None:
            began = time.thread_time()
            progress, failure = _piece(job)
            with self._condition:
                self._present = None
                job.seconds += time.thread_time() - began
                if failure:
                    job.status, job.failure = "failed", failure
                elif progress is None:
                    job.status, job.share = ("done" if job.status == "working" else job.status), 1.0
                else:
                    job.share, job.said = progress.share, progress.said
                    if progress.result is not None:
                        job.result, job.version = progress.result, job.version + 1
                if job.is_over:
                    job.steps = None
                self._condition.notify_all()
            self._rest(job)

    def _rest(self, job: Job[Any]) -> None:
        """Pages come first: one that waited for a first result draws it now, and computing beside it would hold it up."""
        if job.version != 1 or job.is_over:
            time.sleep(0)
            return
        with self._condition:
            self._condition.wait_for(lambda: job.wanted >= job.version or job.is_over, BREATH_SECONDS)

    def _next(self) -> Job[Any] | None:
        """The watched job served longest ago, waiting for one as long as needed; None when all is closed."""
        with self._condition:
            while self._open:
                self._tidy()
                watched = [job for job in self._jobs if not job.is_over and self._is_watched(job)]
                if watched:
                    blank = (job for job in watched if job.version == 0 and job.seconds < FIRST_SECONDS)
                    job = self._present = next(blank, watched[0])
                    self._jobs.remove(job)
                    self._jobs.append(job)
                    return job
                self._condition.wait(1.0)
        return None

    def _is_watched(self, job: Job[Any]) -> bool:
        return time.monotonic() - job.seen <= self.limits.unwatched_seconds

    def _tidy(self) -> None:
        """Forget what nobody came back to. The lock is held."""
        now = time.monotonic()
        for job in [job for job in self._jobs if now - job.seen > FORGET_SECONDS]:
            self._end(job)

    def _end(self, job: Job[Any]) -> None:
        self._stop(job)
        self._jobs.remove(job)

    def _stop(self, job: Job[Any]) -> None:
        """What its iterator holds is let go of: now, or by the worker after the present piece. The lock is held."""
        if not job.is_over:
            job.status = "stopped"
        if job is not self._present:
            job.steps = None


def _piece(job: Job[T]) -> tuple[Progress[T] | None, str]:
    """(what the next piece came to, or None at the end; how it failed). It reads what its owner keeps, nobody else's."""
    try:
        with reading_as(job.owner):
            job.steps = job.steps or iter(job.work())
            return next(job.steps, None), ""
    except Exception as error:
        return None, told(error, f"a job of {job.place}", "Another setting may do.")
