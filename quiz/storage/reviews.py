"""Answers and the cards that follow from them. Every function that writes wants the learner locked."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from engine.settings import settings
from quiz.records import Answered, Rating
from quiz.storage.kept import Advance, BadRecord, KeptAnswer, TooMany
from quiz.storage.tables import AnswerRow, CardRow, LearnerRow

CHUNK = 500
"""Values of one IN (...)."""
COLUMNS = [getattr(AnswerRow, name) for name in KeptAnswer.model_fields]
Card = dict[str, Any]
"""What the scheduler knows of one question, as JSON."""


def record(connection: Connection, learner: int, answer: KeptAnswer, schedule: Advance) -> Card:
    """Keep an answer and advance its card, once for each key; returns the card. Raises BadRecord or TooMany."""
    before = connection.execute(select(CardRow).where(*_of(CardRow, learner, answer.question))).one_or_none()
    if not add(connection, learner, [answer]):
        if before is None or not _is_of(connection, learner, answer):
            raise BadRecord(
                f"key: got {answer.key!r}; an answer to another question has it: each has its own, new_key()"
            )
        return dict(before.state)
    if before is None or (before.last_at, before.last_key) < (answer.at, answer.key):
        card = schedule(dict(before.state) if before else None, answer.answered)
        _put(connection, learner, [_card_row(learner, answer.answered, card)])
        return card
    return replay(connection, learner, [answer.question], schedule)[answer.question]


def add(connection: Connection, learner: int, answers: Sequence[KeptAnswer]) -> list[KeptAnswer]:
    """Keep those answers whose key is new; returns them. Their cards are still to be made. Raises TooMany."""
    known = set[str]()
    for part in chunks(answers):
        keys = select(AnswerRow.key).where(AnswerRow.learner_id == learner, AnswerRow.key.in_([a.key for a in part]))
        known.update(connection.scalars(keys))
    fresh = list({answer.key: answer for answer in reversed(answers) if answer.key not in known}.values())[::-1]
    if not fresh:
        return []
    kept, most = count(connection, learner) + len(fresh), settings().learner_answers
    if kept > most:
        raise TooMany(f"{kept:,} answers would be kept of this learner; at most {most:,} are: export and delete them")
    connection.execute(insert(AnswerRow), [{"learner_id": learner, **dict(answer)} for answer in fresh])
    connection.execute(update(LearnerRow).where(LearnerRow.id == learner).values(answers=kept))
    return fresh


def count(connection: Connection, learner: int) -> int:
    """How many answers are kept."""
    return connection.scalar(select(LearnerRow.answers).where(LearnerRow.id == learner)) or 0


def replay(connection: Connection, learner: int, questions: Iterable[str], schedule: Advance) -> dict[str, Card]:
    """Make the cards of these questions anew from their answers, oldest first; returns them."""
    cards: dict[str, Card] = {}
    for part in chunks(sorted(set(questions))):
        rows = []
        for question, answers in groupby(by_question(connection, learner, part), lambda answered: answered.question):
            last, cards[question] = _folded(answers, schedule)
            rows.append(_card_row(learner, last, cards[question]))
        _put(connection, learner, rows)
    return cards


def amend(connection: Connection, learner: int, key: str, rating: Rating, schedule: Advance) -> Card | None:
    """Write another rating to an answer and make its question's card anew; None where there is no such answer."""
    mine = (AnswerRow.learner_id == learner, AnswerRow.key == key)
    question = connection.scalar(select(AnswerRow.question).where(*mine))
    if question is None:
        return None
    connection.execute(update(AnswerRow).where(*mine).values(rating=int(rating)))
    return replay(connection, learner, [question], schedule)[question]


def introduced(connection: Connection, learner: int | None, since: datetime) -> int:
    """How many questions were answered for the first time from ``since`` on."""
    first = select(AnswerRow.question).where(AnswerRow.learner_id == learner).group_by(AnswerRow.question)
    new = first.having(func.min(AnswerRow.at) >= since).subquery()
    return connection.scalar(select(func.count()).select_from(new)) or 0


def by_question(connection: Connection, learner: int, questions: Sequence[str]) -> list[Answered]:
    """The answers to these questions: one question after the other, each oldest first."""
    rows = select(*COLUMNS).where(AnswerRow.learner_id == learner, AnswerRow.question.in_(questions))
    answers = map(answered, connection.execute(rows))
    return sorted(answers, key=lambda found: (found.question, found.at, found.key))


def answered(row: Row[Any]) -> Answered:
    """An answer as it was given."""
    values = dict(row._mapping)
    given = values["answer"]
    return Answered(
        **{**values, "answer": tuple(given) if isinstance(given, list) else given, "rating": Rating(values["rating"])}
    )


def questions(connection: Connection, learner: int | None) -> list[str]:
    """All that were ever answered: each has a card."""
    return list(connection.scalars(select(CardRow.question).where(CardRow.learner_id == learner)))


def chunks(values: Sequence[Any], size: int | None = None) -> Iterator[list[Any]]:
    """``values`` in pieces that one statement takes, or of another size."""
    left = iter(values)
    while part := list(islice(left, size or CHUNK)):
        yield part


def _folded(answers: Iterable[Answered], schedule: Advance) -> tuple[Answered, Card]:
    card: Card | None = None
    last: Answered | None = None
    for last in answers:
        card = schedule(card, last)
    if card is None or last is None:
        raise ValueError("a card follows from at least one answer")
    return last, card


def _card_row(learner: int, last: Answered, card: Card) -> dict[str, Any]:
    due = datetime.fromisoformat(card["due"])
    if due.tzinfo is None:
        raise ValueError(f"a card's due time needs its zone; got {card['due']!r}")
    last_is = {"last_at": last.at, "last_key": last.key}
    return {"learner_id": learner, "question": last.question, "state": card, "due": due, **last_is}


def _put(connection: Connection, learner: int, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    named = [row["question"] for row in rows]
    connection.execute(delete(CardRow).where(CardRow.learner_id == learner, CardRow.question.in_(named)))
    connection.execute(insert(CardRow), rows)


def _is_of(connection: Connection, learner: int, answer: KeptAnswer) -> bool:
    """Whether the answer that is kept under this key is to the same question."""
    mine = (AnswerRow.learner_id == learner, AnswerRow.key == answer.key)
    return connection.scalar(select(AnswerRow.question).where(*mine)) == answer.question


def _of(table: type[CardRow], learner: int, question: str) -> tuple[Any, Any]:
    return table.learner_id == learner, table.question == question
