"""What browser tests of the labs share."""

from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page

SECONDS = 1000
PLOT = ".gp-figure > div[role=img]"
"""A figure's place on the page, drawn by now or not: figures are drawn one at a time, and which are is no order."""


def open_lab(page: Page, address: str, lab: str, query: dict[str, str] | None = None) -> None:
    """Open a lab and wait for its first picture."""
    said = f"?{urlencode({'v': '1', **query})}" if query else ""
    page.goto(f"{address}/{lab}{said}")
    page.wait_for_selector(f"{PLOT}[data-drawn]", timeout=60 * SECONDS)


def figure(page: Page, place: int = 0) -> dict[str, Any]:
    """What Plotly holds of the figure at ``place``: its traces, its ranges."""
    return page.evaluate(
        f"""place => {{
            const plot = document.querySelectorAll("{PLOT}")[place];
            const plain = (values) => (values === undefined ? null : Array.from(values));
            return {{
                drawn: Number(plot.dataset.drawn),
                traces: plot.data.map((t) => ({{ name: t.name, type: t.type, x: plain(t.x), y: plain(t.y) }})),
                x: plot._fullLayout.xaxis?.range, y: plot._fullLayout.yaxis?.range,
            }};
        }}""",
        place,
    )


def pixels(page: Page, place: int, x: float, y: float) -> tuple[float, float]:
    """Where a point of the figure at ``place``, in the units of its axes, is on the screen; scrolled into sight."""
    page.locator(PLOT).nth(place).scroll_into_view_if_needed()
    across, down = page.evaluate(
        f"""([place, x, y]) => {{
            const plot = document.querySelectorAll("{PLOT}")[place], box = plot.getBoundingClientRect();
            const {{ xaxis, yaxis }} = plot._fullLayout;
            return [box.x + xaxis._offset + xaxis.d2p(x), box.y + yaxis._offset + yaxis.d2p(y)];
        }}""",
        [place, x, y],
    )
    return across, down


def until_settled(page: Page) -> None:
    """Wait until the page has rested, and drawn nothing, for half a second."""
    page.wait_for_function(
        f"""() => {{
            const drawn = [...document.querySelectorAll("{PLOT}")].map((plot) => plot.dataset.drawn);
            const now = `${{document.querySelector(".stApp")?.dataset.testScriptState}} ${{drawn}}`;
            if (now !== window.__before || !now.startsWith("notRunning")) window.__since = performance.now();
            window.__before = now;
            return performance.now() - window.__since > 500;
        }}""",
        timeout=30 * SECONDS,
    )


def until_drawn(page: Page, condition: str, place: int = 0, timeout: float = 30 * SECONDS) -> None:
    """Wait until ``condition`` in JavaScript holds for ``plot``, the figure at ``place``."""
    page.wait_for_function(
        f"""place => {{ const plot = document.querySelectorAll("{PLOT}")[place];
            return plot?.dataset.drawn && ({condition}); }}""",
        arg=place,
        timeout=timeout,
    )
