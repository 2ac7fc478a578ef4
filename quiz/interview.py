"""A mock interview: questions that fit its time, asked without feedback."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple, Self

from pydantic import AwareDatetime, Field, model_validator

from engine.choice import Frozen
from quiz.pace import usual_seconds
from quiz.question import LEVELS
from quiz.records import Answered
from quiz.roles import ROLES, RoleName
from quiz.topics import TOPICS
from quiz.turns import Item

MAX_SEED = 2**31 - 1
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
NEED_RUNS = frozenset({"broken", "predict"})
"""Kinds that are answered by training networks: an interview has no time for it."""


class Mix(Frozen):
    """How the time is shared between levels, relative to each other."""

    foundation: float = Field(3.0, ge=0, le=100)
    practitioner: float = Field(5.0, ge=0, le=100)
    expert: float = Field(2.0, ge=0, le=100)

    @model_validator(mode="after")
    def _something_is_asked(self) -> Self:
        if not any(self.weight(level) for level in LEVELS):
            raise ValueError("give at least one level a share above 0")
        return self

    def weight(self, level: str) -> float:
        """The share of a level; 0 for one that there is not."""
        return float(getattr(self, level)) if level in LEVELS else 0.0


class Plan(Frozen):
    """What an interview is to be like. The same plan asks the same questions of the same catalogue."""

    role: RoleName = "research"
    minutes: int = Field(30, ge=10, le=60, title="Length", json_schema_extra={"unit": "min"})
    mix: Mix = Mix()
    seed: int = Field(0, ge=0, le=MAX_SEED)


class Slot(Frozen):
    """One question of an interview."""

    id: str
    seed: int
    """What its numbers and the order of its options are drawn from."""
    topic: str
    level: str
    kind: str
    seconds: float
    """Expected."""
    follows: bool = False
    """Whether it follows up on the question before it."""


class Interview(Frozen):
    """An interview that was begun. JSON can hold it, so that it goes on after a reload, also with other questions about."""

    plan: Plan
    slots: tuple[Slot, ...]
    started: AwareDatetime = Field(ge=EARLIEST, lt=LATEST)

    @property
    def ends(self) -> datetime:
        """When its time is over."""
        return self.started + timedelta(minutes=self.plan.minutes)

    def of(self, catalogue: Iterable[Item]) -> "Interview":
        """The same of what can still be asked, each once: a question may have left the catalogue since."""
        known = {item.id for item in catalogue if item.kind not in NEED_RUNS}
        slots = {slot.id: slot for slot in self.slots if slot.id in known and slot.topic in TOPICS}
        return self.model_copy(update={"slots": tuple(slots.values())})

    def answers(self, answers: Iterable[Answered]) -> dict[str, Answered]:
        """Those that were given in it, in its time, by question: the first one where there are two."""
        seeds = {slot.id: slot.seed for slot in self.slots}
        mine = [
            answered
            for answered in answers
            if answered.place == "interview"
            and seeds.get(answered.question) == answered.seed
            and self.started <= answered.at <= self.ends
        ]
        found: dict[str, Answered] = {}
        for answered in sorted(mine, key=lambda each: each.at):
            found.setdefault(answered.question, answered)
        return found


class Standing(NamedTuple):
    """Where an interview stands: nothing of what was right."""

    answered: int
    asked: int
    next: Slot | None
    """What is to be answered now; None where it is over."""
    seconds_left: float
    is_over: bool


def begin(plan: Plan, catalogue: Iterable[Item], now: datetime) -> Interview:
    """An interview whose questions fit its time. A catalogue without any of its topics and levels gives one of none."""
    return Interview(plan=plan, slots=tuple(_slots(plan, catalogue)), started=now)


def standing(
    interview: Interview, answers: Iterable[Answered], now: datetime, passed: Collection[str] = ()
) -> Standing:
    """Where it stands at ``now``. ``passed`` are questions that the learner left unanswered."""
    given = interview.answers(answers)
    open_slots = [slot for slot in interview.slots if slot.id not in given and slot.id not in passed]
    left = max(0.0, (interview.ends - now).total_seconds())
    is_over = left == 0.0 or not open_slots
    return Standing(len(given), len(interview.slots), None if is_over else open_slots[0], left, is_over)


def _slots(plan: Plan, catalogue: Iterable[Item]) -> list[Slot]:
    """Topics and levels take turns by their shares of the time; a question is followed by one that follows up on it."""
    weights = ROLES[plan.role].weights
    asked = [item for item in catalogue if item.kind not in NEED_RUNS and weights.get(item.topic, 0) > 0]
    items = [item for item in asked if plan.mix.weight(item.level) > 0]
    draw = Random(f"interview/{plan.seed}")
    topics = _Shares({topic: float(weights[topic]) for topic in weights}, draw)
    levels = _Shares({level: plan.mix.weight(level) for level in LEVELS}, draw)
    rest = {item.id: item for item in sorted(items)}
    known = set(rest)
    left = plan.minutes * 60.0
    slots: list[Slot] = []
    while rest:
        fitting = [item for item in rest.values() if usual_seconds(item.kind) <= left]
        above = slots[-1].id if slots else ""
        choice = [item for item in fitting if item.after == above and above]
        follows = bool(choice)
        if not choice:
            starts = [item for item in fitting if item.after not in known]
            topic = topics.turn({item.topic for item in starts})
            level = levels.turn({item.level for item in starts if item.topic == topic})
            choice = [item for item in starts if (item.topic, item.level) == (topic, level)]
        if not choice:
            break
        item = rest.pop(draw.choice(choice).id)
        slot = _slot(item, plan.seed, follows)
        slots.append(slot)
        left -= slot.seconds
        topics.took(item.topic, slot.seconds)
        levels.took(item.level, slot.seconds)
    return slots


def _slot(item: Item, seed: int, follows: bool) -> Slot:
    digest = hashlib.blake2b(f"{seed}/{item.id}".encode(), digest_size=4).digest()
    return Slot(
        id=item.id,
        seed=int.from_bytes(digest, "little") >> 1,
        topic=item.topic,
        level=item.level,
        kind=item.kind,
        seconds=usual_seconds(item.kind),
        follows=follows,
    )


class _Shares:
    """Who has had least of their share of the time has the next turn (weighted fair queueing); who begins is drawn."""

    def __init__(self, weights: dict[str, float], draw: Random) -> None:
        self.weights = weights
        self.used = {name: -draw.random() * usual_seconds("") for name in weights}

    def turn(self, among: Collection[str]) -> str:
        """Whose turn it is; empty where nobody is there."""
        return min(sorted(among), key=self._after_one_more, default="")

    def took(self, name: str, seconds: float) -> None:
        """So much of the time went to ``name``."""
        self.used[name] += seconds

    def _after_one_more(self, name: str) -> float:
        return (self.used[name] + usual_seconds("")) / self.weights[name]
