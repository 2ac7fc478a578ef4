"""What is kept, checked before it is: answers, contests, interviews, a learner's settings, and a file of all of them."""

import json
import math
import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, ValidationError

from engine.choice import Frozen, one_of, problems
from engine.settings import settings
from quiz.choosing import Turn, What
from quiz.question import LEVELS, Answer, Level, Slug
from quiz.records import Answered, Place, Rating, now
from quiz.topics import TOPICS

VERSION = 1
"""Of a file of records."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
PLAN_CHARACTERS = 100_000
PLACES = 200
"""Of one answer that names places."""
Shape = TypeVar("Shape", bound=Frozen)


class BadRecord(ValueError):
    """What cannot be kept: the text says which field, its value, and what is allowed."""


class TooMany(BadRecord):
    """A limit of this server is reached: the text says which."""


def new_key() -> str:
    """A random name for an answer, a contest or an interview: what comes twice under it is kept once."""
    return secrets.token_urlsafe(12)


def plain(text: str) -> str:
    """``text`` as every database can hold it: NUL and halves of characters become the sign for what cannot be read."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "\ufffd")


def _answer(given: Any) -> Answer:
    if isinstance(given, str):
        longest = settings().answer_characters
        if len(given) > longest:
            raise ValueError(f"{len(given):,} characters; at most {longest:,} are kept")
        return plain(given)
    if not isinstance(given, list | tuple) or not all(type(place) is int and abs(place) < 2**31 for place in given):
        raise ValueError("an answer is a text or a list of places")
    if len(given) > PLACES:
        raise ValueError(f"{len(given):,} places; at most {PLACES} are kept")
    return tuple(given)


def _moment(given: datetime) -> datetime:
    latest = now() + timedelta(days=1)
    if not EARLIEST <= given <= latest:
        raise ValueError(f"a time lies between {EARLIEST:%Y-%m-%d} and {latest:%Y-%m-%d}")
    return given.astimezone(UTC)


def _complaint(given: str) -> str:
    longest = settings().contest_characters
    text = plain(given).strip()
    if not 0 < len(text) <= longest:
        raise ValueError(f"{len(text):,} characters; between 1 and {longest:,} are kept")
    return text


def _plan(given: dict[str, Any]) -> dict[str, Any]:
    try:
        length = len(json.dumps(given, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise ValueError("a plan is made of what JSON knows") from None
    if length > PLAN_CHARACTERS:
        raise ValueError(f"{length:,} characters as JSON; at most {PLAN_CHARACTERS:,} are kept")
    return given


def _topic(given: str) -> str:
    if given not in TOPICS:
        raise ValueError(one_of(given, list(TOPICS)))
    return given


Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", min_length=8, max_length=64)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
"""A time with its zone; kept in UTC."""


class KeptAnswer(Frozen):
    """One answer as it is kept."""

    key: Key
    question: Slug
    answer: Annotated[Any, BeforeValidator(_answer)]
    share: float = Field(ge=0.0, le=1.0)
    rating: int = Field(ge=1, le=4)
    at: Moment
    seed: Seed = 0
    seconds: float = Field(0.0, ge=0.0, le=1e6)
    hints: int = Field(0, ge=0, le=100)
    sure: float | None = Field(None, ge=0.0, le=1.0)
    place: Place = "practice"

    @property
    def answered(self) -> Answered:
        """The same as everybody else knows it."""
        values = dict(self)
        return Answered(**{**values, "rating": Rating(self.rating)})


class Contest(Frozen):
    """A learner's word against the grading of an answer."""

    key: Key
    question: Slug
    seed: Seed
    text: Annotated[str, AfterValidator(_complaint)]
    at: Moment


class Interview(Frozen):
    """A mock interview that was begun. ``key`` is its id."""

    key: Key
    plan: Annotated[dict[str, Any], AfterValidator(_plan)]
    started: Moment
    ended: Moment | None = None


class LearnerSettings(Frozen):
    """What a learner has chosen."""

    retention: float = Field(0.9, ge=0.7, le=0.97)
    """The share of what is due that should still be known: higher means more reviews."""
    new_a_day: int = Field(10, ge=0, le=200)
    """New questions a day."""
    topics: tuple[Annotated[str, AfterValidator(_topic)], ...] = Field((), max_length=len(TOPICS))
    """All where none is chosen; so with the next two."""
    levels: tuple[Level, ...] = Field((), max_length=len(LEVELS))
    kinds: tuple[Annotated[str, StringConstraints(max_length=20)], ...] = Field((), max_length=20)
    order: Turn = "interleaved"
    what: What = "all"


class Records(Frozen):
    """Everything that is kept of a learner, as a file. Cards are not in it: they follow from the answers."""

    version: Literal[1] = 1
    exported: Moment
    created: Moment | None = None
    settings: LearnerSettings = LearnerSettings()
    answers: tuple[KeptAnswer, ...] = ()
    contests: tuple[Contest, ...] = ()
    interviews: tuple[Interview, ...] = ()


def kept(answered: Answered) -> KeptAnswer:
    """``answered`` as it is kept. Raises BadRecord."""
    return checked(KeptAnswer, asdict(answered))


def checked(shape: type[Shape], values: Any) -> Shape:
    """``values`` as ``shape``. Raises BadRecord naming the first field that is wrong, its value, and what is allowed."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        found = problems(error, shape)
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise BadRecord(f"{found[0]}{more}") from None


def read_file(data: bytes | str | dict[str, Any]) -> Records:
    """A file of records, checked. Raises BadRecord."""
    values = data if isinstance(data, dict) else _parsed(data)
    if not isinstance(values, dict):
        raise BadRecord(f"the file holds {type(values).__name__} where an object with a version is expected")
    records = checked(Records, values)
    for name, rows, most in (
        ("answers", records.answers, settings().learner_answers),
        ("contests", records.contests, settings().learner_contests),
        ("interviews", records.interviews, settings().learner_interviews),
    ):
        if len(rows) > most:
            raise TooMany(f"{name}: got {len(rows):,}; at most {most:,} are kept of a learner")
    return records


def _parsed(data: bytes | str) -> Any:
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    limit = settings().import_mb * 1_000_000
    if len(raw) > limit:
        raise BadRecord(
            f"the file has {len(raw) / 1e6:.1f} MB; at most {settings().import_mb} MB are read (GP_IMPORT_MB)"
        )
    try:
        return json.loads(raw, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise BadRecord("the file is no JSON: choose one that was exported here") from None


def _no_number(name: str) -> float:
    raise ValueError(name)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(digits)
    return value


Advance = Callable[[dict[str, Any] | None, Answered], dict[str, Any]]
"""The scheduler: (card before, or None for a first answer; the answer) -> card after, with ``due`` as an ISO time.

It is called again when cards are made anew, so the same arguments must give the same card.
"""
