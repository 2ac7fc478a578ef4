"""A database that does not work is one sentence that says what to set, and nothing of what was being kept."""

import logging
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from quiz.storage import database
from quiz.storage.database import resolved
from quiz.storage.store import StorageDown, Store, new_secret, open_store
from scripts.postgres import NoServer, server
from tests.quiz.storage.answering import answered, ladder

POSTGRES = r"set GP_DATABASE_URL to a PostgreSQL that answers \(postgresql://user:password@host/name\), or unset it"
FILE = "set GP_DATA_DIR to a folder that this server may write to, or GP_DATABASE_URL to a PostgreSQL$"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@127.0.0.1:1/none",
        "postgres://me:hunter2@127.0.0.1:1/none",
        "postgresql+psycopg2://me:hunter2@/none?host=/nowhere",
        "mysql://me:hunter2@localhost/none",
        "sqlite://",
        "sqlite:///:memory:",
        "hunter2",
    ],
)
def test_an_address_that_leads_nowhere_says_what_to_set(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(StorageDown, match=POSTGRES) as caught:
        open_store(url)
    assert "hunter2" not in str(caught.value) + caplog.text
    assert caught.value.__cause__ is None and (caught.value.__suppress_context__ or caught.value.__context__ is None)


def test_a_folder_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageDown, match=FILE):
        open_store(f"sqlite:///{tmp_path / 'file' / 'learners.sqlite'}")


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "learners.sqlite"
    path.write_bytes(b"a letter, not a database " * 100)
    with pytest.raises(StorageDown, match=FILE):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == b"a letter, not a database " * 100


def test_a_failure_while_answering_is_told_without_the_answer(
    store: Store, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    secret = new_secret()
    engine = create_engine(resolved(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE answer RENAME TO lost")
    try:
        with caplog.at_level(logging.DEBUG), pytest.raises(StorageDown, match="answers cannot be kept"):
            store.record(secret, answered(answer="my own words"), ladder)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE lost RENAME TO answer")
        engine.dispose()
    assert store._database._engine.hide_parameters
    assert "answer" in caplog.text and "my own words" not in caplog.text and secret not in caplog.text
    store.record(secret, answered(), ladder)
    assert len(store.answers(secret)) == 1


def test_who_waits_too_long_is_told_that_it_is_busy(kind: str, empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.3 if kind == "sqlite" else 1)
    store = open_store(empty_url)
    store.record(secret := new_secret(), answered(), ladder)
    engine = create_engine(resolved(empty_url))
    with engine.connect() as connection:
        if kind == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SELECT id FROM learner FOR UPDATE")
        with pytest.raises(StorageDown, match=r"^the database is busy and nothing was kept: try again in a moment$"):
            store.record(secret, answered(), ladder)
        assert len(store.answers(secret)) == 1
    engine.dispose()
    store.record(secret, answered(), ladder)
    store.close()


def test_a_thread_that_waits_too_long_for_its_turn_is_told_so(
    store: Store, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind != "sqlite":
        pytest.skip("only SQLite's writers queue here")
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.1)
    with store._database._turn, pytest.raises(StorageDown, match="busy"):
        store.record(new_secret(), answered(), ladder)


@pytest.mark.long
def test_a_server_that_comes_back_is_used_again() -> None:
    try:
        with server() as running:
            store = open_store(running.url("postgres"))
            store.record(secret := new_secret(), answered(), ladder)
            running.stop()
            with pytest.raises(StorageDown, match=POSTGRES):
                store.record(secret, answered(), ladder)
            with pytest.raises(StorageDown, match=POSTGRES):
                store.answers(secret)
            running.start()
            store.record(secret, answered(), ladder)
            running.stop()
            running.start()
            store.record(secret, answered(), ladder)  # nobody noticed
            assert len(store.answers(secret)) == 3
            store.close()
    except NoServer as error:
        pytest.skip(str(error))


def test_without_settings_a_file_in_the_data_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GP_DATABASE_URL", raising=False)
    monkeypatch.delenv("GP_DATA_DIR", raising=False)
    assert resolved(None).database == str(Path(__file__).parents[3] / "data" / "learners.sqlite")
    monkeypatch.setenv("GP_DATA_DIR", str(tmp_path / "mine"))
    store = open_store()
    assert open_store() is store
    store.record(new_secret(), answered(), ladder)
    store.close()
    assert (tmp_path / "mine" / "learners.sqlite").exists()
    assert stat.S_IMODE(os.stat(tmp_path / "mine").st_mode) == 0o700


def test_one_setting_names_a_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    for named in ("postgresql://me:word@host/name", "postgres://me:word@host/name"):
        monkeypatch.setenv("GP_DATABASE_URL", named)
        assert resolved(None).drivername == "postgresql+psycopg" and resolved(None).password == "word"


def test_a_file_is_written_so_that_nothing_is_lost(store: Store, kind: str) -> None:
    if kind != "sqlite":
        pytest.skip("PostgreSQL is durable as its owner sets it up")
    with store._database.reading() as connection:
        read = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")}
        read["foreign_keys"] = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_what_is_refused_while_others_open_the_file_is_asked_again() -> None:
    """A real race refuses some 4 of 1,000 connections that turn a new file to WAL at once, whatever the timeout."""
    answers = iter(["database is locked", "database is locked", None])

    def ask() -> None:
        if refusal := next(answers):
            raise sqlite3.OperationalError(refusal)

    database._persistently(ask)
    assert next(answers, "asked no more") == "asked no more"


def test_what_fails_for_another_reason_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["disk I/O error", "database is locked", "too late"])

    def ask() -> None:
        raise sqlite3.OperationalError(next(answers))

    with pytest.raises(sqlite3.OperationalError, match="disk"):
        database._persistently(ask)
    monkeypatch.setattr(database, "WAIT_SECONDS", -1)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        database._persistently(ask)
