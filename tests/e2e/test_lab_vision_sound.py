"""Sound and film in a real browser: a tone folded by its rate, a clip played, networks compared."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, open_lab, until_drawn, until_settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
TINY = {
    "section": "sound",
    "sound.view": "clips",
    "sound.clips.data.samples": "120",
    "sound.clips.data.pixels": "8",
    "sound.clips.data.frames": "4",
    "sound.clips.budget": "1000",
    "sound.clips.updates": "20",
    "sound.clips.seeds": "1",
}


def test_a_tone_is_played_and_folds_when_its_frequency_passes_half_the_rate(page: Page, address: str) -> None:
    open_lab(page, address, "vision", {"section": "sound"})
    until_drawn(page, "plot.data[0].type === 'heatmap'", 2)
    expect(page.locator("audio")).to_have_count(1)
    assert (
        page.evaluate(
            "fetch(document.querySelector('audio').src).then((got) => got.arrayBuffer()).then((b) => b.byteLength)"
        )
        == 44 + 2 * 4000
    )
    field = page.get_by_role("spinbutton", name="Frequency f (Hz), exact")
    field.fill("7000")
    field.press("Enter")
    until_drawn(page, "plot.data.map((trace) => trace.name).join() === 'the tone,what is heard,samples'", 1)
    expect(page.get_by_text("1,000 Hz").first).to_be_visible()
    until_settled(page)
    assert "sound.recording.tone.frequency=7000" in page.url


def test_clips_are_played_and_networks_on_them_compared(page: Page, address: str) -> None:
    open_lab(page, address, "vision", TINY)
    until_drawn(page, "plot.data[0].type === 'heatmap'")
    first = page.evaluate(f"document.querySelector('{PLOT}')._fullLayout.sliders[0].active")
    page.locator(PLOT).first.get_by_text("Play", exact=True).click()
    until_drawn(page, f"plot._fullLayout.sliders[0].active > {first}")
    expect(page.get_by_text("Measured:", exact=False).first).to_be_visible(timeout=90_000)
    expect(page.get_by_text("Test accuracy, the median of the seeds", exact=False)).to_be_visible()
    page.wait_for_function(f"document.querySelectorAll('{PLOT}[data-drawn]').length >= 7")
