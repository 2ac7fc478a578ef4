"""When a question comes again: FSRS, from the ``fsrs`` library. A card is the dict that ``fsrs.Card.to_dict`` gives."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, cast

import fsrs
from fsrs.scheduler import FUZZ_RANGES

from quiz.records import Answered, Rating

Card = dict[str, Any]
"""What FSRS knows of one question: state, stability (days), difficulty (1 to 10), due, last review. JSON can hold it."""
RETENTION = 0.9
"""The share of reviews to be recalled, where the learner chose none."""
LOWEST, HIGHEST = 0.7, 0.97
"""Bounds of that choice: below, most is learned anew each time; above, the reviews of a day multiply."""
FUZZ_FROM = 2.5
"""Intervals shorter than so many days are not spread, as in FSRS."""
MOSTLY_RIGHT = 0.75
SLOW, QUICK, AWAY = 2.0, 0.4, 10.0
"""Times the usual seconds: longer is hard, shorter is easy; far longer tells nothing."""
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
MONTH, YEAR = 30.44 * DAY, 365.25 * DAY


def advanced(card: Card | None, answered: Answered, retention: float = RETENTION, *, fuzz: bool = False) -> Card:
    """The card after one review; ``card`` itself stays as it is. None is a question never seen.

    With ``fuzz``, intervals of 2.5 days and more are spread as FSRS does, so that what was learned together is not due
    together. The draw depends on the question and on its review before this one only: the same answers, replayed,
    give the same card. Raises ValueError for a retention out of bounds and for a time without its zone.
    """
    return cast(Card, _reviewed(_opened(card, answered.question, answered.at), answered, retention, fuzz).to_dict())


def replayed(answers: Iterable[Answered], retention: float = RETENTION, *, fuzz: bool = False) -> dict[str, Card]:
    """The card of each question that was answered, in the order of first answers. ``answers`` come in any order."""
    cards: dict[str, fsrs.Card] = {}
    for answered in in_order(answers):
        card = cards.get(answered.question) or _opened(None, answered.question, answered.at)
        cards[answered.question] = _reviewed(card, answered, retention, fuzz)
    return {question: cast(Card, card.to_dict()) for question, card in cards.items()}


def in_order(answers: Iterable[Answered]) -> list[Answered]:
    """By time; what was answered at the same moment by key, so that every replay agrees."""
    return sorted(sorted(answers, key=attrgetter("key")), key=attrgetter("at"))


def intervals(
    card: Card | None, now: datetime, retention: float = RETENTION, *, fuzz: bool = False, question: str = ""
) -> dict[Rating, timedelta]:
    """How long until the question comes again, for each rating given now. ``card`` stays as it is.

    With ``fuzz``, a card never seen needs its ``question`` to show what ``advanced`` will do.
    """
    found = {}
    for rating in Rating:
        answered = Answered(question, (), 0.0, rating, now)
        after = _reviewed(_opened(card, question, now), answered, retention, fuzz)
        found[rating] = after.due - _utc(now)
    return found


def retrievability(card: Card | None, now: datetime) -> float:
    """The probability of recalling it now: (1 + F t / S)^-w20 with F = 0.9^(-1 / w20) - 1, so that it is 0.9 at t = S.

    t are whole days since the last review, S the stability in days, w20 = 0.1542 (FSRS 6). 0 for a question never seen.
    """
    if card is None:
        return 0.0
    return float(_scheduler(RETENTION).get_card_retrievability(_read(card), _utc(now)))


def due_at(card: Card) -> datetime:
    """When the question is due, in UTC."""
    return datetime.fromisoformat(card["due"])


def reviewed_at(card: Card) -> datetime:
    """When it was answered last, in UTC."""
    return datetime.fromisoformat(card["last_review"])


def is_learned(card: Card) -> bool:
    """Whether it has left the first steps, of minutes, and comes again after days."""
    return bool(card["state"] == fsrs.State.Review.value)


def suggested(share: float, seconds: float, hints: int, usual_seconds: float) -> tuple[Rating, str]:
    """The rating that an answer speaks for, and why, in words; the learner may choose another.

    ``seconds`` or ``usual_seconds`` of 0: not measured.
    """
    if share < 1.0:
        if share >= MOSTLY_RIGHT and hints == 0:
            return Rating.HARD, f"mostly right ({share:.0%})"
        with_help = f", with {_counted(hints)}" if share > 0 and hints else ""
        return Rating.AGAIN, f"only partly right ({share:.0%}){with_help}" if share > 0 else "not right"
    if hints > 0:
        return Rating.HARD, f"right, with {_counted(hints)}"
    if seconds <= 0 or usual_seconds <= 0:
        return Rating.GOOD, "right"
    took = f"{seconds:.0f} s, where {usual_seconds:.0f} s are usual"
    if seconds > AWAY * usual_seconds:
        return Rating.GOOD, "right; it was open for so long that the time tells nothing"
    if seconds > SLOW * usual_seconds:
        return Rating.HARD, f"right, but slowly: {took}"
    if seconds <= QUICK * usual_seconds:
        return Rating.EASY, f"right, and quickly: {took}"
    return Rating.GOOD, "right, in a usual time"


def in_words(interval: timedelta) -> str:
    """``10 min``, ``3 d``, ``2.1 months``."""
    seconds = max(interval.total_seconds(), MINUTE)
    for size, longest, name in ((MINUTE, 60, "min"), (HOUR, 24, "h"), (DAY, 31, "d")):
        if round(seconds / size) < longest:
            return f"{round(seconds / size)} {name}"
    size, name = (MONTH, "month") if round(seconds / MONTH, 1) < 12 else (YEAR, "year")
    count = f"{seconds / size:.1f}".removesuffix(".0")
    return f"{count} {name}" if count == "1" else f"{count} {name}s"


def _counted(hints: int) -> str:
    return "a hint" if hints == 1 else f"{hints} hints"


@lru_cache(maxsize=64)
def _scheduler(retention: float) -> fsrs.Scheduler:
    """FSRS 6 with its default parameters; its own fuzz draws from a generator that all visitors share, so it is off."""
    if not LOWEST <= retention <= HIGHEST:
        raise ValueError(f"the retention is {retention}; choose one between {LOWEST} and {HIGHEST}")
    return fsrs.Scheduler(desired_retention=retention, enable_fuzzing=False)


def _reviewed(card: fsrs.Card, answered: Answered, retention: float, fuzz: bool) -> fsrs.Card:
    at = _utc(answered.at)
    after, _ = _scheduler(retention).review_card(card, fsrs.Rating(answered.rating.value), at)
    if fuzz and after.state == fsrs.State.Review:
        after.due = at + timedelta(days=_spread(after.due - at, f"{card.card_id}/{card.last_review}"))
    return after


def _spread(interval: timedelta, seed: str) -> int:
    """Days near the interval, every one that FSRS may choose equally likely; the same seed chooses the same."""
    days = interval.days
    if days < FUZZ_FROM:
        return days
    rows = [(row["start"], row["end"], row["factor"]) for row in FUZZ_RANGES]
    delta = 1.0 + sum(factor * max(min(float(days), end) - start, 0.0) for start, end, factor in rows)
    low, high = max(2, round(days - delta)), round(days + delta)
    return low + _number(seed) % (high - low + 1)


def _opened(card: Mapping[str, Any] | None, question: str, at: datetime) -> fsrs.Card:
    if card is not None:
        return _read(card)
    return fsrs.Card(card_id=_number(question), due=_utc(at))


def _read(card: Mapping[str, Any]) -> fsrs.Card:
    return fsrs.Card.from_dict(cast(Any, card))


def _number(text: str) -> int:
    """A number that stands for a text, below 2^53: JSON keeps it exactly."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 11


def _utc(at: datetime) -> datetime:
    """The same moment in UTC, as FSRS wants it. Raises ValueError where the zone is not said."""
    if at.tzinfo is None:
        raise ValueError(f"the time {at} does not say its zone; give it in UTC")
    return at.astimezone(UTC)
