"""The learner's records, as the pages that ask need them: whose they are, what is kept, what is due."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from quiz.catalogue import catalogue
from quiz.choosing import Item, Options
from quiz.interview import SECONDS
from quiz.records import Answered, now
from quiz.scheduling import RETENTION, Card, advanced
from ui import learner

SETTINGS = "practice"
"""The part of a learner's settings that says what to ask."""


def moment() -> datetime:
    """Now, in UTC: one place, so that tests can set it."""
    return now()


def zone() -> tzinfo:
    """The learner's time zone, as the browser says it."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        return UTC


def midnight() -> datetime:
    """When the learner's day began, in UTC."""
    here = moment().astimezone(zone())
    return here.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def items() -> tuple[Item, ...]:
    """Everything that can be asked, as choosing wants it."""
    return tuple(Item(each.id, each.topic, each.level, each.kind, each.after or None) for each in catalogue().values())


def cards() -> Mapping[str, Card]:
    """What the schedule knows of each question that was answered."""
    return learner.store().cards(learner.who())


def card(id: str) -> Card | None:
    """The same of one question; None where it was never answered."""
    return cards().get(id)


def answers(since: datetime | None = None) -> list[Answered]:
    """What was answered, oldest first."""
    return list(learner.store().answers(learner.who(), since))


def introduced() -> int:
    """How many questions were answered today for the first time."""
    return learner.store().introduced(learner.who(), midnight())


def record(answered: Answered) -> None:
    """Keep an answer, and move its card."""
    retention = retained()

    def schedule(before: Card | None, given: Answered) -> Card:
        return advanced(before, given, retention, fuzz=True)

    learner.store().record(learner.who(), answered, schedule)


def amend(answered: Answered) -> None:
    """The learner's own rating takes the place of the one suggested."""
    retention = retained()

    def schedule(before: Card | None, given: Answered) -> Card:
        return advanced(before, given, retention, fuzz=True)

    learner.store().amend(learner.who(), answered.key, answered.rating, schedule)


def contest(id: str, seed: int, text: str) -> None:
    """Keep what somebody has to say against an answer."""
    learner.store().contest(learner.who(), id, seed, text)


def settings() -> dict[str, object]:
    """What the learner has set, as it is kept."""
    return dict(learner.store().settings_of(learner.who()))


def options() -> Options:
    """What to ask, as the learner has set it; the defaults where that can no longer be read."""
    try:
        return Options.model_validate(settings().get(SETTINGS, {}))
    except ValueError:
        return Options()


def retained() -> float:
    """The share of reviews that the learner wants to recall."""
    found = settings().get("retention", RETENTION)
    return float(found) if isinstance(found, int | float) and 0.7 <= found <= 0.97 else RETENTION


def set_options(chosen: Options) -> None:
    """Keep what to ask."""
    _put(SETTINGS, chosen.model_dump(mode="json"))


def set_retention(share: float) -> None:
    """Keep the share of reviews to be recalled: it counts from the next answer on."""
    _put("retention", share)


def _put(name: str, value: object) -> None:
    learner.store().settings_set(learner.who(), {**settings(), name: value})


def usual_seconds(kind: str) -> float:
    """How long a question of this kind takes, about."""
    return float(SECONDS.get(kind, 60))


