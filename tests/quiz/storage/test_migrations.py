"""The tables that migrations make are those that the code says, however they are asked for."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from quiz.storage.database import Database, StorageDown, resolved
from quiz.storage.store import new_secret, open_store
from quiz.storage.tables import Base
from quiz.storage.upgrade import HEAD, MIGRATIONS, upgrade
from tests.quiz.storage.answering import answered, ladder


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """The database past the store."""
    made = create_engine(resolved(empty_url))
    yield made
    made.dispose()


def upgraded(url: str) -> None:
    """Run the migrations."""
    database = Database(resolved(url))
    try:
        upgrade(database)
    finally:
        database.close()


def shape(engine: Engine) -> dict[str, Any]:
    """Columns, keys, indexes of all tables."""
    found = inspect(engine)
    return {
        name: {
            "columns": [{**column, "type": str(column["type"])} for column in found.get_columns(name)],
            "primary": found.get_pk_constraint(name),
            "foreign": sorted(found.get_foreign_keys(name), key=str),
            "indexes": sorted(map(_plain, found.get_indexes(name)), key=str),
            "unique": sorted(found.get_unique_constraints(name), key=str),
        }
        for name in sorted(found.get_table_names())
        if name != "alembic_version"
    }


def _plain(index: Any) -> dict[str, Any]:
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def test_migrations_make_what_the_code_says(empty_url: str, engine: Engine) -> None:
    upgraded(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    migrated = shape(engine)
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)
    assert shape(engine) == migrated and sorted(migrated) == sorted(Base.metadata.tables)


def test_the_head_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrating_twice_is_harmless(empty_url: str, engine: Engine) -> None:
    store = open_store(empty_url)
    store.record(secret := new_secret(), answered(), ladder)
    before = shape(engine)
    upgraded(empty_url)
    upgraded(empty_url)
    assert shape(engine) == before and len(store.answers(secret)) == 1
    store.close()


def test_opening_again_does_not_load_the_migrations(empty_url: str) -> None:
    upgraded(empty_url)
    code = "import sys; from quiz.storage.store import open_store; open_store(sys.argv[1]); print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, empty_url], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("begin", ["BEGIN EXCLUSIVE", "BEGIN; SELECT count(*) FROM sqlite_master"])
def test_a_file_that_somebody_else_is_opening_is_waited_for(tmp_path: Path, begin: str) -> None:
    path = tmp_path / "learners.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE other (x)")
    for statement in begin.split(";"):
        other.execute(statement).fetchall()
    letting_go = threading.Timer(0.3, other.execute, ["COMMIT"])
    letting_go.start()
    try:
        store = open_store(f"sqlite:///{path}")
        assert store.learner(new_secret()).answers == 0, "its tables are there"
        store.close()
    finally:
        letting_go.join()
        other.close()


@pytest.mark.long
def test_processes_that_open_a_new_database_at_once_all_succeed(empty_url: str, engine: Engine) -> None:
    code = "import sys; from quiz.storage.store import open_store; print(flush=True); input(); open_store(sys.argv[1])"
    command = [sys.executable, "-c", code, empty_url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **pipes) for _ in range(4)]
    for process in started:
        process.stdout.readline()
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [(HEAD,)]


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    empty_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import exc

    def fail(*_: object, **__: object) -> None:
        raise exc.OperationalError("", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", fail, raising=False)
        with pytest.raises(StorageDown):
            upgraded(empty_url)
    assert inspect(engine).get_table_names() == []
    upgraded(empty_url)
    assert "learner" in inspect(engine).get_table_names()


def test_a_database_of_a_later_version_is_left_alone(empty_url: str, engine: Engine) -> None:
    upgraded(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageDown, match=r"another version of this app \(9999, not 0001\): run that version"):
        open_store(empty_url)


def test_a_folder_with_a_percent_sign_is_no_trouble(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / '100%25 mine' / 'learners.sqlite'}")
    store.record(secret := new_secret(), answered(), ladder)
    assert len(store.answers(secret)) == 1
    store.close()
