"""Who is asking: a browser by its secret, or an account. Nothing here takes or gives a learner's number to the outside."""

import base64
import binascii
import hashlib
import json
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from quiz.records import now
from quiz.storage.kept import BadRecord
from quiz.storage.tables import LearnerRow, OpenerRow

SECRET_BYTES = 16
LONGEST_NAME = 1_000
TRIES = 20


@dataclass(frozen=True)
class Account:
    """Somebody who has logged in, as OpenID Connect names them."""

    issuer: str
    subject: str


Who = str | Account
"""A browser's secret, or an account."""


def new_secret() -> str:
    """128 random bits as text for a link or a cookie: whoever has it opens the records."""
    return secrets.token_urlsafe(SECRET_BYTES)


def kind(who: Who) -> str:
    """``account`` or ``browser``."""
    return "account" if isinstance(who, Account) else "browser"


def digest(who: Who) -> str:
    """What is stored of ``who``. Raises BadRecord, which does not repeat a secret."""
    if isinstance(who, Account):
        names = (who.issuer, who.subject)
        if not all(isinstance(name, str) and 0 < len(name) <= LONGEST_NAME for name in names):
            raise BadRecord(f"an account has an issuer and a subject of 1 to {LONGEST_NAME:,} characters each")
        return hashlib.sha256(b"account:" + json.dumps(names).encode()).hexdigest()
    return hashlib.sha256(b"browser:" + _bits(who)).hexdigest()


def _bits(secret: str) -> bytes:
    try:
        bits = base64.b64decode(secret + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError, TypeError):
        bits = b""
    if len(bits) != SECRET_BYTES or secret != base64.urlsafe_b64encode(bits).rstrip(b"=").decode():
        raise BadRecord("the secret of a browser is 128 bits as 22 letters, digits, - or _, as new_secret() makes it")
    return bits


def find(connection: Connection, who: Who) -> int | None:
    """The number of ``who``, or None where nothing is kept yet. Found by the hash: no comparison leaks the secret."""
    return connection.scalar(select(OpenerRow.learner_id).where(OpenerRow.digest == digest(who)))


def locked(connection: Connection, who: Who) -> int:
    """The number of ``who``, made where there was none, with all that is theirs locked until the transaction ends."""
    for _ in range(TRIES):
        number = lock(connection, who)
        if number is not None:
            return number
        try:
            with connection.begin_nested():
                return _make(connection, who)
        except IntegrityError:
            continue  # somebody else has just made it
    raise RuntimeError("a learner comes and goes faster than it can be locked")


def lock(connection: Connection, who: Who) -> int | None:
    """The same where something is kept; None where not."""
    while (number := find(connection, who)) is not None:
        if connection.scalar(select(LearnerRow.id).where(LearnerRow.id == number).with_for_update()) is not None:
            return number
        # Between the two statements it was deleted, or joined to an account: then the secret leads elsewhere now.
    return None


def _make(connection: Connection, who: Who) -> int:
    values = {"created": now(), "settings": {}, "answers": 0}
    number = connection.execute(insert(LearnerRow).values(values)).inserted_primary_key
    assert number is not None
    bind(connection, int(number[0]), who)
    return int(number[0])


def bind(connection: Connection, number: int, who: Who) -> None:
    """From now on ``who`` opens the records of ``number``."""
    values = {"digest": digest(who), "learner_id": number, "kind": kind(who), "created": now()}
    connection.execute(insert(OpenerRow).values(values))


def has_account(connection: Connection, number: int) -> bool:
    """Whether some account opens the records of ``number``."""
    rows = select(OpenerRow.digest).where(OpenerRow.learner_id == number, OpenerRow.kind == "account")
    return connection.scalar(rows) is not None


def let_go(connection: Connection, secret: str) -> bool:
    """The secret opens nothing any more, where an account does; whether it did. Without one the records would be lost."""
    number = find(connection, secret)
    if number is None or not has_account(connection, number):
        return False
    connection.execute(delete(OpenerRow).where(OpenerRow.digest == digest(secret)))
    return True


def hand_over(connection: Connection, source: int, target: int) -> None:
    """Whoever opened the records of ``source`` opens those of ``target``; ``source`` is gone, with what is still its own."""
    connection.execute(update(OpenerRow).where(OpenerRow.learner_id == source).values(learner_id=target))
    connection.execute(delete(LearnerRow).where(LearnerRow.id == source))
