"""The database itself: a SQLite file or a PostgreSQL, and how a transaction begins on each."""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from engine.settings import data_folder, database_url

WAIT_SECONDS = 20
"""How long a write waits for others before it gives up."""
LOG = logging.getLogger(__name__)
ADVICE = {
    "sqlite": "set GP_DATA_DIR to a folder that this server may write to, or GP_DATABASE_URL to a PostgreSQL",
    "postgresql": "set GP_DATABASE_URL to a PostgreSQL that answers (postgresql://user:password@host/name), "
    "or unset it to keep answers in a file",
}


class StorageDown(Exception):
    """The database cannot be reached or does not do what it should: the text says what to set. Nothing was kept."""


def resolved(url: str | None) -> URL:
    """The database that ``url`` names, or the settings where it is None. Raises StorageDown."""
    named = url or database_url()
    if named is None:
        return URL.create("sqlite+pysqlite", database=str(data_folder() / "learners.sqlite"))
    try:
        parsed = make_url(named)
    except ArgumentError:
        raise StorageDown(f"GP_DATABASE_URL is no address of a database: {ADVICE['postgresql']}") from None
    kind = parsed.drivername.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.set(drivername="sqlite+pysqlite")
    raise StorageDown(f"GP_DATABASE_URL names {kind!r}, which is not read here: {ADVICE['postgresql']}")


class Database:
    """One database for all threads of this process."""

    def __init__(self, url: URL) -> None:
        self.kind = url.get_backend_name()
        self._turn = threading.Lock()
        engine = _sqlite(url) if self.kind == "sqlite" else _postgresql(url)
        self._engine = engine
        self._readers = engine if self.kind == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")
        self._writers = engine.execution_options(writes=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database. Raises StorageDown."""
        with self._told(), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is kept whole or not at all. Raises StorageDown."""
        with self._told(), self._my_turn(), self._writers.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """SQLite lets one write at a time, and who waits asks again now and then: threads of this process queue instead."""
        if self.kind != "sqlite":
            yield
        elif not self._turn.acquire(timeout=WAIT_SECONDS):
            raise StorageDown("the database is busy and nothing was kept: try again in a moment")
        else:
            try:
                yield
            finally:
                self._turn.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever a database raises becomes one sentence; the log has the reason, without what was being written."""
        try:
            yield
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            LOG.error("storage (%s): %s: %s", self.kind, type(error).__name__, reason)
            if "database is locked" in reason or "lock timeout" in reason:
                raise StorageDown("the database is busy and nothing was kept: try again in a moment") from None
            raise StorageDown(f"answers cannot be kept, the database does not work: {ADVICE[self.kind]}") from None


def _sqlite(url: URL) -> Any:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        LOG.error("storage (sqlite): %s", error)
        raise StorageDown(f"answers cannot be kept, their folder cannot be made: {ADVICE['sqlite']}") from None
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=24,
        pool_use_lifo=True,
        connect_args={"timeout": WAIT_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """Each commit is on the disk before it returns (``synchronous``), and who reads does not wait for who writes (WAL)."""
    connection.isolation_level = None  # the driver would begin by itself, too late and without IMMEDIATE
    _persistently(lambda: connection.execute("PRAGMA journal_mode=WAL"))
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _persistently(ask: Callable[[], object]) -> None:
    """Ask until it is granted: two processes that open a new file at once are not made to wait, one is refused."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            ask()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    """A write takes its lock at once: a transaction that only later turns into a write is refused when others write."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL) -> Any:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=8,
        pool_pre_ping=True,
        # Prepared statements do not get through every connection pooler.
        connect_args={"connect_timeout": 5, "prepare_threshold": None, "application_name": f"playground-{os.getpid()}"},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _: object) -> None:
    connection.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
    connection.commit()
