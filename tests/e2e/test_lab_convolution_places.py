"""Pools, stamps, fields and shifts in a real browser: a window led on, cells clicked, a stack built, and back by the link."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, open_lab, pixels, until_drawn, until_settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

WINDOW = "Math.min(...(plot.data?.find((trace) => trace.name === 'window')?.x ?? [NaN]))"


def test_a_pool_is_followed_window_by_window_and_found_again_by_its_link(page: Page, address: str) -> None:
    open_lab(page, address, "convolution", {"section": "pooling"})
    page.evaluate("window.__plot = document.querySelector('.gp-figure > [role=img]')")
    until_drawn(page, f"{WINDOW} === 2.5", 0)
    page.locator(".st-key-convolution-pool-Next button").click()
    until_drawn(page, f"{WINDOW} === 4.5", 0)
    page.mouse.click(*pixels(page, 1, 1, 4))
    until_drawn(page, f"{WINDOW} === 0.5", 0)
    expect(page.get_by_text("Row 4, column 1 of the output: the largest of 4 numbers")).to_be_visible()
    page.get_by_role("combobox", name="Pooling").click()
    page.get_by_role("option", name="Average pooling", exact=True).click()
    expect(page.get_by_text("the mean of 4 numbers")).to_be_visible()
    assert page.evaluate("window.__plot === document.querySelector('.gp-figure > [role=img]')"), "the picture stays"
    page.wait_for_function("location.search.includes('pooling.pool.kind=average')")
    page.reload()
    expect(page.get_by_text("Row 4, column 1 of the output: the mean of 4 numbers")).to_be_visible()


def test_a_stack_grows_and_its_field_is_moved_by_a_click(page: Page, address: str) -> None:
    open_lab(page, address, "convolution", {"section": "receptive", "picture.kind": "photograph"})
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("11 + (3 − 1)·1·1 = 13")).to_be_visible()
    until_settled(page)
    page.mouse.click(*pixels(page, 0, 21, 31))
    page.wait_for_function(
        "location.search.includes('receptive.row=31') && location.search.includes('receptive.column=21')"
    )
    expect(page.get_by_text("The cell in row 31, column 21 of the output")).to_be_visible()
    page.get_by_role("radio", name="By the gradient").or_(
        page.get_by_role("button", name="By the gradient")
    ).first.click()
    until_drawn(page, "plot.data?.some((trace) => trace.name === 'effective')", 2)


def test_a_shift_is_proved_to_move_a_map_along_and_stamps_fit_a_telephone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, address, "convolution", {"section": "transposed"})
    page.locator(".st-key-convolution-transposed-Next button").click()
    expect(page.get_by_text("Cell 2 of 9: 2 times the kernel.")).to_be_visible()
    page.locator(".st-key-prove-convolution-invariant button").click()
    expect(page.get_by_text("The first convolution's map goes along at any shift.")).to_be_visible(timeout=60_000)
    wide = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{wide}.scrollWidth <= {wide}.clientWidth"), "nothing is wider than the telephone"
    assert page.locator(PLOT).count() == 4
