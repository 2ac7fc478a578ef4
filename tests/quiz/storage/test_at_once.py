"""Who answers at once loses nothing, and a process that is killed loses nothing that it said it kept."""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import func, select

from quiz.records import Answered
from quiz.storage.store import Account, Store, TooMany, new_secret, open_store
from quiz.storage.tables import AnswerRow
from tests.quiz.storage.answering import answered, ladder, process, whole

QUESTIONS = ("why-relu", "adam-bias")


def at_once(calls: Sequence[Callable[[], object]]) -> list[object]:
    """Start all calls together, each in its thread; gives what each returned or raised."""
    ready = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        ready.wait()
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def several(store: Store, secret: str, count: int) -> Callable[[], list[Answered]]:
    """A call that answers so many times, at the time it is then."""

    def run() -> list[Answered]:
        given = []
        for turn in range(count):
            given.append(answered(QUESTIONS[turn % 2], at=datetime.now(UTC)))
            store.record(secret, given[-1], ladder)
        return given

    return run


def test_two_tabs_that_answer_the_same_question_at_once_lose_nothing(store: Store) -> None:
    secret = new_secret()
    said = at_once([several(store, secret, 20)] * 2)
    given = [each for part in said for each in part]  # type: ignore[attr-defined]
    assert sorted(store.answers(secret), key=lambda each: each.key) == sorted(given, key=lambda each: each.key)
    assert whole(store, secret) and store.learner(secret).answers == 40
    assert sum(len(card["past"]) for card in store.cards(secret).values()) == 40


@pytest.mark.long
def test_two_processes_that_answer_the_same_question_at_once_lose_nothing(store: Store, url: str) -> None:
    secret = new_secret()
    started = [process(url, secret, 25, *QUESTIONS) for _ in range(2)]
    keys = [key for each in started for key in each.communicate(timeout=60)[0].split() if key != "open"]
    assert len(keys) == 50 and [each.returncode for each in started] == [0, 0]
    assert sorted(keys) == sorted(each.key for each in store.answers(secret))
    assert whole(store, secret)


def test_fifty_learners_answer_at_once_without_an_error(store: Store) -> None:
    secrets = [new_secret() for _ in range(50)]
    said = at_once([several(store, secret, 4) for secret in secrets])
    assert [each for each in said if isinstance(each, Exception)] == []
    assert [len(store.answers(secret)) for secret in secrets] == [4] * 50
    assert all(whole(store, secret) for secret in secrets)


def test_fifty_first_answers_of_one_learner_make_one_learner(store: Store) -> None:
    secret = new_secret()
    said = at_once([several(store, secret, 1)] * 50)
    assert [each for each in said if isinstance(each, Exception)] == []
    assert store.learner(secret).answers == 50 and whole(store, secret)


def test_the_same_answer_sent_by_many_at_once_is_kept_once(store: Store) -> None:
    secret, given = new_secret(), answered()
    said = at_once([lambda: store.record(secret, given, ladder)] * 20)
    assert all(card == {"past": [given.key], "due": said[0]["due"]} for card in said)  # type: ignore[index, call-overload]
    assert store.answers(secret) == [given]


def test_reading_while_others_write_sees_whole_answers_only(store: Store) -> None:
    secret = new_secret()
    done = threading.Event()
    seen: list[int] = []

    def watch() -> None:
        while not done.is_set():
            seen.append(len(store.export(secret)["answers"]))

    def write() -> None:
        try:
            several(store, secret, 30)()
        finally:
            done.set()

    assert at_once([watch, write]) == [None, None]
    assert seen == sorted(seen) and whole(store, secret)


def test_a_reader_sees_one_state_until_it_is_done(store: Store) -> None:
    secret = new_secret()
    store.record(secret, answered(), ladder)
    kept = select(func.count()).select_from(AnswerRow)
    with store._database.reading() as connection:
        before = connection.scalar(kept)
        store.record(secret, answered(), ladder)
        assert (before, connection.scalar(kept)) == (1, 1)
    assert len(store.answers(secret)) == 2


@pytest.mark.long
def test_answering_while_the_browser_joins_an_account_loses_nothing(store: Store) -> None:
    for turn in range(5):
        secrets, account = [new_secret(), new_secret()], Account("https://login.example", f"me-{turn}")
        joins = [partial(store.join, secret, account, ladder) for secret in secrets]
        said = at_once([*joins, *(several(store, secret, 5) for secret in secrets)])
        assert said[:2] == [True, True] and [each for each in said if isinstance(each, Exception)] == []
        assert len(store.answers(account)) == store.learner(account).answers == 10
        assert all(store.answers(secret) == store.answers(account) for secret in secrets) and whole(store, account)


def test_one_browser_that_joins_two_accounts_at_once_belongs_to_one(store: Store) -> None:
    for turn in range(5):
        secret, accounts = new_secret(), [Account("https://login.example", f"{turn}-{name}") for name in "ab"]
        store.record(secret, answered(), ladder)
        said = at_once([partial(store.join, secret, account, ladder) for account in accounts])
        assert sorted(said, key=str) == [False, True]
        assert [len(store.answers(account)) for account in accounts] == [int(bool(won)) for won in said]


def test_deleting_while_answering_leaves_a_learner_that_is_whole(store: Store) -> None:
    secret = new_secret()
    said = at_once([several(store, secret, 20), *([lambda: store.delete(secret)] * 3)])
    assert [each for each in said if isinstance(each, Exception)] == []
    assert whole(store, secret) and store.learner(secret).answers == len(store.answers(secret))


def test_the_limit_holds_where_many_answer_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.settings import settings

    monkeypatch.setenv("GP_LEARNER_ANSWERS", "7")
    settings.cache_clear()
    try:
        secret = new_secret()
        said = at_once([several(store, secret, 1)] * 12)
        assert sum(isinstance(each, TooMany) for each in said) == 5 and len(store.answers(secret)) == 7
    finally:
        monkeypatch.undo()
        settings.cache_clear()


@pytest.mark.long
@pytest.mark.parametrize("kept", [1, 2, 17])
def test_a_process_that_is_killed_loses_no_answer_that_it_said_was_kept(store: Store, url: str, kept: int) -> None:
    secret = new_secret()
    writer = process(url, secret, 100_000, *QUESTIONS)
    assert writer.stdout is not None and writer.stdout.readline() == "open\n"
    keys = [writer.stdout.readline().strip() for _ in range(kept)]
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait(10)
    keys += writer.stdout.read().split()  # what it still said before it was gone
    writer.stdout.close()
    _settled(store, secret)
    found = [each.key for each in store.answers(secret)]
    assert found[: len(keys)] == keys and len(found) <= len(keys) + 1
    assert whole(store, secret) and store.learner(secret).answers == len(found)
    store.record(secret, answered(at=datetime.now(UTC)), ladder)
    again = open_store(url)
    assert len(again.answers(secret)) == len(found) + 1 and whole(again, secret)


def _settled(store: Store, secret: str) -> None:
    """PostgreSQL may be at the last answer of a process that is gone."""
    before = -1
    while before != (before := len(store.answers(secret))):
        time.sleep(0.1)
