"""The labs in a real browser: how long until one shows its first picture, and until a moved control shows another."""

import statistics
from collections.abc import Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.report import Figure
from engine.labs.lab import LABS, Lab
from scripts.browser import launch, served

NOTES = (
    "Opened from the home page, the browser's cache warm: from the click to the first picture drawn.",
    "A change: the first slider of the sidebar is moved by a key; to the next picture drawn by the page.",
    "By an address in a new browser with an empty cache, Streamlit's own pages and Plotly included: for comparison.",
)
OPEN_BAR, CHANGE_BAR = 1.0, 300.0
CHANGES, QUICK_CHANGES = 9, 5
SETTLED_MS = 2500
"""After so long, longer work of a lab's opening is over or nearly so."""
WITH_SLIDERS = {"vision": "Augmentation"}
"""The section of a lab whose changes are timed, where that which it opens with is a player: its changes are in ``live``."""
DRAWN = "[...document.querySelectorAll('.gp-figure > div[data-drawn]')]"
COUNT = f"{DRAWN}.reduce((sum, plot) => sum + Number(plot.dataset.drawn), 0)"
OPEN = f"{DRAWN}.length > 0 || window.__gradientPlayer?.steps.length > 0"
SLIDER = "section[data-testid=stSidebar] input[type=range]"


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    with served() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        for lab in LABS.values():
            _cold(browser, server.address, lab)  # the first visitor of a server pays for imports
        figures = [figure for lab in LABS.values() for figure in _warm(browser, server.address, lab, quick)]
        cold = [_cold(browser, server.address, lab) for lab in LABS.values()]
        browser.close()
    return [*figures, Figure("by address, empty cache, median of the labs", statistics.median(cold), "s")]


def _warm(browser: Browser, address: str, lab: Lab, quick: bool) -> list[Figure]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    opened = []
    for _ in range(4):
        page.goto(address)
        page.locator(f".st-key-lab-{lab.id} a").first.wait_for(timeout=60_000)
        page.wait_for_timeout(SETTLED_MS)
        opened.append(_time(page, f".st-key-lab-{lab.id} a", OPEN))
    if lab.id in WITH_SLIDERS:
        page.get_by_role("radio", name=WITH_SLIDERS[lab.id]).click()
    changed = _changes(page, QUICK_CHANGES if quick else CHANGES)
    context.close()
    return [
        _figure(f"{lab.title}: opening", opened[1:], "s", OPEN_BAR),
        _figure(f"{lab.title}: change", changed, "ms", CHANGE_BAR),
    ]


def _time(page: Page, button: str, shown: str) -> float:
    """Seconds from a click on ``button`` until ``shown`` holds, by the page's own clock."""
    page.evaluate(
        f"""button => {{
            window.__began = null;
            window.__shown = null;
            document.querySelector(button).addEventListener("click", () => {{
                window.__began = performance.now();
                const look = () => ({shown}) ? (window.__shown = performance.now()) : setTimeout(look, 2);
                look();
            }}, {{ capture: true, once: true }});
        }}""",
        button,
    )
    page.click(button)
    page.wait_for_function("window.__shown !== null", timeout=60_000)
    return float(page.evaluate("(window.__shown - window.__began) / 1000"))


def _changes(page: Page, count: int) -> list[float]:
    """Milliseconds from a key on the first slider to the next picture, one change after the other."""
    page.wait_for_timeout(SETTLED_MS)
    found: list[float] = []
    back = False
    for turn in range(count + 1):
        is_last = page.evaluate(
            f"""slider => {{
                const before = {COUNT};
                window.__shown = null;
                const began = performance.now();
                const look = () => {COUNT} !== before ? (window.__shown = performance.now() - began) : setTimeout(look, 2);
                // Sliders of settings that are folded away can't be moved.
                const control = [...document.querySelectorAll(slider)].find((found) => found.checkVisibility());
                control.focus();
                look();
                return control.value === control.max;
            }}""",
            SLIDER,
        )
        back = is_last if turn == 0 else not back
        page.keyboard.press("ArrowLeft" if back else "ArrowRight")
        page.wait_for_function("window.__shown !== null", timeout=60_000)
        found.append(float(page.evaluate("window.__shown")))
        page.wait_for_timeout(SETTLED_MS)
    return found[1:]


def _cold(browser: Browser, address: str, lab: Lab) -> float:
    """Seconds from asking for the address to the first picture, in a browser that has nothing yet."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/{lab.id}", wait_until="commit")
    page.wait_for_function(OPEN, timeout=90_000)
    seconds = float(page.evaluate("performance.now() / 1000"))
    context.close()
    return seconds


def _figure(name: str, values: Sequence[float], unit: str, bar: float) -> Figure:
    low, median, high = statistics.quantiles(values, n=4)
    return Figure(name, median, unit, bar, low=low, high=high)
