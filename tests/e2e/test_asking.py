"""The pages that ask, in a real browser: by keyboard alone, on a phone, in two tabs, after the server was killed."""

import re
import signal
import tempfile
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from quiz.bank import bank
from scripts.browser import Server, served
from tests.e2e.conftest import fault
from tests.e2e.labs import until_settled

pytestmark = pytest.mark.browser
DESK = ".st-key-quiz-desk-practice"
RATED = "How well did you know it?"


@pytest.fixture(scope="module")
def asking() -> Iterator[str]:
    """A server of its own: its learners are this file's."""
    with served() as server:
        yield server.address
    assert not fault(server), fault(server)


def practise(page: Page, address: str, kind: str = "One answer") -> None:
    """Open Practice and ask for one kind of questions."""
    page.goto(f"{address}/practice")
    expect(page.locator(DESK)).to_be_visible(timeout=60_000)
    chosen = page.locator("[data-testid=stMultiSelect]").nth(2)
    if kind not in chosen.inner_text():  # another tab of this browser may have chosen it
        chosen.locator("input").click()
        page.get_by_role("option", name=kind, exact=True).click()
        page.keyboard.press("Escape")
    expect(page.locator(f"{DESK} >> text={kind}").first).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    until_settled(page)


def seen(page: Page) -> int:
    """How many questions were answered so far, as the page says."""
    found = re.search(r"(\d+) of \d+ seen", page.locator("[data-testid=stMain]").inner_text())
    assert found is not None
    return int(found.group(1))


def test_three_questions_by_keyboard_alone(page: Page, asking: str) -> None:
    practise(page, asking)
    for number in range(1, 4):
        until_settled(page)
        text = page.locator(DESK).inner_text()
        page.keyboard.press("2")
        expect(page.locator(f"{DESK} input[type=radio]").nth(1)).to_be_checked()
        expect(page.locator(DESK).get_by_role("button", name="Answer")).to_be_enabled()
        page.keyboard.press("Enter")
        expect(page.get_by_text(RATED)).to_be_visible()
        expect(page.get_by_text(f"{number} of")).to_be_visible()
        page.keyboard.press("3" if number == 1 else "Enter")
        expect(page.get_by_text(RATED)).to_be_hidden()
        assert page.locator(DESK).inner_text() != text


def test_a_number_is_typed_and_enter_hands_it_in(page: Page, asking: str) -> None:
    practise(page, asking, "A number")
    field = page.locator(f"{DESK} input[type=text]")
    field.fill("about five")
    field.press("Enter")
    expect(page.get_by_text("is no number")).to_be_visible()
    field.fill("-1234.5")
    field.press("Enter")
    expect(page.locator("[data-testid=stAlert]").get_by_text("Not right.")).to_be_visible()
    expect(page.get_by_text(RATED)).to_be_visible()


def test_a_reload_finds_the_same_learner_and_another_browser_does_not(
    page: Page, browser: Browser, asking: str
) -> None:
    practise(page, asking)
    page.get_by_role("button", name="I don't know").click()
    expect(page.get_by_text(RATED)).to_be_visible()
    page.reload()
    expect(page.locator(DESK)).to_be_visible(timeout=30_000)
    assert seen(page) == 1
    context = browser.new_context()
    other = context.new_page()
    other.goto(f"{asking}/practice")
    expect(other.locator(DESK)).to_be_visible(timeout=30_000)
    assert seen(other) == 0
    context.close()


def test_two_tabs_that_answer_at_once_lose_nothing(page: Page, asking: str) -> None:
    practise(page, asking)
    second = page.context.new_page()
    practise(second, asking)
    for tab in (page, second):
        tab.get_by_role("button", name="I don't know").click()
    for tab in (page, second):
        expect(tab.get_by_text(RATED)).to_be_visible()
        tab.keyboard.press("Enter")
        expect(tab.get_by_text(RATED)).to_be_hidden()
    page.goto(f"{asking}/progress")
    expect(page.locator("[data-testid=stMetric]").first).to_contain_text("2")


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, asking: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("practice", "review", "interview", "progress"):
        page.goto(f"{asking}/{name}")
        expect(page.locator("h2")).to_be_visible(timeout=30_000)
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), name


def test_what_is_asked_has_names_for_those_who_hear_the_page(page: Page, asking: str) -> None:
    practise(page, asking)
    expect(page.get_by_role("radiogroup", name="Options")).to_be_visible()
    assert page.get_by_role("radio").count() >= 3
    expect(page.locator(DESK).get_by_role("button", name="Answer")).to_be_visible()
    expect(page.get_by_role("radiogroup", name="How sure are you?")).to_be_visible()


def test_answers_survive_a_server_that_is_killed(page: Page) -> None:
    folder = tempfile.mkdtemp()
    first = Server(settings={"GP_DATA_DIR": folder})
    first.wait()
    practise(page, first.address)
    page.get_by_role("button", name="I don't know").click()
    expect(page.get_by_text(RATED)).to_be_visible()
    first.process.send_signal(signal.SIGKILL)
    first.process.wait(timeout=20)
    second = Server(port=first.port, settings={"GP_DATA_DIR": folder})
    try:
        second.wait()
        page.goto(f"{second.address}/practice")
        expect(page.locator(DESK)).to_be_visible(timeout=60_000)
        assert seen(page) == 1
    finally:
        second.stop()


def test_a_fault_is_named_and_mended_by_training_again(page: Page, asking: str) -> None:
    practise(page, asking, "Break it and mend it")
    expect(page.locator(".gp-figure > div[data-drawn]").nth(3)).to_be_visible(timeout=60_000)
    page.get_by_role("radio").first.check(force=True)
    page.get_by_role("button", name="Name it").click()
    expect(page.get_by_text("What mends it?")).to_be_visible()
    page.get_by_role("radio").first.check(force=True)
    page.get_by_role("button", name="Train with it").click()
    expect(page.get_by_text(RATED)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("on fresh data").first).to_be_visible()


def test_an_interview_is_timed_and_says_nothing_until_its_end(page: Page, asking: str) -> None:
    page.goto(f"{asking}/interview")
    page.get_by_role("button", name="Begin").click(timeout=60_000)
    clock = page.locator("[data-testid=stMarkdownContainer]").filter(has_text=re.compile(r"\d+:\d\d left"))
    expect(clock).to_be_visible(timeout=30_000)
    before = clock.inner_text()
    time.sleep(2.5)
    assert clock.inner_text() != before
    page.get_by_role("button", name="Pass").click()
    expect(page.get_by_text("Question 2 of")).to_be_visible()
    explanations = [question.explanation[:40] for question in bank().values()]
    assert not any(text in page.locator("[data-testid=stMain]").inner_text() for text in explanations)
    until_settled(page)
    page.get_by_role("button", name="End the interview now").click()
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("Question by question")).to_be_visible()
    expect(page.get_by_role("button", name="Download the report")).to_be_visible()
