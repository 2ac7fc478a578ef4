"""The doctor in a real browser: from a preset that is ill to a run that is cured."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from engine.permalink import Link, Look, encode
from engine.presets import preset
from tests.e2e.playground import open_playground, press, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_a_cure_is_looked_for_applied_and_the_new_run_plays(page: Page, address: str) -> None:
    link = Link(preset("vanishing").experiment, look=Look(step=300))
    open_playground(page, address, f"?{urlencode(encode(link))}")
    until(page, "p.status === 'paused' && p.shown === 300", 120)
    press(page, "Examine now")
    expect(page.get_by_text("1 sign of trouble at step 300")).to_be_visible(timeout=20_000)
    press(page, "Find a cure")
    expect(page.get_by_text("A cure that was tried")).to_be_visible(timeout=60_000)
    press(page, "Apply this fix")
    until(page, "p.status === 'playing' && p.shown > 20", 60)
    page.wait_for_function("location.search.includes('model.activation.kind=relu')", timeout=20_000)


def test_the_page_asks_streamlit_for_nothing_once_the_search_is_over(page: Page, address: str) -> None:
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    link = Link(preset("zeros").experiment, look=Look(step=150))
    open_playground(page, address, f"?{urlencode(encode(link))}")
    until(page, "p.status === 'paused' && p.shown === 150", 60)
    press(page, "Examine now")
    press(page, "Find a cure")
    expect(page.get_by_text("A cure that was tried")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1500)
    searching = len(sent)
    assert searching > 0
    page.wait_for_timeout(3000)
    assert len(sent) == searching
