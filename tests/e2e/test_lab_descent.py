"""The lab of optimizers on a network in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import open_lab, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_sharpness_meets_its_limit_and_the_landscape_shows_the_way_there(page: Page, address: str) -> None:
    open_lab(page, address, "descent", {"section": "sharpness", "sharpness.steps": "200"})
    until_drawn(page, "plot._fullData?.[0]?.x?.at(-1) === 200")
    expect(page.get_by_text("of the limit").first).to_be_visible()
    page.get_by_role("radio", name="Landscape").click()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'trained weights')")
    page.wait_for_function("location.search.includes('section=landscape')")
    until_drawn(page, "plot._fullData?.[0]?.z?.length === 41")
    page.reload()
    until_drawn(page, "plot._fullData?.[0]?.z?.length === 41")
