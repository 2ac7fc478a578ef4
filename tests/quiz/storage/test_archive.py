"""What is exported here and imported elsewhere is the same; what is no such file is refused."""

import json
import re
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select

from engine.settings import settings
from quiz.records import Rating
from quiz.storage.database import resolved
from quiz.storage.store import Account, BadRecord, Learner, LearnerSettings, Store, TooMany, new_secret, open_store
from quiz.storage.tables import Base
from tests.quiz.storage.answering import answered, ladder, whole

ME = new_secret()


def fill(store: Store, who: str | Account) -> None:
    """Some of everything."""
    for turn in range(30):
        rating = Rating.AGAIN if turn % 4 == 0 else Rating.GOOD
        answer = "a typed one" if turn % 5 == 0 else (turn % 3,)
        given = answered(f"question-{turn % 7}", turn, answer, rating=rating, share=turn / 30, sure=0.5, place="review")
        store.record(who, given, ladder)
    store.settings_set(who, LearnerSettings(retention=0.8, topics=("attention",)))
    store.contest(who, "question-1", 4, "no: see Goodfellow 2016")
    store.end_interview(who, store.start_interview(who, {"minutes": 10}).key)
    store.start_interview(who, {"minutes": 20})


def everything(store: Store, who: str) -> dict[str, Any]:
    """All that is kept, without when it was asked for."""
    return {**store.export(who), "exported": None, "cards": store.cards(who)}


def rows(url: str) -> dict[str, int]:
    """How many rows each table has, whoever they belong to."""
    engine = create_engine(resolved(url))
    with engine.connect() as connection:
        counts = {
            name: connection.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }
    engine.dispose()
    return {name: count or 0 for name, count in counts.items()}


def test_what_is_exported_and_imported_elsewhere_is_the_same(store: Store, tmp_path: Path) -> None:
    fill(store, ME)
    data = json.dumps(store.export(ME)).encode()
    elsewhere = open_store(f"sqlite:///{tmp_path / 'elsewhere' / 'learners.sqlite'}")
    try:
        who = new_secret()
        assert elsewhere.import_(who, data, ladder) == 30
        assert everything(elsewhere, who) == everything(store, ME)
        assert whole(elsewhere, who)
        assert elsewhere.import_(who, data, ladder) == 0
        assert everything(elsewhere, who) == everything(store, ME)
    finally:
        elsewhere.close()


def test_an_import_is_a_union(store: Store) -> None:
    other = new_secret()
    fill(store, ME)
    data = store.export(ME)
    store.record(other, late := answered("question-1", 99), ladder)
    store.record(other, early := answered("question-1", -99), ladder)
    store.settings_set(other, LearnerSettings(new_a_day=1))
    assert store.import_(other, data, ladder) == 30
    assert store.answers(other) == [early, *store.answers(ME), late] and whole(store, other)
    assert store.settings_of(other) == LearnerSettings(new_a_day=1)
    assert store.learner(other).answers == 32


def test_a_file_of_many_answers_to_one_question_is_taken_in_by_pieces(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quiz.storage.archive.PIECE", 4)
    monkeypatch.setattr("quiz.storage.reviews.CHUNK", 3)
    fill(store, ME)
    other = new_secret()
    data = store.export(ME)
    data["answers"] = [{**row, "question": "question-0"} if i > 9 else row for i, row in enumerate(data["answers"])][
        ::-1
    ]
    assert store.import_(other, data, ladder) == 30
    assert whole(store, other) and store.learner(other).answers == 30


def test_an_ended_interview_of_a_file_has_ended_here_too(store: Store) -> None:
    interview = store.start_interview(ME, {})
    other = new_secret()
    store.import_(other, store.export(ME), ladder)
    ended = store.end_interview(ME, interview.key)
    store.import_(other, store.export(ME), ladder)
    assert store.interviews(other) == [ended]


def good() -> dict[str, Any]:
    """A small file that is right."""
    row = {
        "key": "abcdefgh",
        "question": "why-relu",
        "answer": [1],
        "share": 1,
        "rating": 3,
        "at": "2026-01-01T00:00:00Z",
    }
    return {"version": 1, "exported": "2026-01-02T00:00:00+01:00", "answers": [row]}


def test_the_good_file_is_good(store: Store) -> None:
    assert store.import_(ME, good(), ladder) == 1


BAD = [
    (["version"], 2, "version: got 2; input should be 1"),
    (["version"], None, "version: got None; input should be 1"),
    (["exported"], "yesterday", "exported: got 'yesterday'; "),
    (["more"], 1, "more: got 1; there is no such setting"),
    (["answers"], "none", "answers: got 'none'; "),
    (["answers"], {"0": {}}, "answers: got {'0': {}}; "),
    (["answers", 0, "share"], 2, "answers.0.share: got 2; input should be less than or equal to 1"),
    (["answers", 0, "rating"], "good", "answers.0.rating: got 'good'; "),
    (["answers", 0, "answer"], {"a": 1}, "answers.0.answer: got {'a': 1}; an answer is a text or a list of places"),
    (
        ["answers", 0, "at"],
        "2026-01-01T00:00:00",
        "answers.0.at: got '2026-01-01T00:00:00'; input should have timezone",
    ),
    (["answers", 0, "at"], "3026-01-01T00:00:00Z", "answers.0.at: got '3026-01-01T00:00:00Z'; a time lies between"),
    (["answers", 0, "at"], 1e300, "answers.0.at: got 1e+300; "),
    (["answers", 0, "key"], "a b c d e f", "answers.0.key: got 'a b c d e f'; "),
    (["answers", 0, "seed"], 10**30, "answers.0.seed: got 1000000000000000000000000000000; "),
    (["answers", 0, "learner_id"], 1, "answers.0.learner_id: got 1; there is no such setting"),
    (["settings"], {"retention": 0.1}, "settings.retention: got 0.1; input should be greater than or equal to 0.7"),
    (["settings"], {"topics": ["atention"]}, "settings.topics.0: got 'atention'; did you mean 'attention'?"),
    (["contests"], [{"key": "abcdefgh"}], "contests.0.question: got "),
    (["interviews"], [{"key": "abcdefgh", "plan": 1, "started": "2026-01-01T00:00:00Z"}], "interviews.0.plan: got 1; "),
]


@pytest.mark.parametrize(("path", "value", "told"), BAD, ids=[f"{p[-1]}-{n}" for n, (p, _, _) in enumerate(BAD)])
def test_a_bad_file_is_refused_whole_with_field_value_and_what_is_allowed(
    store: Store, path: list, value: Any, told: str
) -> None:
    data = good()
    data["answers"].append({**deepcopy(data["answers"][0]), "key": "ijklmnop"})
    node: Any = data
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    with pytest.raises(BadRecord, match="^" + re.escape(told)):
        store.import_(ME, data, ladder)
    assert store.learner(ME) == Learner()


NO_FILES = [b"", b"\x80PNG", b"[1, 2", b"[" * 100_000, b'{"version": 1, "x": NaN}', b'{"x": 1e999}', b"9" * 5000]


@pytest.mark.parametrize("data", NO_FILES, ids=lambda data: ascii(data[:20]))
def test_what_is_no_json_is_refused(store: Store, data: bytes) -> None:
    with pytest.raises(BadRecord, match=r"^the file is no JSON: choose one that was exported here"):
        store.import_(ME, data, ladder)


def test_json_of_another_shape_is_refused(store: Store) -> None:
    with pytest.raises(BadRecord, match=r"^the file holds list where an object with a version is expected"):
        store.import_(ME, "[1, 2]", ladder)


def test_a_file_that_is_too_large_is_not_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadRecord, match=r"^the file has 10.0 MB; at most 10 MB are read \(GP_IMPORT_MB\)"):
        store.import_(ME, b" " * 10_000_001, ladder)


def test_a_file_with_more_than_is_kept_is_refused_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, ME)
    other = new_secret()
    store.record(other, answered(), ladder)
    data = store.export(ME)
    try:
        for limit, told in (
            ("29", "^answers: got 30; at most 29 are kept"),
            ("30", "^31 answers would be kept with this"),
        ):
            monkeypatch.setenv("GP_LEARNER_ANSWERS", limit)
            settings.cache_clear()
            with pytest.raises(TooMany, match=told):
                store.import_(other, data, ladder)
            assert len(store.answers(other)) == 1
        store.import_(ME, data, ladder)  # all of it is here already
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_after_deleting_no_row_is_left(store: Store, url: str) -> None:
    account = Account("https://login.example", "me")
    fill(store, ME)
    store.join(ME, account, ladder)
    store.join(new_secret(), account, ladder)
    assert all(count > 0 for count in rows(url).values()), rows(url)
    store.delete(ME)
    assert rows(url) == dict.fromkeys(Base.metadata.tables, 0)


def test_deleting_one_learner_leaves_the_other_whole(store: Store, url: str) -> None:
    other = new_secret()
    fill(store, other)
    before, counts = everything(store, other), rows(url)
    fill(store, ME)
    store.delete(ME)
    assert everything(store, other) == before and rows(url) == counts


def test_no_secret_is_in_the_database(store: Store, url: str, kind: str) -> None:
    secret = new_secret()
    fill(store, secret)
    store.join(secret, Account("https://login.example", "somebody@example.org"), ladder)
    engine = create_engine(resolved(url))
    with engine.connect() as connection:
        kept = str([connection.execute(select(table)).all() for table in Base.metadata.tables.values()])
    engine.dispose()
    assert secret not in kept and "somebody" not in kept
    if kind == "sqlite":
        # In a process of its own: whoever closes the file lets go of the locks that this process holds on it.
        paths = list(Path(str(resolved(url).database)).parent.iterdir())
        files = subprocess.run(["cat", *paths], capture_output=True, check=True).stdout
        assert secret.encode() not in files and b"somebody" not in files
