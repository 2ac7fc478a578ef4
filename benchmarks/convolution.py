"""The page of convolution in a real browser: how long until an edited weight has repainted the window and its maps."""

import statistics
from collections.abc import Sequence
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.report import Figure
from scripts.browser import launch, served

NOTES = (
    "From the key that changes a digit of a weight to the window drawn with the new output, by the page's own clock; the "
    "pause in which more may be typed is part of it.",
    "All pictures: to the last Plotly figure of the page that follows.",
)
BAR = 200.0
EDITS, QUICK_EDITS = 21, 7
SETTLED_MS = 900
CASES = {
    "digit, 3×3": {},
    "photograph, 96 × 96 in colour, 7×7": {
        "picture.kind": "photograph",
        "picture.side": "96",
        "colour": "true",
        "window.size": "7",
        "window.padding": "same",
    },
}
DRAWN = "[...document.querySelectorAll('.gp-figure > div[data-drawn]')].map((plot) => Number(plot.dataset.drawn))"
WATCH = f"""() => {{
    const root = document.querySelector(".gp-slide"), figures = () => {DRAWN};
    const before = [root.dataset.drawn, figures()], began = performance.now();
    Object.assign(window, {{ __window: null, __all: null }});
    const look = () => {{
        const now = performance.now() - began;
        if (root.dataset.drawn !== before[0]) window.__window ??= now;
        if (figures().every((drawn, place) => drawn > before[1][place])) window.__all ??= now;
        if (window.__window === null || window.__all === null) setTimeout(look, 2);
    }};
    look();
}}"""


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    with served() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        found = [
            figure
            for name, query in CASES.items()
            for figure in _edits(browser, server.address, name, query, QUICK_EDITS if quick else EDITS)
        ]
        browser.close()
    return found


def _edits(browser: Browser, address: str, name: str, query: dict[str, str], count: int) -> list[Figure]:
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(f"{address}/convolution?{urlencode({'v': '1', **query})}")
    page.wait_for_selector(".gp-slide[data-drawn]", timeout=60_000)
    page.wait_for_selector(".gp-figure > div[data-drawn]", timeout=60_000)
    page.locator(".gp-slide .gp-cell").first.click()
    window, every = zip(*(_edit(page, turn) for turn in range(count + 1)), strict=True)
    page.context.close()
    return [
        _figure(f"{name}: window repainted", window[1:], BAR),
        _figure(f"{name}: all pictures", every[1:], None),
    ]


def _edit(page: Page, turn: int) -> tuple[float, float]:
    """(milliseconds to the window, to all pictures) after another digit."""
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.press("Control+a")
    page.evaluate(WATCH)
    page.keyboard.press(str(1 + turn % 9))
    page.wait_for_function("window.__window !== null && window.__all !== null", timeout=30_000)
    return float(page.evaluate("window.__window")), float(page.evaluate("window.__all"))


def _figure(name: str, values: Sequence[float], bar: float | None) -> Figure:
    low, median, high = statistics.quantiles(values, n=4)
    return Figure(name, median, "ms", bar, low=low, high=high)
