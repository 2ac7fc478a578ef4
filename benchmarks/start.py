"""How long the server takes to come up: its imports, its first healthy answer, its first page with a frame."""

import os
import re
import subprocess
import sys
import time

from playwright.sync_api import Page, sync_playwright

from benchmarks.pairs import quartiles
from benchmarks.report import Figure
from scripts.browser import ROOT, Server, launch

NOTES = (
    "Imports, by -X importtime: seconds that a module takes with all it imports first; each counts where it came first.",
    "A page is there when its first frame is drawn; the second page finds the browser's cache empty, the server warm.",
)
IMPORT_LINE = re.compile(r"import time:\s*(\d+) \|\s*(\d+) \| ( *)(\S+)")
SHOWN = "window.__gradientPlayer && window.__gradientPlayer.shown !== null && document.querySelector('.js-plotly-plot')"
LARGEST = 5


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    repetitions = 1 if quick else 3
    imports = [_import_seconds() for _ in range(repetitions)]
    starts = [_start() for _ in range(repetitions)]
    names = ("import server.py", "to the first healthy answer", "first page, to its first frame", "second page")
    columns = [imports, *zip(*starts, strict=True)]
    figures = [_spread(name, list(column)) for name, column in zip(names, columns, strict=True)]
    return [*figures, *(Figure(f"import {name}", taken, "s") for name, taken in largest(import_times(), LARGEST))]


def _spread(name: str, values: list[float]) -> Figure:
    low, median, high = quartiles(values)
    return Figure(name, median, "s", low=low, high=high)


def _import_seconds() -> float:
    return _run_python("-c", "import time; t = time.perf_counter(); import server; print(time.perf_counter() - t)")[0]


def _run_python(*arguments: str) -> tuple[float, str]:
    """(the number that a fresh interpreter printed, what it said besides)."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout.strip() or "nan"), done.stderr


def _start() -> tuple[float, float, float]:
    """Seconds to the first healthy answer, then of the first page and of a second visitor's page."""
    began = time.monotonic()
    server = Server()
    try:
        server.wait()
        healthy = time.monotonic() - began
        with sync_playwright() as playwright:
            browser = launch(playwright)
            first, second = (_open(browser.new_context().new_page(), server.address) for _ in range(2))
            browser.close()
        return healthy, first, second
    finally:
        server.stop()


def _open(page: Page, address: str) -> float:
    began = time.monotonic()
    page.goto(f"{address}/playground")
    page.wait_for_function(SHOWN, timeout=60_000)
    return time.monotonic() - began


# --- imports --------------------------------------------------------------------------------------------------------


def import_times() -> str:
    """What ``python -X importtime`` says of the server."""
    return _run_python("-X", "importtime", "-c", "import server")[1]


def largest(report: str, count: int) -> list[tuple[str, float]]:
    """(module, seconds with all it imports) of the packages that took longest, submodules counted with their package."""
    taken: dict[str, float] = {}
    for _, cumulative, _, name in IMPORT_LINE.findall(report):
        if "." not in name and name != "server":
            taken[name] = max(taken.get(name, 0.0), int(cumulative) / 1e6)
    return sorted(taken.items(), key=lambda item: -item[1])[:count]
