"""Networks that look at pictures in a real browser: one is built and trained, a row of maps and a cell of mistakes clicked."""

import pytest
from playwright.sync_api import Page, expect

from engine.codec import encode_model
from engine.labs.vision.state import VisionLab
from engine.vision.blocks import Activate, Convolution, Dense, Pool
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.model import Cnn
from tests.e2e.labs import open_lab, pixels, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
TINY = encode_model(
    VisionLab(
        experiment=VisionExperiment(
            model=Cnn(blocks=(Convolution(channels=3), Activate(), Pool(), Dense(units=8), Activate())),
            training=VisionTraining(epochs=2),
        )
    )
)


def test_a_network_is_built_block_by_block_while_it_trains(page: Page, address: str) -> None:
    open_lab(page, address, "vision", TINY)
    expect(page.get_by_text("512 parameters", exact=False)).to_be_visible()
    page.wait_for_selector(".gp-player .js-plotly-plot", timeout=60_000)
    page.locator("[data-testid=stExpander]").nth(2).click()
    page.get_by_role("button", name="Double").first.click()
    page.wait_for_function("location.search.includes('model.blocks.5.kind=activation')", timeout=30_000)
    expect(page.get_by_text("4 max pool 2x2", exact=False).first).to_be_visible()


def test_a_click_on_a_row_of_maps_shows_that_block_in_full(page: Page, address: str) -> None:
    open_lab(page, address, "vision", {**TINY, "section": "features"})
    until_drawn(page, "plot.data[0].type === 'heatmap' && plot.layout.shapes?.length === 1", 2)
    page.mouse.click(*pixels(page, 2, 5, 44))
    page.wait_for_function("location.search.includes('features.block=3')", timeout=30_000)
    expect(page.get_by_text("3 max pool 2x2", exact=False).last).to_be_visible()


def test_a_click_on_a_cell_of_mistakes_shows_its_pictures(page: Page, address: str) -> None:
    open_lab(page, address, "vision", {**TINY, "section": "mistakes"})
    until_drawn(page, "plot.data[0].type === 'heatmap' && plot.layout.yaxis.ticktext?.length === 10")
    expect(page.get_by_text("validation pictures are wrong", exact=False)).to_be_visible(timeout=30_000)
    page.mouse.click(*pixels(page, 0, 2, 2))
    until_drawn(page, "plot.layout.shapes?.length === 1 && plot.layout.shapes[0].x0 === 1.5")
    expect(page.get_by_text("Right answers", exact=False)).to_be_visible()
