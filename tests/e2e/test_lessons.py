"""Guided tours and class links in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.playground import open_playground, press, until, watch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
SECONDS = 1000


def test_the_first_steps_of_a_tour_tick_themselves_when_they_are_done(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Start, 3 minutes").first.click()
    card = page.locator(".st-key-tour_card")
    expect(card).to_contain_text("First boundary", timeout=40 * SECONDS)
    expect(card).to_contain_text("step 1 of 4")
    following = card.get_by_role("button", name="Next", exact=True)
    expect(following).to_be_disabled()
    until(page, "p.status === 'paused' && p.shown === 0")
    press(page, "Play")
    until(page, "p.status === 'finished'")
    expect(card).to_contain_text(re.compile(r"straight line: [\d.]+ % of the test points"), timeout=20 * SECONDS)
    expect(following).to_be_enabled()
    following.click()
    expect(card).to_contain_text("step 2 of 4")
    expect(following).to_be_disabled()
    page.get_by_role("combobox", name="Data set").click()
    page.get_by_role("option", name="Circle", exact=True).click()
    until(page, "p.status === 'paused' && p.shown === 0")
    expect(card).to_contain_text("step 2 of 4")
    expect(following).to_be_disabled()
    press(page, "Play")
    until(page, "p.status === 'finished'")
    expect(card).to_contain_text(re.compile(r"The best line has [\d.]+ % .* commoner class would have [\d.]+ %"))
    expect(following).to_be_enabled()
    boundary = page.locator("section[aria-label='Decision boundary']").bounding_box()
    assert boundary["y"] + boundary["height"] < 900, "the boundary stays in sight beside the card"
    assert watch(page)["stats"]["remounts"] == 0


def test_a_step_done_for_the_learner_holds_whenever_it_was_asked_for(page: Page, address: str) -> None:
    open_playground(page, address, "?tour=boundary")
    card = page.locator(".st-key-tour_card")
    for place in (1, 2, 3):
        expect(card).to_contain_text(f"step {place} of 4", timeout=20 * SECONDS)
        press(page, "Do it for me")
        expect(card.get_by_role("button", name="Next", exact=True)).to_be_enabled(timeout=30 * SECONDS)
        card.get_by_role("button", name="Next", exact=True).click()
    assert "model.hidden=8" in page.url and "tour=boundary" in page.url


def test_a_class_link_locks_hides_and_switches_new_seed_off_and_can_be_left(page: Page, address: str) -> None:
    open_playground(page, address, "?class.lock=network,seed&class.hide=regularization,share&class.title=Lesson+3")
    expect(page.get_by_text("Lesson 3")).to_be_visible()
    expect(page.get_by_role("button", name="New seed")).to_be_disabled()
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Reset", exact=True)).to_be_enabled()
    expect(page.get_by_role("slider", name="Hidden layers")).to_be_disabled()
    expect(page.get_by_role("combobox", name="Data set")).to_be_enabled()
    assert page.get_by_text("Regularization", exact=True).count() == 0
    page.get_by_role("combobox", name="Data set").click()
    page.get_by_role("option", name="Moons", exact=True).click()
    page.wait_for_url(re.compile(r"data\.kind=moons.*class\.lock=network"), timeout=20 * SECONDS)
    press(page, "Open without locks")
    expect(page.get_by_role("button", name="New seed")).to_be_enabled(timeout=20 * SECONDS)
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
    expect(page.get_by_text("Regularization", exact=True)).to_be_visible()
    page.wait_for_function("!location.search.includes('class.')", timeout=20 * SECONDS)
