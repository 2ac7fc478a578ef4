"""An account takes the records along: a real login at a provider of our own, in a real browser."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from scripts.browser import ROOT, served
from tests.e2e.conftest import fault
from tests.e2e.provider import Lie, Provider, provider
from tests.e2e.test_asking import RATED, practise

pytestmark = pytest.mark.browser
NOBODY = "Known by a secret that this browser keeps"
NOTHING = "Nothing answered yet"
FAILED = "the login was broken off or refused"


@pytest.fixture(scope="module")
def people() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture(scope="module")
def asking(people: Provider) -> Iterator[str]:
    """A server whose owner has set up a login."""
    told = Path(tempfile.mkdtemp()) / "secrets.toml"
    told.write_text(people.secrets())
    with served({"STREAMLIT_SECRETS_FILES": str(told)}) as server:
        yield server.address
    assert not fault(server), fault(server)


@pytest.fixture(autouse=True)
def honest(people: Provider) -> Iterator[None]:
    """Whatever a test makes of the provider, and whoever has answered."""
    people.lie = ""
    people.renew()
    yield


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[BrowserContext]:
    """Another browser."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    yield context
    context.close()


def answer(page: Page, address: str) -> None:
    """Answer one question."""
    practise(page, address)
    page.get_by_role("button", name="I don't know").click()
    expect(page.get_by_text(RATED)).to_be_visible()


def progress(page: Page, address: str) -> None:
    page.goto(f"{address}/progress")
    expect(page.get_by_text("Your records")).to_be_visible(timeout=60_000)


def leave_to_log_in(page: Page, name: str) -> None:
    """From the page Progress, as ``name``."""
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name=f"Log in as {name}").click()


def log_in(page: Page, address: str, name: str) -> None:
    progress(page, address)
    leave_to_log_in(page, name)
    expect(page.get_by_text("Kept under your account")).to_be_visible(timeout=30_000)
    expect(page).to_have_url(f"{address}/progress")


def log_out(page: Page, address: str) -> None:
    progress(page, address)
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{address}/", timeout=30_000)
    expect(page.get_by_text("Prepare for interviews")).to_be_visible(timeout=30_000)


def is_of_nobody(page: Page, count: int = 0) -> None:
    """The page Progress shows no account, and so many answers."""
    expect(page.get_by_text(NOBODY)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    has_answers(page, count)


def has_answers(page: Page, count: int) -> None:
    if count:
        expect(page.locator("[data-testid=stMetric]").first).to_contain_text(str(count))
    else:
        expect(page.get_by_text(NOTHING)).to_be_visible()


def test_whoever_logs_in_takes_the_records_along_to_every_browser_and_leaves_none_behind(
    page: Page, elsewhere: BrowserContext, asking: str
) -> None:
    answer(page, asking)
    log_in(page, asking, "Ada")
    expect(page.get_by_text("ada@example.org")).to_be_visible()
    has_answers(page, 1)

    other = elsewhere.new_page()
    answer(other, asking)
    log_in(other, asking, "Ada")
    has_answers(other, 2)
    progress(page, asking)
    has_answers(page, 2)

    log_out(page, asking)
    progress(page, asking)
    is_of_nobody(page)
    log_in(page, asking, "Bob")
    expect(page.get_by_text("Kept under your account, Bob")).to_be_visible()
    has_answers(page, 0)
    answer(page, asking)
    log_out(page, asking)

    log_in(page, asking, "Ada")
    has_answers(page, 2)
    other.reload()
    has_answers(other, 2)


def test_logging_out_on_one_page_holds_on_all_pages_of_the_browser(page: Page, asking: str) -> None:
    answer(page, asking)
    log_in(page, asking, "Ada")
    looking, idle = page.context.new_page(), page.context.new_page()
    progress(looking, asking)
    has_answers(looking, 1)
    idle.goto(asking)  # has not asked for records so far: if it did later on, the browser would open them again
    expect(idle.get_by_text("Prepare for interviews")).to_be_visible(timeout=30_000)
    log_out(page, asking)
    looking.keyboard.press("r")  # draws the page again
    idle.locator("a[href$='progress']").first.click()
    for other in (looking, idle):
        is_of_nobody(other)
    progress(page, asking)
    is_of_nobody(page)


def test_what_was_answered_after_logging_out_comes_along_with_the_next_login(page: Page, asking: str) -> None:
    log_in(page, asking, "Ada")
    log_out(page, asking)
    answer(page, asking)
    progress(page, asking)
    is_of_nobody(page, 1)
    log_in(page, asking, "Ada")
    has_answers(page, 1)


def test_a_token_that_is_not_right_opens_nothing(
    page: Page, elsewhere: BrowserContext, people: Provider, asking: str
) -> None:
    theirs = elsewhere.new_page()
    answer(theirs, asking)
    log_in(theirs, asking, "Ada")
    progress(page, asking)
    for people.lie in (lie for lie in get_args(Lie) if lie):
        leave_to_log_in(page, "Ada")
        expect(page.get_by_text(FAILED), people.lie).to_be_visible(timeout=30_000)
        progress(page, asking)
        is_of_nobody(page)


def test_whoever_turns_back_at_the_provider_is_told_and_keeps_the_own_records(page: Page, asking: str) -> None:
    answer(page, asking)
    progress(page, asking)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Nobody").click()
    expect(page.get_by_text(FAILED)).to_be_visible(timeout=30_000)
    progress(page, asking)
    is_of_nobody(page, 1)


def test_a_cookie_that_this_server_has_not_signed_opens_nothing(
    page: Page, elsewhere: BrowserContext, people: Provider, asking: str
) -> None:
    theirs = elsewhere.new_page()
    answer(theirs, asking)
    log_in(theirs, asking, "Ada")
    (real,) = [each for each in elsewhere.cookies() if each["name"] == "_streamlit_user"]
    claims = {**people.claims("Ada"), "origin": asking, "is_logged_in": True, "provider": "default"}
    forged = create_signed_value("a guess", "_streamlit_user", json.dumps(claims))
    for value in (forged.decode(), real["value"][:-4] + "AAAA"):
        page.context.clear_cookies()
        page.context.add_cookies([{**real, "value": value}])  # type: ignore[typeddict-item]
        progress(page, asking)
        is_of_nobody(page)


def test_where_no_login_is_set_up_none_is_offered(page: Page) -> None:
    assert not (ROOT / ".streamlit" / "secrets.toml").exists(), "this test is of a server without"
    with served() as server:
        progress(page, server.address)
        expect(page.get_by_text(NOBODY)).to_be_visible()
        assert page.get_by_role("button", name="Log in").count() == 0
        assert not fault(server), fault(server)
        assert "secret" not in server.log.read_text().lower()
