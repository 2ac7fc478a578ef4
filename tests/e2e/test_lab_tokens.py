"""The lab of tokens and embeddings in a real browser: a sentence typed, merges made, words that move while they are learned."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, open_lab, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
SHORT = {"section": "skipgram", "skipgram.epochs": "12", "skipgram.batch_size": "512"}


def test_a_sentence_is_cut_as_it_is_typed_and_merge_after_merge(page: Page, address: str) -> None:
    open_lab(page, address, "tokens")
    field = page.get_by_role("textbox", name="Your sentence")
    field.fill('The king says <b>"hello"</b>.')
    field.press("Control+Enter")
    page.wait_for_function("location.search.includes('sentence=')", timeout=30_000)
    tokens = page.locator(".gp-tokens").first
    expect(tokens).to_contain_text("T20", timeout=30_000)
    until_drawn(page, "plot.data.length === 4 && plot.data[3].x.length > 8")
    assert page.locator(".gp-tokens b").count() == 0, "a person's text is never markup"
    page.get_by_text("Merges", exact=True).first.click()
    expect(page.get_by_text("of 250 merges the vocabulary has")).to_be_visible(timeout=30_000)
    until_drawn(page, "plot.data[0].x.length === 6")
    pieces = page.locator(".gp-tokens .gp-token")
    before = pieces.count()
    slider = page.get_by_role("slider", name="Merges made")
    slider.focus()
    slider.press("End")
    page.wait_for_function("location.search.includes('merges.made=250')", timeout=30_000)
    expect(page.get_by_text("After 250 of 250 merges")).to_be_visible(timeout=30_000)
    assert pieces.count() < before


def test_words_find_their_places_while_they_are_learned_and_can_be_played_again(page: Page, address: str) -> None:
    open_lab(page, address, "tokens", SHORT)
    until_drawn(page, "plot.data[0].x.length === 60 && plot.layout.sliders?.length === 1", timeout=90_000)
    page.evaluate(f"window.__plot = document.querySelector('{PLOT}')")
    last = page.evaluate("window.__plot.data[0].x.slice(0, 5)")
    page.evaluate("window.Plotly.animate(window.__plot, ['0'], {mode: 'immediate', frame: {duration: 0}})")
    page.wait_for_function("last => window.__plot.data[0].x[0] !== last[0]", arg=last)
    word = page.get_by_role("textbox", name="Look up")
    word.fill("dog")
    word.press("Enter")
    page.wait_for_function("location.search.includes('look.word=dog')", timeout=30_000)
    expect(page.get_by_text("Nearest to dog")).to_be_visible(timeout=30_000)
    assert page.evaluate(f"window.__plot === document.querySelector('{PLOT}')"), "the picture stays"
