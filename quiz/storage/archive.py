"""What is kept beside answers (settings, contests, interviews), and all of it as one file."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from engine.settings import settings
from quiz.records import now
from quiz.storage.kept import (
    BadRecord,
    Contest,
    Interview,
    KeptAnswer,
    LearnerSettings,
    Records,
    TooMany,
    checked,
)
from quiz.storage.tables import AnswerRow, ContestRow, InterviewRow, LearnerRow

PIECE = 1_000
"""Answers of a file that are taken in at once: others wait no longer than that."""


def settings_of(connection: Connection, learner: int | None) -> LearnerSettings:
    """What a learner has chosen; a setting that another version kept and this one does not know has its default."""
    given = connection.scalar(select(LearnerRow.settings).where(LearnerRow.id == learner)) or {}
    chosen = {}
    for name in LearnerSettings.model_fields.keys() & given.keys():
        try:
            checked(LearnerSettings, {name: given[name]})
        except BadRecord:
            continue
        chosen[name] = given[name]
    return LearnerSettings(**chosen)


def contests(connection: Connection, learner: int | None) -> list[Contest]:
    """What a learner has contested, oldest first."""
    columns = [getattr(ContestRow, name) for name in Contest.model_fields]
    rows = select(*columns).where(ContestRow.learner_id == learner).order_by(ContestRow.at, ContestRow.key)
    return [Contest.model_construct(**row._mapping) for row in connection.execute(rows)]


def interviews(connection: Connection, learner: int | None) -> list[Interview]:
    """The interviews of a learner, the latest first."""
    columns = [getattr(InterviewRow, name) for name in Interview.model_fields]
    rows = select(*columns).where(InterviewRow.learner_id == learner)
    rows = rows.order_by(InterviewRow.started.desc(), InterviewRow.key)
    return [Interview.model_construct(**row._mapping) for row in connection.execute(rows)]


def interview(connection: Connection, learner: int, key: str) -> Interview | None:
    """One interview of a learner."""
    return next((found for found in interviews(connection, learner) if found.key == key), None)


def end_interview(connection: Connection, learner: int, key: str) -> Interview | None:
    """The interview has ended; when, was said first."""
    mine = (InterviewRow.learner_id == learner, InterviewRow.key == key, InterviewRow.ended.is_(None))
    connection.execute(update(InterviewRow).where(*mine).values(ended=now()))
    return interview(connection, learner, key)


def add_contests(connection: Connection, learner: int, given: Sequence[Contest]) -> None:
    """Keep those whose key is new. Raises TooMany."""
    _add(connection, learner, ContestRow, given, settings().learner_contests, "contested answers")


def add_interviews(connection: Connection, learner: int, given: Sequence[Interview]) -> None:
    """Keep those whose key is new, and of the others that they have ended. Raises TooMany."""
    _add(connection, learner, InterviewRow, given, settings().learner_interviews, "interviews")
    for each in given:
        if each.ended is not None:
            mine = (InterviewRow.learner_id == learner, InterviewRow.key == each.key, InterviewRow.ended.is_(None))
            connection.execute(update(InterviewRow).where(*mine).values(ended=each.ended))


def _add(
    connection: Connection,
    learner: int,
    table: type[ContestRow] | type[InterviewRow],
    given: Sequence[Contest] | Sequence[Interview],
    most: int,
    named: str,
) -> None:
    known = set(connection.scalars(select(table.key).where(table.learner_id == learner)))
    fresh = {each.key: {"learner_id": learner, **dict(each)} for each in given if each.key not in known}
    if len(known) + len(fresh) > most:
        raise TooMany(f"{len(known) + len(fresh):,} {named} would be kept of this learner; at most {most:,} are")
    if fresh:
        connection.execute(insert(table), list(fresh.values()))


# --- a file ---------------------------------------------------------------------------------------------------------


def export(connection: Connection, learner: int | None) -> dict[str, Any]:
    """Everything of a learner as JSON; cards are left out, since they follow from the answers."""
    columns = [getattr(AnswerRow, name) for name in KeptAnswer.model_fields]
    rows = select(*columns).where(AnswerRow.learner_id == learner).order_by(AnswerRow.at, AnswerRow.key)
    records = Records.model_construct(
        exported=now(),
        created=connection.scalar(select(LearnerRow.created).where(LearnerRow.id == learner)),
        settings=settings_of(connection, learner),
        contests=tuple(contests(connection, learner)),
        interviews=tuple(interviews(connection, learner)),
    )
    answers = [{**row._mapping, "at": row.at.isoformat()} for row in connection.execute(rows)]
    return {**records.model_dump(mode="json"), "answers": answers}


def pieces(answers: Sequence[KeptAnswer]) -> Iterator[list[KeptAnswer]]:
    """``answers`` in pieces, with those to one question together."""
    ordered = sorted(answers, key=lambda answer: (answer.question, answer.at, answer.key))
    for start in range(0, len(ordered), PIECE):
        yield ordered[start : start + PIECE]


def refuse_too_many(connection: Connection, learner: int | None, answers: Sequence[KeptAnswer]) -> None:
    """Raises TooMany where a learner would have more answers with these than are kept."""
    known = connection.scalar(select(func.count()).where(AnswerRow.learner_id == learner)) or 0
    most = settings().learner_answers
    if known + len(answers) <= most:
        return
    keys = set(connection.scalars(select(AnswerRow.key).where(AnswerRow.learner_id == learner)))
    keys.update(answer.key for answer in answers)
    if len(keys) > most:
        raise TooMany(f"{len(keys):,} answers would be kept with this file; at most {most:,} are kept of a learner")


def add_rest(connection: Connection, learner: int, records: Records) -> None:
    """Keep what a file has beside answers: settings only where none were chosen yet. Raises TooMany."""
    add_contests(connection, learner, records.contests)
    add_interviews(connection, learner, records.interviews)
    row = connection.execute(select(LearnerRow.settings, LearnerRow.created).where(LearnerRow.id == learner)).one()
    values = {
        "settings": row.settings or records.settings.model_dump(mode="json"),
        "created": min(row.created, records.created or row.created),
    }
    connection.execute(update(LearnerRow).where(LearnerRow.id == learner).values(values))
