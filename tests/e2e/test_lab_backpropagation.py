"""Backpropagation in a real browser: step, edit a number, update, and come back by the link."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import figure, open_lab, until_drawn, until_settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

UNITS = "plot.data.find((trace) => trace.name === 'units')"


def press(page: Page, name: str) -> None:
    page.locator(f".st-key-backpropagation-{name} button").first.click()


def test_a_pass_is_stepped_through_changed_by_hand_and_updated_on_one_picture(page: Page, address: str) -> None:
    open_lab(page, address, "backpropagation")
    page.evaluate("window.__plot = document.querySelector('.gp-figure > [role=img]')")
    until_drawn(page, f"{UNITS}.text.filter((text) => text === '?').length === 3")
    press(page, "Next")
    expect(page.get_by_role("heading", name="Step 2")).to_be_visible()
    page.keyboard.press("n")
    until_drawn(page, f"{UNITS}.text.filter((text) => text === '?').length === 1")
    press(page, "Last")
    until_drawn(page, f"!{UNITS}.text.includes('?')")
    page.wait_for_function("location.search.includes('step=26')")

    field = page.get_by_role("spinbutton", name="x1", exact=True)
    field.fill("-1.5")
    field.press("Enter")
    until_drawn(page, f"{UNITS}.text[0] === '-1.50'")
    press(page, "update")
    expect(page.get_by_text("loss of each pass so far")).to_be_visible()
    page.wait_for_function("location.search.includes('updates=0.5') && location.search.includes('edits=')")
    assert page.evaluate("window.__plot === document.querySelector('.gp-figure > [role=img]')")
    until_settled(page)
    before = figure(page)["traces"]
    page.reload()
    until_drawn(page, f"{UNITS}.text[0] === '-1.50'")
    until_settled(page)
    assert figure(page)["traces"] == before


def test_on_a_phone_a_wide_network_scrolls_to_the_step_in_its_own_place(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    shape = {
        f"hidden.{layer}.{name}": of for layer in range(3) for name, of in (("units", "4"), ("activation.kind", "tanh"))
    }
    open_lab(page, address, "backpropagation", {"inputs": "4", **shape})
    frame = page.locator(".gp-figure").first
    assert frame.evaluate("frame => frame.scrollWidth") > 600
    assert frame.evaluate("frame => frame.scrollLeft") == 0
    press(page, "Last")
    page.wait_for_function("document.querySelector('.gp-figure').scrollLeft > 100")
    assert page.evaluate("document.documentElement.scrollWidth") == 390, "the page itself stays"


def click_at(page: Page, x: float, y: float) -> None:
    """Click the drawing at a place in the units of its axes."""
    left, top = page.evaluate(
        """([x, y]) => {
            const plot = document.querySelector(".gp-figure > div[data-drawn]");
            const box = plot.getBoundingClientRect();
            const { xaxis, yaxis } = plot._fullLayout;
            return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
        }""",
        [x, y],
    )
    page.mouse.click(left, top)


def test_a_click_on_the_drawing_picks_a_number_and_its_field_takes_the_keyboard(page: Page, address: str) -> None:
    open_lab(page, address, "backpropagation")
    page.evaluate("window.__plot = document.querySelector('.gp-figure > [role=img]')")
    click_at(page, 0.6, 0.2)  # on the line from the first input to the second unit
    field = page.get_by_role("spinbutton", name="w to 2 from 1").first
    expect(field).to_be_focused()
    page.keyboard.type("0.75")
    page.keyboard.press("Enter")
    page.wait_for_function("decodeURIComponent(location.search).includes('edits=w1.2.1=0.75')")
    until_drawn(page, "plot.data.some((trace) => (trace.text ?? []).includes('<b>0.75</b>'))")
    expect(field).to_be_focused()

    click_at(page, 2.0, 0.5)
    expect(page.get_by_role("spinbutton", name="b of unit 1").first).to_be_focused()
    click_at(page, 3.5, 0.0)
    expect(page.get_by_role("spinbutton", name="target y1").first).to_be_focused()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'picked')")
    click_at(page, 3.5, 1.0)
    until_drawn(page, "!plot.data.some((trace) => trace.name === 'picked')")
    assert page.evaluate("window.__plot === document.querySelector('.gp-figure > [role=img]')")
