"""Other heads in a real browser: thresholds of a detector, masks beside the truth, a U-Net trained live."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import open_lab, until_drawn, until_settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
LIVE = {
    "experiment.data.kind": "scenes",
    "experiment.data.size": "16",
    "experiment.data.samples": "100",
    "experiment.model.kind": "unet",
    "experiment.model.depth": "1",
    "experiment.head.kind": "segment",
}


def test_a_lower_threshold_of_overlap_leaves_fewer_boxes(page: Page, address: str) -> None:
    open_lab(page, address, "vision", {"section": "heads", "heads.view": "several", "heads.epochs": "2"})
    expect(page.get_by_text("Measured:").first).to_be_visible(timeout=90_000)
    expect(page.get_by_text("suppression at an overlap of 0.5 leaves")).to_be_visible()
    field = page.get_by_role("spinbutton", name="Largest overlap, exact")
    field.fill("0.1")
    field.press("Enter")
    expect(page.get_by_text("suppression at an overlap of 0.1 leaves")).to_be_visible()
    until_settled(page)
    assert "heads.overlap=0.1" in page.url


def test_masks_of_three_networks_stand_beside_the_truth(page: Page, address: str) -> None:
    query = {"section": "heads", "heads.view": "masks", "heads.epochs": "1", "heads.depth": "1"}
    open_lab(page, address, "vision", query)
    until_drawn(page, "plot.data[0].type === 'image'")
    expect(page.get_by_text("Measured:").first).to_be_visible(timeout=90_000)
    until_drawn(page, "plot.data.filter((trace) => trace.type === 'image').length === 6 * 5")
    expect(page.get_by_text("all background").first).to_be_visible()


def test_a_unet_that_is_trained_live_shows_its_masks(page: Page, address: str) -> None:
    page.goto(f"{address}/vision?{urlencode({'v': '1', **LIVE})}")
    expect(page.get_by_text("of the pixels shown are right").first).to_be_visible(timeout=90_000)
    first = page.get_by_text("of the pixels shown are right").first.inner_text()
    page.get_by_role("button", name="Epoch", exact=True).first.click()
    expect(page.get_by_text("of the pixels shown are right").first).not_to_have_text(first, timeout=60_000)
    expect(page.get_by_text("Mean IoU").first).to_be_visible()
