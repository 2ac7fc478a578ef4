"""The questions in ``assets/questions/``: one file a topic."""

import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from engine.choice import one_of
from quiz.kinds.table import AnyQuestion
from quiz.question import Question
from quiz.topics import TOPICS

FOLDER = Path(__file__).parents[1] / "assets" / "questions"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Several times as fast where PyYAML was built with its parser in C."""
_READER: TypeAdapter[AnyQuestion] = TypeAdapter(AnyQuestion)
_READING = threading.Lock()


class BadBank(ValueError):
    """A file of questions that cannot be used: its text names file, question, field and what is allowed."""


def bank() -> Mapping[str, Question]:
    """All questions under their ids, in the order of topics and files."""
    with _READING:  # when many open a new server at once, one reads and the others wait for it
        return _bank()


@cache
def _bank() -> Mapping[str, Question]:
    return read_bank(FOLDER)


def read_bank(folder: Path) -> dict[str, Question]:
    """The questions of a folder. Raises BadBank."""
    found: dict[str, Question] = {}
    for path in sorted(folder.glob("*.yaml"), key=lambda path: _place(path.stem)):
        for question in read_file(path):
            if question.id in found:
                raise BadBank(f"{path.name}: {question.id}: the id is taken by one of {found[question.id].topic}")
            found[question.id] = question
    for question in found.values():
        if question.after is not None and question.after not in found:
            raise BadBank(f"{question.id}: after: there is no question {question.after!r}")
    return found


def read_file(path: Path) -> list[Question]:
    """The questions of one topic. Raises BadBank."""
    if path.stem not in TOPICS:
        raise BadBank(f"{path.name}: no such topic; {one_of(path.stem, list(TOPICS))}")
    try:
        listed = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadBank(f"{path.name}: {error}") from None
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise BadBank(f"{path.name}: a list of questions is expected")
    return [_question(path, item) for item in listed]


def _question(path: Path, item: dict[str, Any]) -> Question:
    try:
        return _READER.validate_python({"topic": path.stem, **item})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        raise BadBank(f"{path.name}: {item.get('id', '(no id)')}: {where}: {first['msg']}") from None


def _place(topic: str) -> int:
    return list(TOPICS).index(topic) if topic in TOPICS else len(TOPICS)
