"""Two histories become one: what a browser has kept goes with the account that logs in there."""

from sqlalchemy import Connection, Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from quiz.storage import openers, reviews
from quiz.storage.kept import Advance
from quiz.storage.openers import Account
from quiz.storage.tables import AnswerRow, CardRow, ContestRow, InterviewRow, LearnerRow

KEYED = (AnswerRow, ContestRow, InterviewRow)


def join(connection: Connection, secret: str, account: Account, schedule: Advance) -> bool:
    """Both open one history from now on, the union of both; False where the secret is another account's.

    Locks go from accounts to browsers, and a learner who has no account is never given one but merged into
    one who has: so, no two of these wait for each other.
    """
    target = openers.locked(connection, account)
    for _ in range(openers.TRIES):
        source = openers.find(connection, secret)
        if source == target:
            return True
        if source is None:
            if _bound(connection, target, secret):
                return True
        elif openers.has_account(connection, source):
            return False
        elif openers.lock(connection, secret) == source:
            merge(connection, source, target, schedule)
            return True
    raise RuntimeError("a secret comes and goes faster than it can be locked")


def _bound(connection: Connection, target: int, secret: str) -> bool:
    try:
        with connection.begin_nested():
            openers.bind(connection, target, secret)
    except IntegrityError:
        return False  # its first answer has just been kept
    return True


def merge(connection: Connection, source: int, target: int, schedule: Advance) -> None:
    """All of ``source`` goes over to ``target``; what both have under one key stays once."""
    theirs = select(CardRow.question).where(CardRow.learner_id == target)
    shared = list(connection.scalars(theirs.where(CardRow.question.in_(_questions(source)))))
    for table in KEYED:
        known = select(table.key).where(table.learner_id == target)
        connection.execute(delete(table).where(table.learner_id == source, table.key.in_(known)))
        connection.execute(update(table).where(table.learner_id == source).values(learner_id=target))
    connection.execute(delete(CardRow).where(CardRow.learner_id == source, CardRow.question.in_(theirs)))
    connection.execute(update(CardRow).where(CardRow.learner_id == source).values(learner_id=target))
    _learner_of_both(connection, source, target)
    openers.hand_over(connection, source, target)
    reviews.replay(connection, target, shared, schedule)


def _questions(learner: int) -> Select[str]:
    return select(CardRow.question).where(CardRow.learner_id == learner)


def _learner_of_both(connection: Connection, source: int, target: int) -> None:
    """Since when is the earlier of both; settings are the account's, where it has any."""
    columns = select(LearnerRow.created, LearnerRow.settings)
    one, other = (connection.execute(columns.where(LearnerRow.id == number)).one() for number in (target, source))
    kept = select(func.count()).where(AnswerRow.learner_id == target).scalar_subquery()
    values = {"created": min(one.created, other.created), "settings": one.settings or other.settings, "answers": kept}
    connection.execute(update(LearnerRow).where(LearnerRow.id == target).values(values))
