"""The load test finds what it looks for: answers that were shown and are not kept, and errors in the log."""

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.learner import Learner
from benchmarks.practice import faults, lost
from benchmarks.quiz import history, schedule
from quiz.records import Answered, Rating, now
from quiz.storage.store import new_key, new_secret, open_store


def _answered(rating: Rating) -> Answered:
    return Answered("a-question", (0,), 1.0, rating, now(), key=new_key())


def test_an_answer_that_is_not_kept_and_a_rating_that_is_another_are_lost(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'learners.sqlite'}"
    good, easy, missing = _answered(Rating.GOOD), _answered(Rating.EASY), _answered(Rating.GOOD)
    learner = Learner("http://nowhere", random.Random(0), secret=new_secret())
    for kept in (good, easy):
        open_store(url).record(learner.secret, kept, schedule)
    learner.graded = {good.key: 0, easy.key: int(Rating.EASY)}
    assert lost(url, [learner]) == 0
    learner.graded[missing.key] = 0
    assert lost(url, [learner]) == 1
    learner.graded[good.key] = int(Rating.HARD)
    assert lost(url, [learner]) == 2


def test_what_a_database_refuses_is_an_error_in_the_log(tmp_path: Path) -> None:
    server: Any = SimpleNamespace(log=tmp_path / "log.txt")
    server.log.write_text("  Local URL: http://localhost:1\n")
    assert faults(server) == []
    server.log.write_text(
        "storage (sqlite): OperationalError: database is locked\nTraceback (most recent call last):\n"
    )
    assert len(faults(server)) == 2


def test_a_long_history_goes_through_the_questions_it_is_given() -> None:
    assert {answer["question"] for answer in history(10, ("one", "two", "three"))} == {"one", "two", "three"}
