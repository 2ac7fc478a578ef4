"""A live page in a real browser, and many at once: frames shown, bytes, processor time, how long a click takes."""

import asyncio
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

import psutil
from playwright.sync_api import Browser, sync_playwright

from benchmarks.bare_frame import BareFrame
from benchmarks.pairs import percentile
from benchmarks.report import Figure
from benchmarks.visitor import Crowd, crowd, moves
from benchmarks.watched_page import Stretch, WatchedPage
from engine.entry import DEFAULT_SPEED, SPEEDS
from engine.experiment import Experiment, Training
from engine.model import Model
from engine.permalink import Link, encode
from scripts.browser import launch, served

NOTES = (
    "One spiral and 3 x 16 tanh units for everybody, 100 steps a second, a 100 x 100 boundary; 1 kB is 1000 bytes.",
    "Pages: Chromium draws them all on this machine too, so many pages measure the browser at least as much.",
    "Visitors: the same requests without a browser, so they measure the server; a frame counts when it arrives.",
    "Processor time is the server's own, training and measuring included, over all frames that reached anyone.",
    "The bar of 6 ms is another machine's; beside it, this machine's bare PyTorch: 5 updates and the grid, nothing else.",
)
EXPERIMENT = Experiment(model=Model(hidden=(16, 16, 16)), training=Training(epochs=100_000))
QUERY = urlencode(encode(Link(EXPERIMENT)))
FRAMES_BAR = {1: 20.0, 10: 18.0, 20: 9.0}
"""Frames per second and session, by the number of sessions at once."""
NEARLY = 0.98
"""A rate counts as reached from here: a stretch begins and ends between two frames."""
SETTLE_SECONDS = 3.0


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    seconds: float
    """Length of a measured stretch."""
    clicks: int
    pages: tuple[int, ...]
    """Pages open at once."""
    visitors: tuple[int, ...]


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    effort = Effort(4.0, 5, (1,), (10, 20)) if quick else Effort(12.0, 15, (1, 5), (1, 5, 10, 20))
    figures: list[Figure] = []
    with served() as server:
        process = psutil.Process(server.process.pid)
        figures.append(_server_part(server.address, effort.clicks))
        for count in effort.visitors:
            figures += _visitors(server.address, count, effort, process)
    with served() as server, sync_playwright() as playwright:
        process = psutil.Process(server.process.pid)
        browser = launch(playwright)
        figures += _one_page(browser, server.address, effort, process)
        figures += _many_pages(browser, server.address, effort, process)
        browser.close()
    return figures


class ProcessorTime:
    """Seconds of processor time that a process spends between calls."""

    def __init__(self, process: psutil.Process) -> None:
        self.process = process
        self.marks: list[float] = []

    def mark(self) -> None:
        """Note where it stands."""
        times = self.process.cpu_times()
        self.marks.append(times.user + times.system)

    @property
    def seconds(self) -> float:
        """Between the first and the last mark."""
        return self.marks[-1] - self.marks[0]


# --- one page -------------------------------------------------------------------------------------------------------


def _one_page(browser: Browser, address: str, effort: Effort, process: psutil.Process) -> list[Figure]:
    page = WatchedPage(browser, address, QUERY)
    plays = [page.play_to_first_frame() for _ in range(effort.clicks)]
    page.page.wait_for_timeout(SETTLE_SECONDS * 1000)
    spent = ProcessorTime(process)
    stretch = _stretches([page], effort.seconds, spent)[0]
    figures = [*_shown("1 page", [stretch]), *_per_frame("1 page", spent, stretch.frames)]
    figures += [_plain("charts or players taken down while playing", stretch.remounts, "", 0.0)]
    figures += [_spread("Play to first frame", plays, 120.0), *_slider(page, effort.clicks)]
    page.context.close()
    return figures


def _slider(page: WatchedPage, clicks: int) -> list[Figure]:
    """A hidden layer more, a hidden layer less, and so on, while the run plays."""
    keys = ["ArrowRight" if number % 2 == 0 else "ArrowLeft" for number in range(clicks)]
    waits = [page.slider_to_first_frame("Hidden layers", key) for key in keys]
    effective = [wait for wait in waits if math.isfinite(wait.shown)]
    shown = [wait.shown for wait in effective]
    after = [wait.shown - wait.sent for wait in effective if math.isfinite(wait.sent)]
    return [
        _plain("slider moves that had no effect", clicks - len(effective), f"of {clicks}", 0.0),
        _spread("slider to first frame of the new network, from the key", shown, None),
        _spread("the same, from the browser's message", after, 100.0),
        _plain("the same, longest", max(after, default=math.nan), "ms", 300.0),
    ]


def _wire(found: Crowd) -> list[Figure]:
    """Bytes of one visitor: of light frames, with everything the connection carries for them; of details."""
    frames = found.film.frames
    light = statistics.mean(frame.nbytes for frame in frames if not frame.detailed)
    details = [frame.nbytes - light for frame in frames if frame.detailed]
    rest = (found.nbytes - sum(details)) / len(frames)
    return [
        _plain("bytes per frame without details, connection included", rest / 1000, "kB", 11.0),
        _plain("details (maps, histograms, weights, sentences)", sum(details) / found.seconds / 1000, "kB/s", 30.0),
        Figure("details per second", len(details) / found.seconds, "/s", 5.0 * NEARLY, at_least=True),
    ]


# --- many -----------------------------------------------------------------------------------------------------------


def _many_pages(browser: Browser, address: str, effort: Effort, process: psutil.Process) -> list[Figure]:
    """Open more and more pages; all of them play while a stretch is measured."""
    pages: list[WatchedPage] = []
    figures: list[Figure] = []
    for count in effort.pages[1:]:
        pages += [WatchedPage(browser, address, QUERY) for _ in range(count - len(pages))]
        for page in pages:
            page.press("Play")
        pages[0].page.wait_for_timeout(SETTLE_SECONDS * 1000)
        spent = ProcessorTime(process)
        stretches = _stretches(pages, effort.seconds, spent)
        frames = sum(stretch.frames for stretch in stretches)
        figures += [*_shown(f"{count} pages", stretches), *_per_frame(f"{count} pages", spent, frames)]
    return figures


def _server_part(address: str, clicks: int) -> Figure:
    """A hidden layer more, a hidden layer less: without the browser's own work."""
    depths = [3.0 + (number + 1) % 2 for number in range(clicks + 2)]
    waits = asyncio.run(moves(address, QUERY, "Hidden layers", depths))[2:]
    return _spread("a moved slider to the first frame, the server's part", [wait * 1000 for wait in waits], 100.0)


def _visitors(address: str, count: int, effort: Effort, process: psutil.Process) -> list[Figure]:
    spent = ProcessorTime(process)
    found: Crowd = asyncio.run(crowd(address, QUERY, count, SETTLE_SECONDS, effort.seconds, spent.mark))
    waits = [wait * 1000 for wait in found.waits]
    name = f"{count} visitors" if count > 1 else "1 visitor"
    wire = _wire(found) if count == 1 else []
    return [
        *wire,
        _rate(f"{name}: frames sent per second and session", found.frames_per_second, FRAMES_BAR.get(count)),
        _spread(f"{name}: wait between two bunches of frames", waits, None),
        *_per_frame(name, spent, found.frames),
        _plain(f"{name}: frames sent again, of all", found.repeated / max(found.frames, 1), ""),
        _plain(f"{name}: server's processors in use", spent.seconds / found.seconds, ""),
    ]


def _stretches(pages: Sequence[WatchedPage], seconds: float, spent: ProcessorTime) -> list[Stretch]:
    spent.mark()
    begun = [page.begin() for page in pages]
    pages[0].page.wait_for_timeout(seconds * 1000)
    found = [page.end(start) for page, start in zip(pages, begun, strict=True)]
    spent.mark()
    return found


# --- figures --------------------------------------------------------------------------------------------------------


def _shown(name: str, stretches: Sequence[Stretch]) -> list[Figure]:
    gaps = [gap for stretch in stretches for gap in stretch.gaps]
    count = len(stretches)
    return [
        _rate(
            f"{name}: frames shown per second and session",
            [stretch.frames_per_second for stretch in stretches],
            FRAMES_BAR.get(count),
        ),
        _plain(f"{name}: gap between frames, median", percentile(gaps, 0.5), "ms"),
        _plain(
            f"{name}: gap between frames, 95th percentile", percentile(gaps, 0.95), "ms", 60.0 if count == 1 else None
        ),
    ]


@cache
def _bare_frame() -> BareFrame:
    return BareFrame(EXPERIMENT, SPEEDS[DEFAULT_SPEED].steps_per_second or 0.0)


def _per_frame(name: str, spent: ProcessorTime, frames: int) -> list[Figure]:
    cost = spent.seconds * 1000 / frames if frames else float("nan")
    return [
        _plain(f"{name}: server's processor time per frame", cost, "ms", 6.0),
        _plain(f"{name}: the same over bare PyTorch", cost / _bare_frame().milliseconds(), "x"),
    ]


def _rate(name: str, rates: Sequence[float], bar: float | None) -> Figure:
    bar = None if bar is None else bar * NEARLY
    return Figure(name, statistics.median(rates), "/s", bar, at_least=True, low=min(rates), high=max(rates))


def _spread(name: str, milliseconds: Sequence[float], bar: float | None) -> Figure:
    low, high = percentile(milliseconds, 0.25), percentile(milliseconds, 0.75)
    return Figure(name, percentile(milliseconds, 0.5), "ms", bar, low=low, high=high)


def _plain(name: str, value: float, unit: str, bar: float | None = None) -> Figure:
    return Figure(name, value, unit, bar)
