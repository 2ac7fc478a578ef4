"""States a run can go back to: copies of everything a step reads or writes, kept sparsely."""

import copy
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from torch import Tensor

from engine.batches import Position
from engine.film import crowded
from engine.run import Checkpoint, Edit, Ending


@dataclass(frozen=True)
class TrainingState:
    """The whole state of a supervised run at a step."""

    step: int
    model: dict[str, Tensor]
    optimizer: dict[str, Any]
    position: Position
    dropout: tuple[Tensor, ...]
    """State of each hidden layer's dropout generator."""
    experiment: Any
    """The experiment with all edits so far."""
    edits: tuple[Edit, ...]
    """The edits made so far."""
    off: tuple[str, ...]
    """Units and edges that are switched off."""
    horizon: int
    watch: Any
    """The early-stopping watch and its best weights."""
    ending: Ending | None
    """Why the run had ended there by plan. A divergence is none: it belongs to the update that was not made."""

    @cached_property
    def nbytes(self) -> int:
        """Bytes of all tensors."""
        held = [*self.model.values(), *self.dropout, *tensors_in(self.optimizer), *tensors_in(self.watch)]
        return sum(tensor.numel() * tensor.element_size() for tensor in held)


def tensors_in(node: Any) -> Iterable[Tensor]:
    """Every tensor anywhere in plain containers."""
    if isinstance(node, Tensor):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from tensors_in(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from tensors_in(value)


def copied(node: Any) -> Any:
    """A deep copy that shares no tensor storage: what ``copy.deepcopy`` gives, ten times as fast for plain state."""
    if isinstance(node, Tensor):
        return node.detach().clone()
    if type(node) in (dict, OrderedDict):
        return {key: copied(value) for key, value in node.items()}
    if type(node) in (list, tuple):
        return type(node)(copied(value) for value in node)
    return node if isinstance(node, int | float | str | None) else copy.deepcopy(node)


class Checkpoints:
    """At most ``limit`` checkpoints and ``max_bytes`` bytes (but never fewer than two), evenly over the run."""

    def __init__(self, limit: int = 24, max_bytes: int = 1 << 20) -> None:
        self.limit, self.max_bytes = limit, max_bytes
        self.kept: list[Checkpoint] = []

    def add(self, checkpoint: Checkpoint) -> None:
        """Keep ``checkpoint``, the newest; drop the most crowded ones beyond the limits."""
        self.kept = [kept for kept in self.kept if kept.step < checkpoint.step] + [checkpoint]
        self._thin()

    def shorten(self, limit: int) -> None:
        """Keep at most ``limit`` from now on, but never fewer than two."""
        self.limit = max(limit, 2)
        self._thin()

    @property
    def nbytes(self) -> int:
        """Bytes of all that are kept."""
        return sum(checkpoint.nbytes for checkpoint in self.kept)

    def _thin(self) -> None:
        while len(self.kept) > 2 and (len(self.kept) > self.limit or self.nbytes > self.max_bytes):
            del self.kept[crowded([kept.step for kept in self.kept], [1.0] * len(self.kept))]

    def before(self, step: int) -> Checkpoint:
        """The newest one at or before ``step``. Raises LookupError when there is none."""
        found = [kept for kept in self.kept if kept.step <= step]
        if not found:
            raise LookupError(f"no checkpoint at or before step {step}")
        return found[-1]
