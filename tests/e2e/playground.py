"""What browser tests of the Playground share."""

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page


def watch(page: Page) -> dict[str, Any]:
    """What the player says of itself."""
    return json.loads(page.evaluate("JSON.stringify(window.__gradientPlayer ?? null)") or "null") or {}


def until(page: Page, true: str, seconds: float = 90.0) -> None:
    """Wait until an expression over ``p``, the player, holds."""
    page.wait_for_function(
        f"(() => {{ const p = window.__gradientPlayer; return p && ({true}); }})()", timeout=seconds * 1000
    )


def open_playground(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/playground{query}")
    page.wait_for_selector(".gp-player .gp-panel", timeout=40_000)
    until(
        page,
        "p.steps.length > 0 && p.shown !== null && document.querySelectorAll('.gp-player .js-plotly-plot').length >= 4",
    )


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sentence(page: Page, panel: str) -> str:
    return page.locator(f"section[aria-label='{panel}'] .gp-sentence").inner_text()


def fresh(page: Page, address: str, query: str) -> None:
    """A run of one's own, at step 0."""
    open_playground(page, address, query)
    until(page, "p.status === 'paused' && p.shown === 0")


def becomes(page: Page, found: Callable[[], object], wanted: object, seconds: float = 30.0) -> None:
    """Wait until ``found()`` is ``wanted``: a machine may be busy."""
    end = time.monotonic() + seconds
    while (last := found()) != wanted:
        assert time.monotonic() < end, f"still {last!r}, not {wanted!r}"
        page.wait_for_timeout(100)


def quiet(page: Page, seconds: float = 30.0) -> None:
    """Wait until the page says, draws and asks for nothing new: for what must not change any more."""
    page.evaluate("window.__quiet = { since: 0, said: '' }")
    page.wait_for_function(
        """() => {
            const { pending = [], shown } = window.__gradientPlayer ?? {};
            const drawn = [...document.querySelectorAll("[data-drawn]")].map((plot) => plot.dataset.drawn);
            const said = JSON.stringify([location.href, document.body.innerText, shown, drawn]);
            const rests = !pending.length
                && document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning";
            if (!rests || said !== window.__quiet.said) window.__quiet = { since: performance.now(), said };
            return performance.now() - window.__quiet.since > 700; }""",
        polling=100,
        timeout=seconds * 1000,
    )
