"""What is kept of a learner: every answer, and from the answers what is due when."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Literal

from quiz.question import Answer

Place = Literal["practice", "review", "interview"]
"""Where an answer was given."""


class Rating(IntEnum):
    """How well it was known, as in FSRS."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True)
class Answered:
    """One answer: every one is a review."""

    question: str
    """The id of the question, or of the family that drew it."""
    answer: Answer
    share: float
    """From 0 to 1: how much of it was right."""
    rating: Rating
    at: datetime
    """When, in UTC."""
    seed: int = 0
    """What its numbers and the order of its options were drawn from."""
    seconds: float = 0.0
    """From seeing the question to answering."""
    hints: int = 0
    sure: float | None = None
    """How sure the learner was beforehand, from 0 to 1; None where not asked."""
    place: Place = "practice"
    key: str = ""
    """A random name of this answer, made where it was given: sent twice, it is kept once."""

    @property
    def is_right(self) -> bool:
        """Whether all of it was right."""
        return self.share == 1.0


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
