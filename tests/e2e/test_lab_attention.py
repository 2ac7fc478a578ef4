"""Attention in a real browser: a sentence typed, a token pointed at, a number set by hand, and back by the link."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, open_lab, pixels, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

LIT = "plot.data.filter((trace) => trace.meta?.lit && (trace.opacity ?? 1) > 0).map((trace) => trace.name).join()"
CELLS = "(plot.data?.find((trace) => trace.name === 'values')?.text ?? [[]])"


def test_a_head_is_followed_changed_and_found_again_by_its_link(page: Page, address: str) -> None:
    open_lab(page, address, "attention")
    page.evaluate("window.__plot = document.querySelector('.gp-figure > [role=img]')")
    field = page.get_by_role("textbox", name="Sentence")
    field.fill("not good, not bad")
    field.press("Enter")
    until_drawn(page, "plot.layout.yaxis.ticktext?.join() === 'not,good,,,not,bad'", 1)
    until_drawn(page, f"{LIT} === 'from 2'", 0)

    x, y = pixels(page, 0, -0.05, 4)
    page.mouse.move(x - 4, y)
    page.mouse.move(x, y, steps=3)
    until_drawn(page, f"{LIT} === 'from 5'", 0)
    expect(page.locator(".hoverlayer").first).to_contain_text("bad looks at")
    page.mouse.move(5, 5)
    until_drawn(page, f"{LIT} === 'from 2'", 0)
    page.mouse.click(*pixels(page, 0, 1.05, 3))
    page.wait_for_function("location.search.includes('key=4')")

    page.locator(".st-key-attention-next button").click()
    expect(page.get_by_text("Three matrices make three vectors")).to_be_visible()
    until_drawn(page, f"{CELLS}.length === 4", 3)
    until_drawn(page, f"{CELLS}.length === 5", 6)
    before = page.evaluate(f"Array.from(document.querySelectorAll('{PLOT}')[6].data[0].text[1])")
    page.mouse.click(*pixels(page, 3, 2, 3))
    number = page.get_by_role("spinbutton", name="W_Q row 3, column 2")
    expect(number).to_be_focused()
    page.keyboard.type("7.5")
    page.keyboard.press("Enter")
    until_drawn(page, f"{CELLS}[2][1] === '7.5'", 3)
    page.wait_for_function("decodeURIComponent(location.search).includes('edits=q3.2=7.5')")
    until_drawn(page, f"{CELLS}[1][1] !== '{before[1]}'", 6)
    assert page.evaluate("window.__plot === document.querySelector('.gp-figure > [role=img]')"), "the picture stays"
    map_ = page.evaluate(f"JSON.stringify(document.querySelectorAll('{PLOT}')[1].data[0].text)")
    page.reload()
    until_drawn(page, f"JSON.stringify({CELLS}) === {map_!r}", 1)
    until_drawn(page, f"{CELLS}[2][1] === '7.5'", 3)


def test_a_key_is_dragged_around_the_circle_and_sections_open_on_a_telephone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, address, "attention", {"section": "soft dictionary"})
    x, y = pixels(page, 0, 0.7071, 0.7071)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(*pixels(page, 0, -0.9, 0.4), steps=4)
    page.mouse.up()
    expect(page.get_by_text("Nearest is k3")).to_be_visible()
    page.wait_for_function("location.search.includes('dictionary.query=15')")
    page.get_by_role("radio", name="Causal mask").or_(page.get_by_role("button", name="Causal mask")).first.click()
    until_drawn(page, f"{CELLS}[0].slice(1).join() === '0,0,0,0,0'", 1)
    wide = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{wide}.scrollWidth <= {wide}.clientWidth"), "nothing is wider than the telephone"
