"""The tables: a learner, what opens their records, and what is kept of them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only where a key is called INTEGER; its integers have 64 bits all the same."""


class UtcTime(TypeDecorator[datetime]):
    """A time that is aware and in UTC on both databases: SQLite knows no zones, PostgreSQL answers in the session's."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Times go in as UTC; one without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time needs its zone; got {value.isoformat()} without one")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Times come out as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcTime(), dict[str, Any]: JSON(), Any: JSON()}


class LearnerRow(Base):
    """Somebody who learns. Every write to what is theirs locks this row first."""

    __tablename__ = "learner"
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    created: Mapped[datetime]
    settings: Mapped[dict[str, Any]]
    answers: Mapped[int] = mapped_column(Integer)
    """How many are kept: counted here, since counting rows takes long where there are many."""


def _learner(**more: Any) -> Any:
    return mapped_column(Number, ForeignKey("learner.id", ondelete="CASCADE"), **more)


class OpenerRow(Base):
    """What opens a learner's records: the hash of a browser's secret, or of an account. The secret itself is nowhere."""

    __tablename__ = "opener"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    learner_id: Mapped[int] = _learner(index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """``browser`` or ``account``: a learner has many browsers and one account at most."""
    created: Mapped[datetime]
    __table_args__ = (
        Index(
            "uq_opener_account",
            "learner_id",
            unique=True,
            sqlite_where=text("kind = 'account'"),
            postgresql_where=text("kind = 'account'"),
        ),
    )


class AnswerRow(Base):
    """One answer. From these all cards follow."""

    __tablename__ = "answer"
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    learner_id: Mapped[int] = _learner()
    key: Mapped[str] = mapped_column(String(64))
    question: Mapped[str] = mapped_column(String(60))
    answer: Mapped[Any]
    share: Mapped[float]
    rating: Mapped[int]
    at: Mapped[datetime]
    seed: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[float]
    hints: Mapped[int]
    sure: Mapped[float | None]
    place: Mapped[str] = mapped_column(String(16))
    __table_args__ = (
        UniqueConstraint("learner_id", "key"),
        Index(None, "learner_id", "question"),
        Index(None, "learner_id", "at"),
    )


class CardRow(Base):
    """What the scheduler knows of a learner and a question: its state after the last of the answers."""

    __tablename__ = "card"
    learner_id: Mapped[int] = _learner(primary_key=True)
    question: Mapped[str] = mapped_column(String(60), primary_key=True)
    state: Mapped[dict[str, Any]]
    due: Mapped[datetime]
    last_at: Mapped[datetime]
    last_key: Mapped[str] = mapped_column(String(64))
    """With ``last_at`` the answer that this state follows from: an earlier one that comes late asks for a replay."""
    __table_args__ = (Index(None, "learner_id", "due"),)


class ContestRow(Base):
    """A learner's word against the grading of an answer."""

    __tablename__ = "contest"
    learner_id: Mapped[int] = _learner(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(String(60))
    seed: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class InterviewRow(Base):
    """A mock interview: its plan, so that it survives a reload."""

    __tablename__ = "interview"
    learner_id: Mapped[int] = _learner(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    plan: Mapped[dict[str, Any]]
    started: Mapped[datetime]
    ended: Mapped[datetime | None]
