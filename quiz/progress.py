"""How far a learner has come: what is known, how surely, how sure they feel, and how much was done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from statistics import fmean
from typing import Literal

from quiz.days import day_of
from quiz.question import LEVELS
from quiz.records import Answered, Rating
from quiz.scheduling import Card, in_order, retrievability
from quiz.shares import Share, beta, wilson
from quiz.topics import TOPICS
from quiz.turns import Item

LONGEST = 600.0
"""Seconds that one answer counts at most: somebody went for a coffee."""


@dataclass(frozen=True)
class Mastery:
    """How much of a topic, or of a level, would be right now."""

    seen: int
    """Questions that were answered at least once."""
    total: int
    known: Share
    """The probability that one of its questions, drawn at random, is answered rightly now, with its 90 % interval."""


def mastery(
    catalogue: Iterable[Item],
    cards: Mapping[str, Card],
    answers: Iterable[Answered],
    now: datetime,
    by: Literal["topic", "level"] = "topic",
) -> dict[str, Mastery]:
    """Mastery of each topic, or level, that the catalogue has, in the order in which they build up.

    The model: the probability p of being right has the prior Beta(1, 1), so that an unseen topic lies anywhere (0.05 to
    0.95). Each question seen counts as one trial of p. The last answer says how much of it went right: s = share, times
    FSRS's probability of still recalling it, and 0 where it was rated AGAIN. With these, p is Beta(1 + sum s,
    1 + sum (1 - s)). Questions of a topic are taken to be alike, and what was guessed counts as known.
    """
    last = {answered.question: answered for answered in in_order(answers)}
    groups: dict[str, list[str]] = {}
    for item in catalogue:
        groups.setdefault(item.topic if by == "topic" else item.level, []).append(item.id)
    order = [*(TOPICS if by == "topic" else LEVELS), *groups]
    return {name: _mastered(groups[name], cards, last, now) for name in dict.fromkeys(order) if name in groups}


def _mastered(
    questions: Sequence[str], cards: Mapping[str, Card], last: Mapping[str, Answered], now: datetime
) -> Mastery:
    right = [_right_now(last[id], cards.get(id), now) for id in questions if id in last]
    return Mastery(len(right), len(questions), beta(sum(right), len(right) - sum(right)))


def _right_now(last: Answered, card: Card | None, now: datetime) -> float:
    return 0.0 if last.rating == Rating.AGAIN else last.share * retrievability(card, now)


@dataclass(frozen=True)
class Streak:
    """Days in a row with at least one answer."""

    current: int
    """Up to today, or up to yesterday where nothing was answered yet today."""
    longest: int
    is_done_today: bool


def streak(answers: Iterable[Answered], now: datetime, zone: tzinfo = UTC) -> Streak:
    """The learner's streak, in the days of their calendar."""
    days = {day_of(answered.at, zone) for answered in answers}
    today = day_of(now, zone)
    lengths: dict[date, int] = {}
    for day in sorted(days):
        lengths[day] = lengths.get(day - timedelta(days=1), 0) + 1
    current = lengths.get(today) or lengths.get(today - timedelta(days=1), 0)
    return Streak(current, max(lengths.values(), default=0), today in days)


def history(answers: Iterable[Answered], now: datetime, days: int = 365, zone: tzinfo = UTC) -> dict[date, int]:
    """Answers on each of the last days of the learner's calendar, today last."""
    today = day_of(now, zone)
    counts = {today - timedelta(days=ago): 0 for ago in range(days - 1, -1, -1)}
    for answered in answers:
        day = day_of(answered.at, zone)
        if day in counts:
            counts[day] += 1
    return counts


@dataclass(frozen=True)
class Totals:
    """What was done so far."""

    answers: int
    right: int
    """Answers that were right in full."""
    questions: int
    """Different questions that were answered."""
    hints: int
    seconds: float
    days: int
    """Days with at least one answer."""


def totals(answers: Sequence[Answered], zone: tzinfo = UTC) -> Totals:
    """What was done so far; an answer counts ten minutes at most."""
    return Totals(
        answers=len(answers),
        right=sum(answered.is_right for answered in answers),
        questions=len({answered.question for answered in answers}),
        hints=sum(answered.hints for answered in answers),
        seconds=sum(min(max(answered.seconds, 0.0), LONGEST) for answered in answers),
        days=len({day_of(answered.at, zone) for answered in answers}),
    )


@dataclass(frozen=True)
class Bin:
    """Answers given with about the same confidence."""

    low: float
    high: float
    """Confidence from ``low`` up to ``high``; the last bin has 1, too."""
    count: int
    sure: float
    """Their mean confidence."""
    right: Share
    """The share that was right in full, with its 95 % interval (Wilson)."""

    @property
    def agrees(self) -> bool:
        """Whether the confidence lies within the interval."""
        return self.right.low <= self.sure <= self.right.high


@dataclass(frozen=True)
class Calibration:
    """How sure the learner was against how often they were right."""

    bins: tuple[Bin, ...]
    """Those with answers in them."""
    count: int
    brier: float
    """Mean of (sure - right)^2: 0 is best, always saying 0.5 gives 0.25 (Brier 1950). NaN without answers."""
    expected: float
    """Mean of sure (1 - sure): what the Brier score comes to, on average, where every confidence is true."""
    overconfidence: float
    """Mean confidence less the share that was right."""


def calibration(answers: Iterable[Answered], bins: int = 5) -> Calibration:
    """Of the answers before which the learner said how sure they were."""
    told = [(answered.sure, float(answered.is_right)) for answered in answers if answered.sure is not None]
    groups: dict[int, list[tuple[float, float]]] = {}
    for sure, right in told:
        place = min(int(sure * bins), bins - 1)
        groups.setdefault(place, []).append((sure, right))
    if not told:
        return Calibration((), 0, float("nan"), float("nan"), float("nan"))
    return Calibration(
        bins=tuple(_bin(place, bins, groups[place]) for place in sorted(groups)),
        count=len(told),
        brier=fmean((sure - right) ** 2 for sure, right in told),
        expected=fmean(sure * (1 - sure) for sure, _ in told),
        overconfidence=fmean(sure - right for sure, right in told),
    )


def _bin(place: int, bins: int, told: Sequence[tuple[float, float]]) -> Bin:
    right = sum(was for _, was in told)
    return Bin(place / bins, (place + 1) / bins, len(told), fmean(sure for sure, _ in told), wilson(right, len(told)))
