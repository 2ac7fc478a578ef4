"""The lab of activations in a real browser: from a section to the next, and a click that picks a layer."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, open_lab, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_a_click_picks_a_layer_and_the_next_section_follows(page: Page, address: str) -> None:
    open_lab(page, address, "activations", {"section": "layers"})
    until_drawn(page, "plot.data[0].type === 'heatmap' && plot.data[0].x.length === 20")
    box = page.locator(PLOT).first.bounding_box()
    assert box is not None
    page.locator(PLOT).first.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.4})
    page.wait_for_function("location.search.includes('stack.look=')")
    page.get_by_role("radio", name="Softmax").click()
    until_drawn(page, "plot.data[0].text?.[0] === '0.644'")
    page.get_by_role("spinbutton", name="Temperature, exact").fill("0.1")
    page.keyboard.press("Enter")
    until_drawn(page, "plot.data[0].text?.[0] === '1.000'")
    page.wait_for_function("location.search.includes('softmax.temperature=0.1')")
    expect(page.get_by_text("Largest difference between the two")).to_be_visible()
