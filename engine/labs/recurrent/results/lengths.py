"""At which length each cell stops learning."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["learned", "not learned", "diverged", "not tried"]


@dataclass(frozen=True)
class Trial:
    """One run of one cell at one length."""

    cell: str
    length: int
    seed: int
    score: float
    """Accuracy, or R², on the validation part at its end."""
    updates: int
    seconds: float
    outcome: Outcome


@dataclass(frozen=True)
class Search:
    """All runs so far."""

    task: str
    score: str
    threshold: float
    cells: tuple[str, ...]
    lengths: tuple[int, ...]
    seeds: int
    parameters: tuple[int, ...]
    """Of each cell's network."""
    trials: tuple[Trial, ...]
    is_done: bool = False

    def longest(self, cell: str, seed: int) -> int:
        """The longest length up to which a seed learned every one; 0 for none."""
        reached = 0
        learned = {t.length: t.outcome == "learned" for t in self.trials if (t.cell, t.seed) == (cell, seed)}
        for length in self.lengths:
            if not learned.get(length, False):
                break
            reached = length
        return reached
