"""Mini-batches: each epoch is a fresh choice of examples in a fresh order, from the run's own streams for that epoch."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.sampling import EACH_ONCE, SamplingChoice
from engine.streams import stream


@dataclass(frozen=True)
class Position:
    """Where in the data a run stands: examples already used of the current epoch."""

    epoch: int
    used: int
    sampling: SamplingChoice = EACH_ONCE
    """How the current epoch was drawn; an epoch of which nothing is used yet is drawn as the batches are to be."""


class Batches:
    """Draws mini-batches of ``size`` from each epoch's examples in turn; the last one of an epoch may be smaller.

    An epoch has every example once, or those that ``sampling`` chooses by their ``labels`` (by default ``y``).
    With ``skip_single`` a last batch of one example is left out: batch norm has no statistics of one example.
    """

    def __init__(
        self,
        x: Tensor,
        y: Tensor,
        size: int,
        seed: int,
        *,
        skip_single: bool = False,
        sampling: SamplingChoice = EACH_ONCE,
        labels: Tensor | None = None,
    ) -> None:
        self.x, self.y = x, y
        self.seed = seed
        self.skip_single = skip_single
        self._labels = (y if labels is None else labels).cpu()
        self._epoch, self._used = 0, 0
        self.sample_by(sampling)
        self.size = max(1, min(size, self.rows_per_epoch))

    def sample_by(self, sampling: SamplingChoice) -> None:
        """Choose the examples by ``sampling`` from the next epoch on; an epoch that has begun ends as it was drawn."""
        self.sampling = sampling
        self.rows_per_epoch = sampling.length(self._labels)
        if not self._used:
            self.go_to(Position(self._epoch, 0))

    @property
    def position(self) -> Position:
        """Where the next batch begins."""
        return Position(self._epoch, self._used, self._sampled)

    @property
    def is_possible(self) -> bool:
        """Whether there are examples enough for a batch."""
        return self.rows_per_epoch > (1 if self.skip_single else 0)

    @property
    def begins_epoch(self) -> bool:
        """Whether the next batch is the first of its epoch."""
        return self._used == 0

    @property
    def epochs(self) -> float:
        """Epochs so far, with the fraction of the present one."""
        return self._epoch + self._used / max(1, len(self._order))

    @property
    def steps_per_epoch(self) -> int:
        """Batches of one epoch, from the next one on."""
        return self._batches_in(self.rows_per_epoch)

    def steps_until(self, epoch: int) -> int:
        """Batches until ``epoch`` epochs are done, the rest of the present one included."""
        if self._epoch >= epoch:
            return 0
        return (epoch - self._epoch - 1) * self.steps_per_epoch + self._batches_in(len(self._order) - self._used)

    @property
    def is_last(self) -> bool:
        """Whether the next batch ends its epoch."""
        return self._batches_in(len(self._order) - self._used) == 1

    def _batches_in(self, rows: int) -> int:
        left_out = self.skip_single and (rows - 1) % self.size == 0
        return max(1, math.ceil((rows - left_out) / self.size))

    def go_to(self, position: Position) -> None:
        """Continue from ``position``; its epoch is drawn again, so it is the same one.

        Where so many examples are there no longer, the next epoch begins.
        """
        left = position.sampling.length(self._labels) - position.used
        gone = position.used > 0 and (left <= 0 or (left == 1 and self.skip_single))
        self._epoch, self._used = (position.epoch + 1, 0) if gone else (position.epoch, position.used)
        self._sampled = position.sampling if self._used else self.sampling
        chosen = self._sampled.rows(self._labels, stream(self.seed, "sampling", self._epoch))
        shuffled = torch.randperm(len(chosen), generator=stream(self.seed, "batches", self._epoch))
        self._order = chosen[shuffled].to(self.x.device)

    def draw(self) -> tuple[Tensor, Tensor]:
        """The next batch, (batch, features) and (batch,)."""
        chosen = self.draw_rows()
        return self.x[chosen], self.y[chosen]

    def draw_rows(self) -> Tensor:
        """The row numbers of the next batch, (batch,)."""
        chosen = self._order[self._used : self._used + self.size]
        self._used += len(chosen)
        left = len(self._order) - self._used
        if left == 0 or (left == 1 and self.skip_single):
            self.go_to(Position(self._epoch + 1, 0))
        return chosen


def moved_on(batches: Batches, steps: int) -> None:
    """Go ``steps`` batches on."""
    if not steps:
        return
    here = batches.position
    left = batches.steps_until(here.epoch + 1)
    if steps < left:
        batches.go_to(Position(here.epoch, here.used + steps * batches.size, here.sampling))
        return
    whole, rest = divmod(steps - left, batches.steps_per_epoch)
    batches.go_to(Position(here.epoch + 1 + whole, rest * batches.size, batches.sampling))
