"""Fifty learners who answer at once, and one who has answered ten thousand times: what waits, what is lost."""

import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from fsrs import Card, Rating, Scheduler

from benchmarks.pairs import quartiles
from benchmarks.report import Figure
from quiz.records import Answered, now
from quiz.records import Rating as Given
from quiz.storage.store import Store, new_key, new_secret, open_store
from scripts.postgres import NoServer, server

NOTES = (
    "One process, a thread for each learner, each sends its next answer as soon as the last is kept: nobody thinks.",
    "An answer is kept once it is on the disk, with its FSRS card. Lost: acknowledged, and not there afterwards.",
    "Cards and what is due: of a learner with 10,000 answers to 350 questions, taken in from a file.",
)
LEARNERS = 50
QUESTIONS = tuple(f"question-{number}" for number in range(350))
SCHEDULER = Scheduler(enable_fuzzing=False)


def measure(quick: bool) -> list[Figure]:
    """All figures of this part, for each database that is there."""
    answers, stored = (4, 2_000) if quick else (20, 10_000)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        figures += _figures("SQLite", f"sqlite:///{Path(folder) / 'learners.sqlite'}", answers, stored)
    try:
        with server() as running:
            figures += _figures("PostgreSQL", running.url("postgres"), answers, stored)
    except NoServer as error:
        figures.append(Figure("PostgreSQL", float("nan"), note=f"not measured: {error}"))
    return figures


def _figures(name: str, url: str, answers: int, stored: int) -> list[Figure]:
    with _opened(url) as store:
        return [
            *(
                Figure(f"{name}: {f.name}", f.measured, f.unit, f.bar, low=f.low, high=f.high)
                for f in crowd(store, answers)
            ),
            *(
                Figure(f"{name}: {f.name}", f.measured, f.unit, f.bar, low=f.low, high=f.high)
                for f in veteran(store, stored)
            ),
        ]


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def schedule(card: dict[str, Any] | None, answered: Answered) -> dict[str, Any]:
    """One review by FSRS."""
    before = Card(card_id=1, due=answered.at) if card is None else Card.from_dict(card)  # type: ignore[arg-type]
    return dict(SCHEDULER.review_card(before, Rating(int(answered.rating)), answered.at)[0].to_dict())


# --- fifty at once --------------------------------------------------------------------------------------------------


def crowd(store: Store, answers: int) -> list[Figure]:
    """All learners answer so many times, all at once."""
    secrets = [new_secret() for _ in range(LEARNERS)]
    ready = threading.Barrier(LEARNERS)
    began = time.monotonic()
    with ThreadPoolExecutor(LEARNERS) as threads:
        said = list(threads.map(lambda secret: _answer(store, secret, answers, ready), secrets))
    taken = time.monotonic() - began
    waits = sorted(wait for waits, _ in said for wait in waits)
    kept = sum(len(store.answers(secret)) for secret in secrets)
    low, median, high = quartiles(waits)
    return [
        Figure(f"errors of {LEARNERS} learners at once", sum(errors for _, errors in said), bar=0),
        Figure("answers lost", len(waits) - kept, bar=0),
        Figure("one answer, median", 1e3 * median, "ms", low=1e3 * low, high=1e3 * high),
        Figure("one answer, 95 of 100", 1e3 * waits[int(0.95 * len(waits))], "ms"),
        Figure("answers a second", len(waits) / taken),
    ]


def _answer(store: Store, secret: str, count: int, ready: threading.Barrier) -> tuple[list[float], int]:
    waits, errors = [], 0
    ready.wait()
    for turn in range(count):
        answered = Answered(f"question-{turn % 5}", (turn % 4,), 1.0, Given.GOOD, now(), key=new_key())
        began = time.monotonic()
        try:
            store.record(secret, answered, schedule)
            waits.append(time.monotonic() - began)
        except Exception:
            errors += 1
    return waits, errors


# --- one with a long history ----------------------------------------------------------------------------------------


def veteran(store: Store, stored: int) -> list[Figure]:
    """A learner with so many answers: what a page needs when it opens, and what is longer."""
    secret = new_secret()
    data = {"version": 1, "exported": now(), "answers": history(stored)}
    taken = [_milliseconds(lambda: store.import_(secret, data, schedule))]
    opening = [_milliseconds(lambda: (store.cards(secret), store.due(secret, now()))) for _ in range(9)]
    low, median, high = quartiles(opening)
    given = Answered("question-0", (0,), 1.0, Given.GOOD, now(), key=new_key())
    return [
        Figure(f"cards and what is due, of {stored:,} answers", median, "ms", 200, low=low, high=high),
        Figure("one more answer", _milliseconds(lambda: store.record(secret, given, schedule)), "ms"),
        Figure("all answers", _milliseconds(lambda: store.answers(secret)), "ms"),
        Figure("all cards made anew", _milliseconds(lambda: store.replay(secret, schedule)), "ms"),
        Figure("as a file", _milliseconds(lambda: store.export(secret)), "ms"),
        Figure("taken in from a file", taken[0], "ms"),
    ]


def history(count: int, questions: Sequence[str] = QUESTIONS) -> list[dict[str, Any]]:
    """Answers over the last two years, as in a file."""
    first = now() - timedelta(days=730)
    return [
        {
            "key": new_key(),
            "question": questions[turn * 7919 % len(questions)],
            "answer": [turn % 4],
            "share": float(turn % 9 > 0),
            "rating": 3 if turn % 9 else 1,
            "at": first + timedelta(days=729) * turn / count,
        }
        for turn in range(count)
    ]


def _milliseconds(act: Any) -> float:
    began = time.monotonic()
    act()
    return 1e3 * (time.monotonic() - began)
