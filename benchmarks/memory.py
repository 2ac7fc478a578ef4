"""What is held: the server at rest, with pages and with real data, and what one run's film and checkpoints hold."""

import asyncio
import time

import psutil
from playwright.sync_api import sync_playwright

from benchmarks.live import QUERY
from benchmarks.report import Figure
from benchmarks.visitor import crowd
from benchmarks.watched_page import WatchedPage
from engine.entry import Entry
from engine.film import MAX_BYTES
from engine.pool import RunPool
from engine.presets import Preset, preset
from engine.settings import Settings
from engine.supervised import SupervisedRun
from scripts.browser import launch, served

NOTES = (
    "Resident memory of the server process; 1 MB is a million bytes. Each page has a run of its own and fills its film.",
    "Films and checkpoints: bytes of their arrays after the whole run, filmed more often than a film may hold.",
)
BASE_BAR = 400.0
SESSION_BAR = 6.0
REST_SECONDS = 5.0
FILM_SECONDS = 11.0
"""200 frames at 20 a second: a film is full after so long."""
REAL_DATA = ("iris", "breast_cancer", "digits")
FILMED = ("spiral", "breast_cancer", "overfit", "dropout", "five_arms", "sine", "digits")
FILMED_FRAMES = 300
"""Frames made of each run."""


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    return [
        *_with_pages(3 if quick else 6, 3.0 if quick else FILM_SECONDS),
        *_with_real_data(),
        *_filmed(FILMED[:2] if quick else FILMED),
    ]


def _megabytes(process: psutil.Process) -> float:
    return process.memory_info().rss / 1e6


def _with_pages(count: int, played: float) -> list[Figure]:
    """At rest, with one page, and what each further page adds."""
    with served() as server, sync_playwright() as playwright:
        process = psutil.Process(server.process.pid)
        time.sleep(REST_SECONDS)
        resident = [_megabytes(process)]
        browser = launch(playwright)
        for _ in range(count):
            page = WatchedPage(browser, server.address, QUERY)
            page.press("Play")
            page.page.wait_for_timeout(played * 1000)
            page.press("Pause")
            resident.append(_megabytes(process))
        browser.close()
    return [
        Figure("server at rest, opening run trained", resident[0], "MB", BASE_BAR),
        Figure("with one page", resident[1], "MB"),
        Figure("each further page, on average", (resident[-1] - resident[1]) / (count - 1), "MB", SESSION_BAR),
    ]


def _with_real_data() -> list[Figure]:
    """What the first visitor of each real data set adds to the server, one after another."""
    figures = []
    with served() as server:
        process = psutil.Process(server.process.pid)
        asyncio.run(crowd(server.address, QUERY, 1, 1.0, 1.0, lambda: None))
        for kind in REAL_DATA:
            before = _megabytes(process)
            asyncio.run(crowd(server.address, f"data.kind={kind}", 1, 1.0, 1.0, lambda: None))
            figures.append(Figure(f"first visitor of {kind} data", _megabytes(process) - before, "MB"))
        figures.append(Figure("with all of these opened", _megabytes(process), "MB"))
    return figures


# --- runs -----------------------------------------------------------------------------------------------------------


def _filmed(ids: tuple[str, ...]) -> list[Figure]:
    pool = RunPool(Settings(workers=1))
    try:
        return [_film_of(pool, preset(id)) for id in ids]
    finally:
        pool.close()


def _film_of(pool: RunPool, filmed: Preset) -> Figure:
    """Train a preset to its end as the pool does for a link, and weigh what is kept."""
    planned = SupervisedRun(filmed.experiment).last_step
    every = max(1, planned // FILMED_FRAMES)
    entry = pool.open(lambda: SupervisedRun(filmed.experiment), goal=planned, every=every)
    _wait_for_end(entry)
    kept = sum(checkpoint.nbytes for checkpoint in entry.checkpoints.kept) / 1e6
    said = f"{len(entry.film)} frames; {len(entry.checkpoints.kept)} checkpoints hold {kept:.2f} MB"
    figure = Figure(f"film of preset {filmed.id}", entry.film.nbytes / 1e6, "MB", MAX_BYTES / 1e6, note=said)
    pool.close_entry(entry)
    return figure


def _wait_for_end(entry: Entry) -> None:
    """Raises RuntimeError where the run fails."""
    while entry.wants_work or entry.busy:
        entry.wait(entry.version, 1.0)
    if entry.failure:
        raise RuntimeError(entry.failure)
