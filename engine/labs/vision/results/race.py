"""Networks of one size on one task, each trained from several seeds."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Trial:
    """One network from one seed."""

    entrant: str
    seed: int
    accuracy: Float[np.ndarray, " looks"]
    """On the validation part, at each of ``Standing.looks`` so far; NaN where it was not yet looked at."""
    answers: Int[np.ndarray, "classes classes"]
    """Examples of the test part by class (row) and answer (column); zeros before the end."""
    upset: float
    """Accuracy on the test part when what is read in order comes in a random order; NaN before the end, or without order."""
    seconds: float
    """Processor time of its training."""

    @property
    def score(self) -> float:
        """The share of the test part answered right; NaN before the end."""
        return float(np.trace(self.answers)) / self.tested if self.tested else float("nan")

    @property
    def tested(self) -> int:
        """Examples of the test part; 0 before the end."""
        return int(self.answers.sum())

    @property
    def is_done(self) -> bool:
        """Whether it is trained."""
        return self.tested > 0


@dataclass(frozen=True)
class Entrant:
    """A network that takes part."""

    label: str
    how: str
    """What it does with its input, for a learner."""
    width: int
    """As wide as the budget allows."""
    parameters: int
    has_order: bool
    """Whether it could know in which order things came."""


@dataclass(frozen=True)
class Standing:
    """All trials so far."""

    entrants: tuple[Entrant, ...]
    classes: tuple[str, ...]
    looks: tuple[int, ...]
    """Updates after which accuracy is measured."""
    seeds: int
    trials: tuple[Trial, ...]
    is_done: bool = False

    def of(self, entrant: str) -> list[Trial]:
        """The trials of one network, those under way too."""
        return [trial for trial in self.trials if trial.entrant == entrant]

    def scores(self, entrant: str) -> list[float]:
        """Of the seeds that are done."""
        return [trial.score for trial in self.of(entrant) if trial.is_done]

    def upset(self, entrant: str) -> list[float]:
        """The same, read in a random order."""
        return [trial.upset for trial in self.of(entrant) if trial.is_done]

    def answers(self, entrant: str) -> Int[np.ndarray, "classes classes"]:
        """Answers of all its seeds together."""
        none = np.zeros((len(self.classes), len(self.classes)), dtype=np.int64)
        return sum((trial.answers for trial in self.of(entrant) if trial.is_done), none)
