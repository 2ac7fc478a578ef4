"""What a run is to everyone who is not training it: a protocol, so that every kind of objective mounts alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from engine.scene import Surroundings
from engine.snapshot import Snapshot

Patch = tuple[tuple[str, Any], ...]
"""Dotted settings and their new values, in order; a tuple, so that it can be hashed."""


@dataclass(frozen=True)
class Edit:
    """Settings changed in mid-run: they hold from the update after ``step``."""

    step: int
    patch: Patch


def joined(edits: tuple[Edit, ...], edit: Edit) -> tuple[Edit, ...]:
    """``edits`` with one more: at the step of the last one, of the same settings, it takes that one's place."""
    last = edits[-1] if edits else None
    again = last is not None and last.step == edit.step and [p for p, _ in last.patch] == [p for p, _ in edit.patch]
    repeats = again and all(path != "hand" for path, _ in edit.patch)
    return (*edits[:-1], edit) if repeats else (*edits, edit)


@dataclass(frozen=True)
class Ending:
    """Why a run trains no further."""

    kind: Literal["finished", "target reached", "stopped early", "diverged"]
    step: int
    message: str
    """For the learner: what happened, where, and what the network now holds."""
    best_step: int | None = None
    """Where the weights come from that were put back; None where none were."""


@runtime_checkable
class Checkpoint(Protocol):
    """Everything needed to go on from a step as if nothing had happened."""

    @property
    def step(self) -> int:
        """The step it was taken at."""

    @property
    def nbytes(self) -> int:
        """Bytes it holds."""


@runtime_checkable
class Run(Protocol):
    """A network in training. It knows nothing of who watches, and watching changes none of its numbers."""

    @property
    def steps(self) -> int:
        """Updates done so far."""

    @property
    def last_step(self) -> int:
        """The step at which it will end by plan."""

    @property
    def steps_per_epoch(self) -> int:
        """Updates per pass over the training part."""

    @property
    def epochs(self) -> float:
        """Passes over the training part so far, with the fraction of the present one."""

    @property
    def ending(self) -> Ending | None:
        """Why it ended, or None while it can go on."""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Settings changed in mid-run, in order."""

    @property
    def planned(self) -> tuple[Edit, ...]:
        """Edits of the link it was made from that it has not come to yet."""

    @property
    def unfit(self) -> str:
        """What of its planned edits fits no part of it and was left out, in words; empty where all fit."""

    @property
    def score_names(self) -> tuple[str, ...]:
        """What the entries of ``Snapshot.scores`` are: ``train.loss`` and so on."""

    @property
    def scene(self) -> Surroundings:
        """What stays the same through its film: axes, points, names."""

    def advance(self, steps: int) -> int:
        """Train for up to ``steps`` updates; fewer when the run ends. Returns how many were done."""

    def apply(self, patch: Mapping[str, Any]) -> None:
        """Change settings from the next update on, in place of planned edits. Raises ValueError and changes nothing."""

    def snapshot(self, detail: bool = True) -> Snapshot:
        """Measure the network as it stands."""

    def checkpoint(self) -> Checkpoint:
        """A copy of the whole state."""

    def restore(self, checkpoint: Any) -> None:
        """Go back (or forward) to a state this run was in."""
