"""Recurrent networks in a real browser: a text typed, a state clicked, what comes next while one types, a search stopped."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, open_lab, pixels, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
TINY = {
    "experiment.model.units": "6",
    "experiment.model.embedding": "4",
    "experiment.training.updates": "60",
    "next.units": "12",
    "next.updates": "60",
}


def test_a_text_is_unrolled_and_a_click_writes_an_update_out(page: Page, address: str) -> None:
    open_lab(page, address, "recurrent", TINY)
    field = page.get_by_role("textbox", name="Your text")
    field.fill("a dog has the cat")
    field.press("Enter")
    until_drawn(page, "plot.layout.xaxis.ticktext?.join(' ') === 'a dog has the cat'")
    assert "unroll.step" not in page.url, "the step stays where it was, though there are fewer now"
    frame = "plot.layout.shapes[0]"
    page.mouse.click(*pixels(page, 0, 5, 2))
    page.wait_for_function("location.search.includes('unroll.step=5') && location.search.includes('unroll.unit=2')")
    until_drawn(page, f"{frame}.x0 === 4.5 && {frame}.y0 === 1.5")
    expect(
        page.get_by_text("Forget gate", exact=False).or_(page.get_by_text("forget gate", exact=False)).first
    ).to_be_visible()
    address_of_it = page.url
    page.goto(address_of_it)
    until_drawn(page, f"{frame}.x0 === 4.5 && {frame}.y0 === 1.5")
    until_drawn(page, "plot.data.length === 5 && plot.data.every((trace) => trace.type === 'heatmap')", 1)


def test_the_next_token_follows_what_is_typed_without_enter(page: Page, address: str) -> None:
    open_lab(page, address, "recurrent", {**TINY, "section": "next"})
    until_drawn(page, 'plot.data.length === 2 && plot.data[1].name === "the network\'s own"')
    own = "plot._fullData[1].x"
    before = page.evaluate(f"Array.from(document.querySelector('{PLOT}')._fullData[1].x)")
    assert 0 < sum(before) <= 1 + 1e-6
    field = page.get_by_role("textbox", name="Your text")
    field.press("End")
    field.press_sequentially("q", delay=30)
    until_drawn(page, f"Math.abs({own}[0] - {before[0]}) > 1e-6")
    page.wait_for_function("decodeURIComponent(location.search).includes('next.text=the+cat+q')", timeout=30_000)


def test_a_search_for_the_longest_length_can_be_stopped(page: Page, address: str) -> None:
    open_lab(page, address, "recurrent", {"section": "lengths", "lengths.units": "8", "lengths.lengths": "3,100"})
    until_drawn(page, "plot.data.some((trace) => (trace.customdata ?? []).length > 0)", timeout=60_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=30_000)
    expect(page.get_by_text("Stopped", exact=False).first).to_be_visible()
