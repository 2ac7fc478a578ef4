"""Fifty learners at once on the page itself, and one with ten thousand answers: is all kept, how soon is the next question?"""

import asyncio
import random
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import ClientError
from playwright.sync_api import sync_playwright

from benchmarks.learner import Learner, browser
from benchmarks.pairs import percentile, quartiles
from benchmarks.quiz import LEARNERS, history
from benchmarks.report import Figure
from benchmarks.soak import FAULT
from benchmarks.watched_desk import WatchedDesk
from quiz.catalogue import catalogue
from quiz.records import now
from quiz.scheduling import advanced
from quiz.storage.store import new_secret, open_store
from scripts.browser import Server, chromium, launch, served
from scripts.postgres import NoServer, server

NOTES = (
    "Learners speak Streamlit's protocol, each with the cookie that the server gave it: a session each, nothing is drawn.",
    "Half of them choose an option where there are some, the others do not know. Between two moves they think 1 to 3 seconds,",
    "or not at all: then the server always has fifty pages to run, and waits are what a queue makes of them.",
    "Lost: a grading was shown and the answer is not in the database, or the rating pressed is not the one kept.",
    "One learner: Chromium on the same machine, from the key or click to the drawn frame; the rating pressed is not the one",
    "suggested, so that each is written.",
)
SEED = 0
THINK_SECONDS = (1.0, 3.0)
STORAGE_FAULT = re.compile(r"storage \(\w+\): .*")
DRAWN_BAR = 200.0
"""Milliseconds from the key that rates to the next question, with a long history."""


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    answers: int
    """Of each learner of the crowd: as many as there are new questions a day, at most."""
    hurried: int
    """The same of those who do not think."""
    stored: int
    """Answers of the learner with a long history."""
    presses: int


def measure(quick: bool) -> list[Figure]:
    """All figures of this part, for each database that is there."""
    effort = Effort(3, 0, 2_000, 5) if quick else Effort(10, 4, 10_000, 15)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        figures += _crowds("SQLite", f"sqlite:///{Path(folder) / 'learners.sqlite'}", effort)
    try:
        with server() as running:
            figures += _crowds("PostgreSQL", running.url("postgres"), effort)
    except NoServer as error:
        figures.append(Figure("PostgreSQL", float("nan"), note=f"not measured: {error}"))
    if chromium() is None:
        return [*figures, Figure("one learner's page", float("nan"), note="not measured: no chromium on this machine")]
    return figures + _veteran(effort)


# --- fifty at once --------------------------------------------------------------------------------------------------


def _crowds(database: str, url: str, effort: Effort) -> list[Figure]:
    with _served(url, GP_MAX_VISITS=str(3 * LEARNERS)) as running:
        figures = _crowd(database, running, url, effort.answers, THINK_SECONDS)
        if effort.hurried:
            figures += _crowd(f"{database}, nobody thinks", running, url, effort.hurried, (0.0, 0.0))
    return figures


@contextmanager
def _served(url: str, **settings: str) -> Iterator[Server]:
    with served({"GP_DATABASE_URL": url, **settings}) as running:
        yield running


def _crowd(name: str, running: Server, url: str, answers: int, think: tuple[float, float]) -> list[Figure]:
    """All learners open the page, then all answer and rate so many times."""
    began = time.monotonic()
    learners = asyncio.run(_all_answer(running.address, answers, think))
    graded = sum(len(learner.graded) for learner in learners)
    errors = faults(running)
    failures = [learner.failure for learner in learners if learner.failure]
    for said in [*failures, *errors]:
        print(f"{name}: {said}")
    going_on = [wait for learner in learners for wait in learner.going_on]
    grading = [wait for learner in learners for wait in learner.grading]
    return [
        Figure(f"{name}: answers graded", graded, note=f"{LEARNERS} learners, {time.monotonic() - began:.0f} s"),
        Figure(f"{name}: answers or ratings lost", lost(url, learners), bar=0),
        Figure(f"{name}: visits that ended with an error", len(failures), bar=0),
        Figure(f"{name}: errors in the log", len(errors), bar=0),
        _waits(f"{name}: rating to the next question's text", going_on),
        Figure(f"{name}: the same, 95 of 100", 1e3 * percentile(going_on, 0.95), "ms"),
        _waits(f"{name}: answer to its grading", grading),
        Figure(f"{name}: the same, 95 of 100", 1e3 * percentile(grading, 0.95), "ms"),
    ]


async def _all_answer(address: str, answers: int, think: tuple[float, float]) -> list[Learner]:
    learners = [Learner(address, random.Random(SEED + number)) for number in range(LEARNERS)]
    ready = asyncio.Barrier(LEARNERS)
    await asyncio.gather(*(_visit(learner, answers, think, ready) for learner in learners))
    return learners


async def _visit(learner: Learner, answers: int, think: tuple[float, float], ready: asyncio.Barrier) -> None:
    """Answer so often, or until nothing more is asked."""
    async with browser() as client:
        try:
            try:
                await learner.open(client)
            finally:
                await ready.wait()
            for _ in range(answers):
                await asyncio.sleep(learner.dice.uniform(*think))
                await learner.answer()
                await asyncio.sleep(learner.dice.uniform(*think))
                if not await learner.rate():
                    return
        except (RuntimeError, ClientError, TimeoutError, OSError) as error:
            learner.failure = repr(error)


def lost(url: str, learners: list[Learner]) -> int:
    """Answers whose grading was shown and that are not kept, or not with the rating that was pressed."""
    store, lost = open_store(url), 0
    try:
        for learner in learners:
            kept = (
                {answer.key: int(answer.rating) for answer in store.answers(learner.secret)} if learner.secret else {}
            )
            lost += sum(key not in kept or rating not in (0, kept[key]) for key, rating in learner.graded.items())
    finally:
        store.close()
    return lost


def faults(running: Server) -> list[str]:
    """What went wrong on the server, as its log tells it."""
    log = running.log.read_text()
    return FAULT.findall(log) + STORAGE_FAULT.findall(log)


def _waits(name: str, seconds: list[float]) -> Figure:
    low, median, high = (1e3 * each for each in quartiles(seconds))
    return Figure(name, median, "ms", low=low, high=high)


# --- one with a long history ----------------------------------------------------------------------------------------


def _veteran(effort: Effort) -> list[Figure]:
    """A learner with so many answers, on Practice and on Review."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'learners.sqlite'}"
        secret = _with_history(url, effort.stored)
        with _served(url) as running, sync_playwright() as playwright:
            window = launch(playwright)
            figures = []
            for page in ("practice", "review"):
                desk = WatchedDesk(window, running.address, page, secret)
                figures += _pressed(f"{page.capitalize()}, {effort.stored:,} answers", desk, effort.presses)
                desk.close()
            window.close()
            errors = faults(running)
    return [*figures, Figure("errors in the log", len(errors), bar=0, note="; ".join(errors)[:200])]


def _with_history(url: str, count: int) -> str:
    """The secret of a learner who has answered so often."""
    store, secret = open_store(url), new_secret()
    try:
        data = {"version": 1, "exported": now(), "answers": history(count, tuple(catalogue()))}
        store.import_(secret, data, partial(advanced, fuzz=True))
    finally:
        store.close()
    return secret


def _pressed(name: str, desk: WatchedDesk, presses: int) -> list[Figure]:
    grading, going_on = [], []
    for _ in range(presses):
        grading.append(desk.give_up() / 1e3)
        going_on.append(desk.rate() / 1e3)
    low, median, high = (1e3 * each for each in quartiles(going_on))
    return [
        Figure(f"{name}: opened", desk.opened, "ms"),
        Figure(f"{name}: key to the next question drawn", median, "ms", DRAWN_BAR, low=low, high=high),
        Figure(f"{name}: the same, longest", 1e3 * max(going_on), "ms"),
        _waits(f"{name}: I don't know to the answer drawn", grading),
    ]
