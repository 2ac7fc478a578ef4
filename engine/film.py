"""The bounded, evenly thinned record of a run's snapshots."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.snapshot import Snapshot

MIN_FRAMES, MAX_FRAMES = 20, 200
MAX_BYTES = 4 * 2**20


def crowded(steps: Sequence[int], weights: Sequence[float]) -> int:
    """The inner position whose removal leaves the smallest gap: dropping it keeps the rest even over the run.

    ``weights`` makes some frames costlier to drop (a frame with details counts double). Ties go to the earliest.
    The browser's film drops by the same rule, so both hold the same frames.
    """
    return min(range(1, len(steps) - 1), key=lambda i: (steps[i + 1] - steps[i - 1]) * weights[i])


def frames_within(frame_bytes: int, max_bytes: int = MAX_BYTES) -> int:
    """How many frames of ``frame_bytes`` (details included) fit ``max_bytes``: at most 200, at least 20."""
    return max(MIN_FRAMES, min(MAX_FRAMES, max_bytes // max(frame_bytes, 1)))


@dataclass
class Film:
    """At most ``max_frames`` snapshots, evenly over the run; the first and the last always stay.

    With ``max_frames`` from ``frames_within`` a film holds at most 4 MiB. Frames come in order of their step; a
    frame at a step already filmed takes the place of the older one.
    """

    max_frames: int = MAX_FRAMES
    frames: list[Snapshot] = field(default_factory=list)

    def append(self, snapshot: Snapshot) -> None:
        """Add the newest frame and, when the film is full, drop the most crowded one.

        Raises ValueError when the snapshot is older than the last frame.
        """
        if self.frames and snapshot.step < self.frames[-1].step:
            raise ValueError(f"a film runs forward: step {snapshot.step} after step {self.frames[-1].step}")
        if self.frames and snapshot.step == self.frames[-1].step:
            self.frames.pop()
        self.frames.append(snapshot)
        self._thin()

    def shorten(self, max_frames: int) -> None:
        """Hold at most ``max_frames`` from now on."""
        self.max_frames = max_frames
        self._thin()

    def _thin(self) -> None:
        while len(self.frames) > self.max_frames:
            weights = [2.0 if frame.detail else 1.0 for frame in self.frames]
            del self.frames[crowded([frame.step for frame in self.frames], weights)]

    def cut(self, step: int) -> None:
        """Forget every frame after ``step``: the run went back and will be filmed anew from there."""
        self.frames = [frame for frame in self.frames if frame.step <= step]

    @property
    def nbytes(self) -> int:
        """Bytes held by all frames."""
        return sum(frame.nbytes for frame in self.frames)

    @property
    def last(self) -> Snapshot:
        """The newest frame. Raises IndexError on an empty film."""
        return self.frames[-1]

    def at(self, step: int) -> Snapshot:
        """The newest frame at or before ``step``. Raises IndexError on an empty film."""
        return next((frame for frame in reversed(self.frames) if frame.step <= step), self.frames[0])

    def detailed(self, step: int) -> Snapshot:
        """The newest frame with details at or before ``step``, else the first that has them."""
        with_detail = [frame for frame in self.frames if frame.detail]
        return next((frame for frame in reversed(with_detail) if frame.step <= step), with_detail[0])

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(tuple(self.frames))

    def __len__(self) -> int:
        return len(self.frames)
