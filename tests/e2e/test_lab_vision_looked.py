"""What a network looked at, and MLP against CNN, in a real browser: a row clicked, a check run, sizes typed, a proof."""

import pytest
from playwright.sync_api import Page, expect

from charts.vision.tiles import edge
from tests.e2e.labs import open_lab, pixels, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
TINY = {
    "section": "looked",
    "experiment.training.epochs": "3",
    "looked.right": "2",
    "looked.wrong": "2",
    "looked.integrated.steps": "4",
    "looked.pictures": "2",
}


def test_a_row_of_maps_leads_to_its_picture_in_depth(page: Page, address: str) -> None:
    open_lab(page, address, "vision", TINY)
    expect(page.get_by_text("test pictures the network answers").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Measured:").first).to_be_visible(timeout=60_000)
    until_drawn(page, "plot.layout.yaxis.ticktext?.length === 4 && plot.data.length === 4 * 15")
    page.mouse.click(*pixels(page, 0, edge(3) + 0.5, edge(2) + 0.5))
    page.wait_for_function("location.search.includes('looked.view=one')", timeout=30_000)
    page.wait_for_function("location.search.includes('looked.picture=3')", timeout=30_000)
    expect(page.get_by_text("and it is", exact=False).first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("the map should add up to", exact=False).first).to_be_visible(timeout=30_000)
    until_drawn(page, "plot.layout.xaxis.ticktext?.[0] === 'picture'")


def test_with_random_weights_the_maps_change_and_the_table_says_by_how_much(page: Page, address: str) -> None:
    open_lab(page, address, "vision", {**TINY, "looked.view": "check"})
    expect(page.get_by_text("With every layer random the network answers").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("table").first).to_be_visible(timeout=60_000)
    until_drawn(page, "plot.data[0].name === 'Saliency' && plot.data[0].y.length > 2")
    page.get_by_text("SSIM of |map|", exact=True).click()
    until_drawn(page, "plot.layout.yaxis.title.text.includes('structural similarity')")


def test_parameters_follow_the_sizes_and_the_miscount_is_proved_wrong(page: Page, address: str) -> None:
    open_lab(page, address, "vision", {"section": "against_mlp"})
    expect(page.get_by_text("6,442,450,944").first).to_be_visible(timeout=30_000)
    page.get_by_role("textbox", name="Hidden layers of the MLP").fill("10")
    page.get_by_role("textbox", name="Hidden layers of the MLP").press("Enter")
    until_drawn(page, "plot.data.some((trace) => trace.x[0] === 30730)")
    page.get_by_role("button", name="Prove it").first.click()
    expect(page.get_by_text("15,110 times too many").first).to_be_visible(timeout=30_000)
