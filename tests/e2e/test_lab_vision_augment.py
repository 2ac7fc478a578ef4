"""Augmentation and transfer in a real browser: pictures drawn anew, a comparison stopped, ways to keep what was learned."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, SECONDS, open_lab, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
SHEET = f"document.querySelector('{PLOT}').data[0].source"


def test_pictures_are_drawn_again_with_another_stack_and_taken_to_the_live_network(page: Page, address: str) -> None:
    open_lab(page, address, "vision", {"section": "augment"})
    until_drawn(
        page, "plot.data[0].type === 'image' && plot.layout.yaxis.ticktext.join() === 'Shift,Rotate,all, in turn'"
    )
    before = page.evaluate(SHEET)
    page.get_by_role("button", name="Draw again").click()
    page.wait_for_function(f"before => {SHEET} !== before", arg=before, timeout=30 * SECONDS)
    page.get_by_role("button", name="Mirror images").click()
    until_drawn(page, "plot.layout.yaxis.ticktext.join() === 'Flip'")
    page.wait_for_function("location.search.includes('augment.rows.0.kind=flip')")
    page.get_by_role("button", name="Train live with it").click()
    page.wait_for_function("location.search.includes('experiment.augmentation.0.kind=flip')", timeout=30 * SECONDS)
    expect(page.get_by_role("button", name="Draw again")).to_have_count(0)


def test_networks_with_and_without_are_compared_and_the_work_can_be_stopped(page: Page, address: str) -> None:
    query = {"section": "augment", "augment.view": "accuracy", "augment.updates": "1000", "augment.seeds": "6"}
    open_lab(page, address, "vision", {**query, "augment.each": "3"})
    until_drawn(page, "plot.data.some((trace) => trace.name === 'without augmentation')", timeout=60 * SECONDS)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=30 * SECONDS)
    expect(page.get_by_text("Stopped", exact=False).first).to_be_visible()


def test_each_way_to_keep_what_was_learned_has_its_line_and_its_filters(page: Page, address: str) -> None:
    query = {"transfer.pictures": "digits", "transfer.before": "20", "transfer.updates": "20", "transfer.counts": "2,4"}
    open_lab(page, address, "vision", {"section": "transfer", "transfer.seeds": "2", **query})
    until_drawn(
        page, "plot._fullData.filter((trace) => trace.mode === 'lines+markers' && trace.y.length === 2).length === 4"
    )
    expect(page.get_by_text("pictures a class:", exact=False).first).to_be_visible(timeout=60 * SECONDS)
    page.get_by_text("First filters", exact=True).click()
    until_drawn(page, "plot.layout.yaxis.ticktext?.length === 5", timeout=60 * SECONDS)
