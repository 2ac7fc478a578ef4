"""Learners for tests: answers at stated times, and histories of any length drawn from a seed."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from quiz.question import LEVELS
from quiz.records import Answered, Rating
from quiz.topics import TOPICS
from quiz.turns import Item

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STEADY = settings(derandomize=True, deadline=None, max_examples=60, database=None)
"""The same examples every time."""


def answered(question: str = "q-0", day: float = 0.0, rating: Rating = Rating.GOOD, **given: Any) -> Answered:
    """An answer so many days after START."""
    share = given.pop("share", 1.0 if rating > Rating.AGAIN else 0.0)
    return Answered(question, (0,), share, rating, START + timedelta(days=day), **given)


def history(count: int, questions: int, seed: int = 0, hours: float = 5.0) -> list[Answered]:
    """``count`` answers, one every few hours, to questions drawn at random; nine in ten are known."""
    draw = Random(seed)
    found = []
    for place in range(count):
        rating = draw.choices(list(Rating), (1, 1, 6, 2))[0]
        question = f"q-{draw.randrange(questions)}"
        found.append(answered(question, place * hours / 24, rating, seconds=draw.uniform(5, 200), key=f"{place:06}"))
    return found


def catalogue(count: int, topics: int = 6) -> tuple[Item, ...]:
    """Questions of some topics and all levels; every seventh follows up on the one before."""
    names, levels = list(TOPICS)[:topics], list(LEVELS)
    return tuple(
        Item(
            f"q-{place}",
            names[place * 5 % topics],
            levels[place % 3],
            ("single", "number", "order")[place % 3],
            f"q-{place - 1}" if place % 7 == 6 else None,
        )
        for place in range(count)
    )


RATINGS = st.sampled_from(list(Rating))


@st.composite
def histories(draw: st.DrawFn, questions: int = 20, most: int = 60) -> list[Answered]:
    """Any answers: minutes, days and months apart, in any order."""
    gaps = draw(st.lists(st.tuples(st.integers(0, questions - 1), RATINGS, st.floats(0, 90)), max_size=most))
    found, day = [], 0.0
    for place, (question, rating, gap) in enumerate(gaps):
        day += gap
        found.append(answered(f"q-{question}", day, rating, key=f"{place:04}"))
    return draw(st.permutations(found))
