"""What is asked next: what is due, what is new, and in which order."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from statistics import fmean
from typing import Literal

from pydantic import Field

from engine.choice import Frozen
from quiz.days import day_of, next_days, start_of
from quiz.question import LEVELS, Level, Question
from quiz.records import Answered
from quiz.scheduling import Card, due_at, retrievability
from quiz.turns import Item, in_turn

What = Literal["all", "due", "new", "cram"]
WHATS: dict[What, str] = {
    "all": "Due and new",
    "due": "Only what is due",
    "new": "Only new",
    "cram": "Everything, due or not",
}
Turn = Literal["interleaved", "weakest"]
TURNS: dict[Turn, str] = {"interleaved": "Topics alternate", "weakest": "Weakest first"}


class Options(Frozen):
    """What a learner wants to be asked. An empty tuple means all."""

    topics: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    kinds: tuple[str, ...] = ()
    new_per_day: int = Field(10, ge=0, le=500, title="New questions a day")
    order: Turn = "interleaved"
    what: What = "all"

    def takes(self, item: Item) -> bool:
        """Whether a question is among what was asked for."""
        return (
            (not self.topics or item.topic in self.topics)
            and (not self.levels or item.level in self.levels)
            and (not self.kinds or item.kind in self.kinds)
        )


def listed(questions: Iterable[Question]) -> tuple[Item, ...]:
    """The catalogue of questions, in their order."""
    return tuple(Item(each.id, each.topic, each.level, each.kind, each.after) for each in questions)


def due(cards: Mapping[str, Card], now: datetime) -> list[str]:
    """The questions that are due, those that wait longest first."""
    waiting = sorted((due_at(card), question) for question, card in cards.items())
    return [question for at, question in waiting if at <= now]


def next_due(cards: Mapping[str, Card], now: datetime) -> datetime | None:
    """When the next one after ``now`` is due, in UTC; None where nothing waits."""
    return min((at for card in cards.values() if (at := due_at(card)) > now), default=None)


def forecast(cards: Mapping[str, Card], now: datetime, days: int = 14, zone: tzinfo = UTC) -> dict[date, int]:
    """How many questions fall due on each of the next days of the learner's calendar; today has what is overdue, too."""
    today = day_of(now, zone)
    counts = dict.fromkeys(next_days(today, days), 0)
    for card in cards.values():
        day = max(today, day_of(due_at(card), zone))
        if day in counts:
            counts[day] += 1
    return counts


def introduced(answers: Iterable[Answered], now: datetime, zone: tzinfo = UTC) -> int:
    """How many questions were answered today for the first time; ``answers`` are all of the learner's."""
    first: dict[str, datetime] = {}
    for answered in answers:
        if answered.question not in first or answered.at < first[answered.question]:
            first[answered.question] = answered.at
    midnight = start_of(day_of(now, zone), zone)
    return sum(at >= midnight for at in first.values())


def next_questions(
    catalogue: Iterable[Item],
    cards: Mapping[str, Card],
    answers: Sequence[Answered],
    now: datetime,
    options: Options,
    seed: int,
    zone: tzinfo = UTC,
    new_today: int | None = None,
) -> list[str]:
    """What may be asked now, in the order of asking; empty where the day is done.

    ``answers`` are all of the learner's: they say how many were new today and which was the last; with ``new_today``
    given, those of today will do. What is due presses
    more than what is new. New ones begin with foundations; a follow-up waits for its question, unless the options leave
    that out. ``seed`` decides between equals.
    """
    known = {item.id: item for item in catalogue}
    pool = _Pool(known, cards, now, options, seed)
    latest = max(answers, key=lambda answered: answered.at).question if answers else ""
    last = known.get(latest, Item(latest, "", "")) if latest else None

    def arranged(items: Sequence[Item], most: int | None = None) -> list[str]:
        return [item.id for item in in_turn(items, alternate=options.order == "interleaved", last=last, most=most)]

    if options.what == "cram":
        midnight = start_of(day_of(now, zone), zone)
        today = Counter(answered.question for answered in answers if answered.at >= midnight)
        return arranged(pool.all(today))
    waiting = pool.due() if options.what != "new" else []
    new = pool.new() if options.what != "due" else []
    pace = max(0, options.new_per_day - (introduced(answers, now, zone) if new_today is None else new_today))
    begun = set(arranged(new, pace))
    return arranged([*waiting, *(item for item in new if item.id in begun)])


@dataclass(frozen=True)
class _Pool:
    """The questions that a learner may be asked, the most pressing first."""

    known: Mapping[str, Item]
    cards: Mapping[str, Card]
    now: datetime
    options: Options
    seed: int

    @cached_property
    def taken(self) -> list[Item]:
        """What the options let in."""
        return [item for item in self.known.values() if self.options.takes(item)]

    @cached_property
    def recall(self) -> dict[str, float]:
        """How likely each question seen will be recalled a day from now: what was missed just now is weak, too."""
        tomorrow = self.now + timedelta(days=1)
        return {id: retrievability(card, tomorrow) for id, card in self.cards.items() if id in self.known}

    @cached_property
    def of_topics(self) -> dict[str, float]:
        """The mean recall of each topic that was begun."""
        found: dict[str, list[float]] = {}
        for id, share in self.recall.items():
            found.setdefault(self.known[id].topic, []).append(share)
        return {topic: fmean(shares) for topic, shares in found.items()}

    def due(self) -> list[Item]:
        """What is due: the longest overdue first, or the weakest."""
        moments = {item.id: due_at(self.cards[item.id]) for item in self.taken if item.id in self.cards}
        found = [item for item in self.taken if item.id in moments and moments[item.id] <= self.now]
        if self.options.order == "weakest":
            return sorted(found, key=lambda item: (self.recall[item.id], self._chance(item)))
        return sorted(found, key=lambda item: (moments[item.id], self._chance(item)))

    def new(self) -> list[Item]:
        """What was never seen: foundations first, or those of the weakest topics."""
        found = [item for item in self.taken if item.id not in self.cards]
        weak = self.of_topics if self.options.order == "weakest" else {}
        return sorted(found, key=lambda item: (weak.get(item.topic, 0.0), _level(item), self._chance(item)))

    def all(self, today: Counter[str]) -> list[Item]:
        """Everything: what was asked least often today first, then the weakest, where that was chosen."""
        weak = self.recall if self.options.order == "weakest" else {}
        return sorted(self.taken, key=lambda item: (today[item.id], weak.get(item.id, 0.0), self._chance(item)))

    def _chance(self, item: Item) -> bytes:
        """What decides between equals: fixed for a seed, whatever else is in the catalogue."""
        return hashlib.blake2b(f"{self.seed}/{item.id}".encode(), digest_size=8).digest()


def _level(item: Item) -> int:
    """From foundation to expert."""
    return list(LEVELS).index(item.level) if item.level in LEVELS else len(LEVELS)
