"""What tests of storage answer, what they schedule with, and a process of its own that answers.

``python -m tests.quiz.storage.answering URL SECRET COUNT QUESTION...`` prints the key of each answer once it is kept.
"""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from quiz.question import Answer
from quiz.records import Answered, Rating
from quiz.storage.store import Card, Store, new_key, open_store

START = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)


def answered(question: str = "why-relu", after: float = 0.0, answer: Answer = (0, 2), **more: Any) -> Answered:
    """An answer ``after`` so many minutes."""
    values = {"share": 1.0, "rating": Rating.GOOD, "at": START + timedelta(minutes=after), "key": new_key(), **more}
    return Answered(question, answer, **values)


def ladder(card: Card | None, given: Answered) -> Card:
    """A scheduler that forgets nothing it was told: the order of what it was told shows in the card."""
    past = [*(card["past"] if card else []), given.key]
    step = 1 if given.rating is Rating.AGAIN else len(past)
    return {"past": past, "due": (given.at + timedelta(days=step)).isoformat()}


def folded(answers: list[Answered]) -> dict[str, Card]:
    """The cards that follow from ``answers``, oldest first: found without the store."""
    cards: dict[str, Card] = {}
    for given in sorted(answers, key=lambda each: (each.at, each.key)):
        cards[given.question] = ladder(cards.get(given.question), given)
    return cards


def whole(store: Store, who: Any) -> bool:
    """Whether the cards are those that follow from the answers."""
    return store.cards(who) == folded(store.answers(who))


def process(url: str, secret: str, count: int, *questions: str) -> "subprocess.Popen[str]":
    """Another process that answers so many times."""
    command = [sys.executable, "-m", "tests.quiz.storage.answering", url, secret, str(count), *questions]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def main(url: str, secret: str, count: str, *questions: str) -> None:
    """Answer, and say so each time once it is kept."""
    store = open_store(url)
    print("open", flush=True)
    for turn in range(int(count)):
        given = answered(questions[turn % len(questions)], at=datetime.now(UTC))
        store.record(secret, given, ladder)
        print(given.key, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
