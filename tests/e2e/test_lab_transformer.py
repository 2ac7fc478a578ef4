"""The lab of transformers in a real browser: maps while it trains, a tile clicked, an own text, a head off, a token masked."""

import pytest
from playwright.sync_api import Page, expect

from charts.transformer.wall import GAP
from tests.e2e.labs import open_lab, pixels, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
TINY = {
    "experiment.task.length": "4",
    "experiment.task.symbols": "4",
    "experiment.task.samples": "400",
    "experiment.model.width": "32",
    "experiment.model.feed_forward": "32",
    "experiment.training.updates": "120",
}

LAST_TILE = ((2 * 2.25 + 1) * (1 + GAP) + 0.5, 1 + GAP + 0.5)
"""The middle of the second head of the second layer of the third kind."""


def test_maps_follow_the_training_a_click_and_an_own_text(page: Page, address: str) -> None:
    open_lab(page, address, "transformer", TINY)
    until_drawn(page, "plot.data.length === 12 && plot.data[0].type === 'heatmap'")
    expect(page.get_by_text("Validation loss after 120 updates").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Measured:").first).to_be_visible(timeout=60_000)
    page.mouse.click(*pixels(page, 0, *LAST_TILE))
    page.wait_for_function("location.search.includes('looking.attention=cross+2')", timeout=30_000)
    expect(page.get_by_text("Cross 2, head 2: click a row").first).to_be_visible(timeout=30_000)
    page.get_by_role("textbox", name="Your own text").fill("dcba")
    page.get_by_role("textbox", name="Your own text").press("Enter")
    until_drawn(page, "plot.layout.xaxis.ticktext?.join('') === 'dcba'", 1)
    page.mouse.click(*pixels(page, 1, 1, 2))
    page.wait_for_function("location.search.includes('looking.query=3')", timeout=30_000)
    until_drawn(page, "plot.layout.shapes?.length === 1", 1)


def test_a_head_is_switched_off_a_token_masked_and_the_answers_fall(page: Page, address: str) -> None:
    open_lab(page, address, "transformer", {**TINY, "section": "heads", "switching.off": "decoder 1.1,decoder 1.2"})
    expect(page.get_by_text("With 2 heads off, over validation examples").first).to_be_visible(timeout=60_000)
    until_drawn(page, "plot.data.length === 2 && plot.data[1].name === 'with the change'", 2)
    page.get_by_role("button", name="₂", exact=False).first.click()
    page.wait_for_function("location.search.includes('switching.masked=2')", timeout=30_000)
    expect(page.get_by_text("With 1 token of this example masked").first).to_be_visible(timeout=30_000)
    page.get_by_text("Residual stream", exact=True).first.click()
    until_drawn(page, "plot.layout.yaxis.ticktext?.[0] === 'embeddings'")
