"""The regularization lab in a real browser: a click moves the optimum, a section stays in the address."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, open_lab, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
OPTIMUM = "plot.data.find((trace) => trace.name === 'optimum w*')"


def test_a_click_moves_the_optimum_and_both_pictures_follow(page: Page, address: str) -> None:
    open_lab(page, address, "regularization", {"section": "diamond and circle"})
    until_drawn(page, f"{OPTIMUM}?.x[0] === 1.6")
    page.evaluate(f"window.__plot = document.querySelector('{PLOT}')")
    page.locator(PLOT).first.scroll_into_view_if_needed()
    spot = page.evaluate(
        f"""() => {{
            const plot = document.querySelector("{PLOT}");
            const {{ xaxis, yaxis }} = plot._fullLayout, box = plot.getBoundingClientRect();
            return [box.left + xaxis._offset + xaxis.d2p(-2), box.top + yaxis._offset + yaxis.d2p(1)];
        }}"""
    )
    page.mouse.click(*spot)
    until_drawn(page, f"Math.abs({OPTIMUM}?.x[0] + 2) < 0.05 && Math.abs({OPTIMUM}.y[0] - 1) < 0.05")
    until_drawn(page, f"Math.abs({OPTIMUM}?.x[0] + 2) < 0.05", place=1)
    assert page.evaluate(f"window.__plot === document.querySelector('{PLOT}')")
    page.wait_for_function("location.search.includes('budget.w1=-')")
    page.get_by_role("radio", name="L1 and L2").or_(page.get_by_role("button", name="L1 and L2")).first.click()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'w1, true 2')")
    page.wait_for_function("location.search.includes('section=L1')")
    page.reload()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'w1, true 2')")
    expect(page.get_by_role("heading", name="Regularization", exact=True)).to_be_visible()
