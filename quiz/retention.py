"""Whether the schedule keeps its promise: the share recalled, beside what FSRS expected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean

from quiz.records import Answered, Rating
from quiz.scheduling import RETENTION, Card, advanced, due_at, in_order, is_learned, retrievability, reviewed_at
from quiz.shares import Share, wilson

APART = timedelta(days=1)
"""A review sooner than this after the last one tells of the last minutes, not of memory."""
ENOUGH = 20
"""Below so many reviews the interval is so wide that nothing is said of the target."""


@dataclass(frozen=True)
class Review:
    """One review of a question that was learned before."""

    question: str
    predicted: float
    """The probability of recalling it, by FSRS, at that moment."""
    recalled: bool
    late: float
    """Days after it was due; negative where it came early."""


@dataclass(frozen=True)
class Kept:
    """What was recalled of what had been learned."""

    count: int
    recalled: int
    measured: Share
    """The share recalled, with its 95 % interval (Wilson)."""
    predicted: float
    """FSRS's mean probability at the moments of these reviews; NaN without any."""
    target: float

    @property
    def in_words(self) -> str:
        """What this says of the schedule, and what it cannot say."""
        if self.count < ENOUGH:
            return f"{self.count} reviews of learned questions so far; from {ENOUGH} on they say something of the schedule."
        seen = (
            f"{self.recalled} of {self.count} reviews were recalled, {self.measured.mean:.0%} "
            f"(95% interval {self.measured.low:.0%} to {self.measured.high:.0%}); FSRS expected {self.predicted:.0%}."
        )
        if self.measured.low > self.target:
            return f"{seen} That is above the target of {self.target:.0%}: fewer reviews would do."
        if self.measured.high < self.target:
            fits = self.measured.low <= self.predicted <= self.measured.high
            why = (
                "as expected: reviews came late, or were planned for another target"
                if fits and self.predicted < self.target
                else "and less than expected: questions are forgotten sooner than FSRS believes"
            )
            return f"{seen} That is below the target of {self.target:.0%}, {why}."
        return f"{seen} The target of {self.target:.0%} lies within the interval."


def reviews(answers: Iterable[Answered], retention: float = RETENTION) -> list[Review]:
    """The reviews of questions that had left the first steps, at least a day after the last answer, by time."""
    cards: dict[str, Card] = {}
    found = []
    for answered in in_order(answers):
        card = cards.get(answered.question)
        if card is not None and is_learned(card) and answered.at - reviewed_at(card) >= APART:
            late = (answered.at - due_at(card)) / timedelta(days=1)
            predicted = retrievability(card, answered.at)
            found.append(Review(answered.question, predicted, answered.rating > Rating.AGAIN, late))
        cards[answered.question] = advanced(card, answered, retention)
    return found


def measured(answers: Iterable[Answered], retention: float = RETENTION) -> Kept:
    """What was recalled against ``retention``, the target. The target moves due dates, not what FSRS predicts."""
    found = reviews(answers, retention)
    recalled = sum(review.recalled for review in found)
    predicted = fmean(review.predicted for review in found) if found else float("nan")
    return Kept(len(found), recalled, wilson(recalled, len(found)), predicted, retention)
