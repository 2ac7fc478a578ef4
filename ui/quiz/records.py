"""The learner's records, as the pages that ask need them: whose they are, what is kept, what is due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from quiz.catalogue import catalogue
from quiz.choosing import Options, next_questions
from quiz.kinds.table import KINDS
from quiz.records import Answered, now
from quiz.scheduling import Card, advanced
from quiz.storage.kept import LearnerSettings
from quiz.turns import Item
from ui import learner
from ui.quiz.desk import new_seed


def moment() -> datetime:
    """Now, in UTC: one place, so that tests can set it."""
    return now()


def zone() -> tzinfo:
    """The learner's time zone, as the browser says it."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return UTC


def midnight() -> datetime:
    """When the learner's day began, in UTC."""
    here = moment().astimezone(zone())
    return here.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


@cache
def items() -> tuple[Item, ...]:
    """Everything that can be asked, as choosing wants it."""
    return tuple(catalogue().values())


def cards() -> Mapping[str, Card]:
    """What the schedule knows of each question that was answered."""
    return learner.store().cards(learner.who())


def card(id: str) -> Card | None:
    """The same of one question; None where it was never answered."""
    return learner.store().card(learner.who(), id)


def answers(since: datetime | None = None) -> list[Answered]:
    """What was answered, oldest first."""
    return list(learner.store().answers(learner.who(), since))


def introduced() -> int:
    """How many questions were answered today for the first time."""
    return learner.store().introduced(learner.who(), midnight())


def record(answered: Answered) -> None:
    """Keep an answer, and move its card."""
    learner.store().record(learner.who(), answered, schedule())


def amend(answered: Answered) -> None:
    """The learner's own rating takes the place of the one suggested."""
    learner.store().amend(learner.who(), answered.key, answered.rating, schedule())


def schedule() -> Callable[[Card | None, Answered], Card]:
    """How this learner's cards move: FSRS, with the share to be remembered that they chose."""
    return partial(advanced, retention=settings().retention, fuzz=True)


def contest(id: str, seed: int, text: str) -> None:
    """Keep what somebody has to say against an answer."""
    learner.store().contest(learner.who(), id, seed, text)


def settings() -> LearnerSettings:
    """What the learner has chosen."""
    return learner.store().settings_of(learner.who())


def options(chosen: LearnerSettings) -> Options:
    """What to ask, as the learner has set it."""
    return Options(
        topics=chosen.topics,
        levels=chosen.levels,
        kinds=tuple(id for id in chosen.kinds if id in KINDS),
        new_per_day=chosen.new_a_day,
        order=chosen.order,
        what=chosen.what,
    )


def choose(**changed: Any) -> None:
    """Keep another choice. Raises ValidationError naming what is not allowed."""
    now = settings().model_dump()
    learner.store().settings_set(learner.who(), LearnerSettings.model_validate({**now, **changed}))


@dataclass(frozen=True)
class Standing:
    """How it stands with the learner: what a run of the page needs of the records, read once for all its parts."""

    cards: Mapping[str, Card]
    settings: LearnerSettings
    introduced: int
    """How many questions were answered today for the first time."""

    @property
    def options(self) -> Options:
        """What to ask."""
        return options(self.settings)


def standing() -> Standing:
    """How it stands now."""
    return Standing(cards(), settings(), introduced())


def first_of(now: Standing, asked: Options, last: str) -> str | None:
    """The question to be asked now; None where the day is done. ``last`` was on the desk just before."""
    today = answers(midnight())
    found = next_questions(items(), now.cards, today, moment(), asked, new_seed(), zone(), new_today=now.introduced)
    return next((id for id in found if id != last), found[0] if found else None)
