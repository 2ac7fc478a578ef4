"""Where the records of learners are kept. What is asked and given:

``open_store(url=None) -> Store`` (one for each database and process; ``url`` None: what the settings say)

``who`` is always a browser's secret (``new_secret()``) or an ``Account(issuer, subject)``. Reading makes nothing;
the first write makes the learner.

- ``learner(who) -> Learner``: since when, how many answers, whether an account is bound
- ``record(who, answered, schedule) -> Card``: the answer and its card's next state, in one transaction
- ``amend(who, key, rating, schedule) -> Card``: the learner's own rating in place of the one suggested
- ``answers(who, since=None) -> list[Answered]``: oldest first; ``introduced(who, since) -> int``: new questions
- ``cards(who) -> dict[str, Card]``; ``card(who, question) -> Card | None``
- ``due(who, now) -> list[str]``: ids, longest due first
- ``replay(who, schedule) -> dict[str, Card]``: all cards made anew, as after another desired retention
- ``settings_of(who) -> LearnerSettings``; ``settings_set(who, settings)``
- ``contest(who, question, seed, text, key=None) -> Contest``; ``contests(who)``
- ``start_interview(who, plan, key=None) -> Interview``; ``end_interview(who, key) -> Interview``; ``interviews(who)``
- ``join(secret, account, schedule) -> bool``: False where the secret is another account's
- ``let_go(secret) -> bool``: after logging out the browser opens the account's records no more
- ``export(who) -> dict``; ``import_(who, data, schedule) -> int``: how many answers were new
- ``delete(who)``

``schedule(card or None, answered) -> card`` is pure; a card is JSON with ``due`` as an ISO time. What may be raised:
``StorageDown`` (nothing works), ``BadRecord`` (this is not kept, and why), ``TooMany`` (a limit of the server).
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from quiz.records import Answered, Rating, now
from quiz.storage import archive, joining, openers, reviews
from quiz.storage.database import Database, StorageDown, resolved
from quiz.storage.kept import (
    Advance,
    BadRecord,
    Contest,
    Interview,
    LearnerSettings,
    TooMany,
    checked,
    kept,
    new_key,
    read_file,
)
from quiz.storage.openers import Account, Who, new_secret
from quiz.storage.reviews import Card
from quiz.storage.tables import AnswerRow, CardRow, LearnerRow
from quiz.storage.upgrade import upgrade

__all__ = [
    "Account", "Advance", "BadRecord", "Card", "Contest", "Interview", "Learner", "LearnerSettings", "StorageDown",
    "Store", "TooMany", "Who", "new_key", "new_secret", "open_store",
]  # fmt: skip
AT_ONCE = 50
"""Cards that are made anew while others wait."""
_OPEN: dict[str, "Store"] = {}
_OPENING = threading.Lock()


@dataclass(frozen=True)
class Learner:
    """What is known of a learner at a glance."""

    created: datetime | None = None
    """None where nothing is kept yet."""
    answers: int = 0
    has_account: bool = False


def open_store(url: str | None = None) -> "Store":
    """The records at ``url``, or where the settings say; one for all threads of this process. Raises StorageDown."""
    named = resolved(url)
    name = named.render_as_string(hide_password=False)
    with _OPENING:
        if name not in _OPEN:
            database = Database(named)
            try:
                upgrade(database)
            except BaseException:
                database.close()
                raise
            _OPEN[name] = Store(database)
        return _OPEN[name]


class Store:
    """The records of all learners in one database. Every call is one transaction, and may raise StorageDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        """Let go of the database; ``open_store`` opens it anew."""
        with _OPENING:
            for name in [name for name, store in _OPEN.items() if store is self]:
                del _OPEN[name]
        self._database.close()

    # --- answers and cards --------------------------------------------------------------------------------------------

    def learner(self, who: Who) -> Learner:
        """Since when ``who`` is known, and how many answers are kept."""
        with self._database.reading() as connection:
            number = openers.find(connection, who)
            if number is None:
                return Learner()
            row = connection.execute(
                select(LearnerRow.created, LearnerRow.answers).where(LearnerRow.id == number)
            ).one()
            return Learner(row.created, row.answers, openers.has_account(connection, number))

    def record(self, who: Who, answered: Answered, schedule: Advance) -> Card:
        """Keep an answer and advance its card, both or neither; the same key again changes nothing. Returns the card.

        Raises BadRecord, and TooMany at the limit of answers.
        """
        answer = kept(answered)
        with self._database.writing() as connection:
            return reviews.record(connection, openers.locked(connection, who), answer, schedule)

    def answers(self, who: Who, since: datetime | None = None) -> list[Answered]:
        """All answers, or those from ``since`` on, oldest first."""
        with self._database.reading() as connection:
            rows = select(*reviews.COLUMNS).where(AnswerRow.learner_id == openers.find(connection, who))
            found = connection.execute(rows if since is None else rows.where(AnswerRow.at >= since))
            return sorted(map(reviews.answered, found), key=lambda answered: (answered.at, answered.key))

    def amend(self, who: Who, key: str, rating: Rating, schedule: Advance) -> Card | None:
        """Rate an answer otherwise: its question's card is made anew. None where ``who`` gave no such answer."""
        with self._database.writing() as connection:
            number = openers.lock(connection, who)
            return None if number is None else reviews.amend(connection, number, key, rating, schedule)

    def introduced(self, who: Who, since: datetime) -> int:
        """How many questions were answered for the first time from ``since`` on."""
        with self._database.reading() as connection:
            return reviews.introduced(connection, openers.find(connection, who), since)

    def cards(self, who: Who) -> dict[str, Card]:
        """The card of each question that was ever answered."""
        with self._database.reading() as connection:
            number = openers.find(connection, who)
            rows = connection.execute(select(CardRow.question, CardRow.state).where(CardRow.learner_id == number))
            return {row.question: row.state for row in rows}

    def card(self, who: Who, question: str) -> Card | None:
        """The card of one question; None where it was never answered."""
        with self._database.reading() as connection:
            mine = (CardRow.learner_id == openers.find(connection, who), CardRow.question == question)
            return connection.scalar(select(CardRow.state).where(*mine))

    def due(self, who: Who, now: datetime) -> list[str]:
        """The questions that are due at ``now``, longest due first."""
        with self._database.reading() as connection:
            number = openers.find(connection, who)
            rows = select(CardRow.question).where(CardRow.learner_id == number, CardRow.due <= now)
            return list(connection.scalars(rows.order_by(CardRow.due, CardRow.question)))

    def replay(self, who: Who, schedule: Advance) -> dict[str, Card]:
        """Make all cards anew from the answers, a few at a time so that others need not wait; returns them."""
        with self._database.reading() as connection:
            questions = reviews.questions(connection, openers.find(connection, who))
        cards: dict[str, Card] = {}
        for part in reviews.chunks(questions, AT_ONCE):
            with self._database.writing() as connection:
                number = openers.lock(connection, who)
                cards |= reviews.replay(connection, number, part, schedule) if number is not None else {}
        return cards

    # --- settings, contests, interviews -------------------------------------------------------------------------------

    def settings_of(self, who: Who) -> LearnerSettings:
        """What ``who`` has chosen; the defaults where nothing was, or where what was kept is not allowed any more."""
        with self._database.reading() as connection:
            return archive.settings_of(connection, openers.find(connection, who))

    def settings_set(self, who: Who, chosen: LearnerSettings) -> None:
        """Keep what ``who`` has chosen."""
        with self._database.writing() as connection:
            number = openers.locked(connection, who)
            values = chosen.model_dump(mode="json")
            connection.execute(update(LearnerRow).where(LearnerRow.id == number).values(settings=values))

    def contest(self, who: Who, question: str, seed: int, text: str, key: str | None = None) -> Contest:
        """Keep what ``who`` has to say against a grading. Raises BadRecord or TooMany."""
        values = {"key": key or new_key(), "question": question, "seed": seed, "text": text, "at": now()}
        contest = checked(Contest, values)
        with self._database.writing() as connection:
            archive.add_contests(connection, openers.locked(connection, who), [contest])
        return contest

    def contests(self, who: Who) -> list[Contest]:
        """What ``who`` has contested, oldest first."""
        with self._database.reading() as connection:
            return archive.contests(connection, openers.find(connection, who))

    def start_interview(self, who: Who, plan: dict[str, Any], key: str | None = None) -> Interview:
        """Keep the plan of an interview that begins now. Raises BadRecord or TooMany."""
        interview = checked(Interview, {"key": key or new_key(), "plan": plan, "started": now()})
        with self._database.writing() as connection:
            number = openers.locked(connection, who)
            archive.add_interviews(connection, number, [interview])
            return archive.interview(connection, number, interview.key) or interview

    def end_interview(self, who: Who, key: str) -> Interview | None:
        """The interview ends now, unless it had ended before; None where ``who`` has no such interview."""
        with self._database.writing() as connection:
            number = openers.lock(connection, who)
            return None if number is None else archive.end_interview(connection, number, key)

    def interviews(self, who: Who) -> list[Interview]:
        """All interviews, the latest first."""
        with self._database.reading() as connection:
            return archive.interviews(connection, openers.find(connection, who))

    # --- everything at once -------------------------------------------------------------------------------------------

    def join(self, secret: str, account: Account, schedule: Advance) -> bool:
        """From now on both open the same records, the union of what each had; False where the secret is another account's."""
        with self._database.writing() as connection:
            return joining.join(connection, secret, account, schedule)

    def let_go(self, secret: str) -> bool:
        """Somebody logs out: the browser's secret opens the account's records no more. False where there is no account."""
        with self._database.writing() as connection:
            return openers.let_go(connection, secret)

    def export(self, who: Who) -> dict[str, Any]:
        """Everything that is kept of ``who``, as JSON."""
        with self._database.reading() as connection:
            return archive.export(connection, openers.find(connection, who))

    def import_(self, who: Who, data: bytes | str | dict[str, Any], schedule: Advance) -> int:
        """Add what an exported file has and ``who`` has not; returns how many answers. Raises BadRecord or TooMany."""
        records = read_file(data)
        with self._database.reading() as connection:
            archive.refuse_too_many(connection, openers.find(connection, who), records.answers)
        added = 0
        for piece in archive.pieces(records.answers):
            with self._database.writing() as connection:
                number = openers.locked(connection, who)
                fresh = reviews.add(connection, number, piece)
                reviews.replay(connection, number, {answer.question for answer in fresh}, schedule)
            added += len(fresh)
        with self._database.writing() as connection:
            archive.add_rest(connection, openers.locked(connection, who), records)
        return added

    def delete(self, who: Who) -> None:
        """Everything of ``who`` is gone, from whatever browser or account it was opened."""
        with self._database.writing() as connection:
            number = openers.lock(connection, who)
            if number is not None:
                connection.execute(delete(LearnerRow).where(LearnerRow.id == number))
