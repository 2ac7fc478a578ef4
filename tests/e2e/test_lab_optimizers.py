"""The optimizers' lab in a real browser: a click moves the start, the race plays, the address keeps both."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, figure, open_lab, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_a_click_moves_the_start_and_the_race_is_played(page: Page, address: str) -> None:
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    open_lab(page, address, "optimizers", {"race.steps": "60"})
    until_drawn(page, "plot.data.some((t) => t.name?.startsWith('Adam') && t.x.length > 50)")
    page.evaluate("window.__plot = document.querySelector('.gp-figure > [role=img]')")

    box = page.locator(f"{PLOT} .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    until_drawn(
        page, "plot.data.some((t) => t.name?.startsWith('Adam') && Math.abs(t.x[0] - 2) < 0.1 && t.x.length > 50)"
    )
    page.wait_for_function("location.search.includes('surface.start_x')")
    assert page.evaluate("window.__plot === document.querySelector('.gp-figure > [role=img]')")

    page.locator(f"{PLOT} .updatemenu-button", has_text="Play").first.click()
    until_drawn(page, "plot.data.some((t) => t.name?.startsWith('Adam') && t.x.length < 40)")
    until_drawn(page, "plot.data.some((t) => t.name?.startsWith('Adam') && t.x.length > 50)")

    page.reload()
    until_drawn(page, "plot.data.some((t) => t.name?.startsWith('Adam') && Math.abs(t.x[0] - 2) < 0.1)")
    assert "Adam, η 0.1" in [trace["name"] for trace in figure(page)["traces"]]
    expect(page.get_by_role("heading", name="Optimizers on a surface")).to_be_visible()
    assert not failures
