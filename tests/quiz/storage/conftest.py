"""Every test of storage is run on both databases, and finds an empty one."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete

from quiz.storage.store import Store, open_store
from quiz.storage.tables import LearnerRow
from scripts.postgres import NoServer, Server, server

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests of a process."""
    try:
        with server() as running:
            yield running
    except NoServer as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Makes an empty database of a kind; gives its address."""

    def made(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('storage') / 'learners.sqlite'}"
        running: Server = request.getfixturevalue("postgres")
        name = f"learners_{next(NUMBERS)}"
        running.run(f"CREATE DATABASE {name}")
        return running.url(name)

    return made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database."""
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, new_database: Callable[[str], str]) -> str:
    """The address of a database that has no tables yet."""
    return new_database(kind)


@pytest.fixture(scope="session")
def kept_url(kind: str, new_database: Callable[[str], str]) -> str:
    """The address of a database that stays for all tests."""
    return new_database(kind)


@pytest.fixture(scope="session")
def kept_store(kept_url: str) -> Iterator[Store]:
    """A store that stays for all tests."""
    opened = open_store(kept_url)
    yield opened
    opened.close()


@pytest.fixture
def store(kept_store: Store) -> Store:
    """A store in which nothing is kept."""
    with kept_store._database.writing() as connection:
        connection.execute(delete(LearnerRow))
    return kept_store


@pytest.fixture
def url(store: Store, kept_url: str) -> str:
    """The address of ``store``."""
    return kept_url
