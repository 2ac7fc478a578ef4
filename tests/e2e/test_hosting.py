"""A host with limits, visitors who leave and come back, and runs that fail: in a real browser, on a server of its own."""

import re
import time
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.browser import Server, served
from tests.e2e.conftest import fault
from tests.e2e.playground import becomes, fresh, open_playground, press, quiet, until, watch
from tests.e2e.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

ENDLESS = "?model.hidden=6,5&training.epochs=100000"


@pytest.fixture(scope="module")
def host() -> Iterator[Server]:
    """A server with room for few and a short memory for sessions."""
    limits = {"GP_MAX_VISITS": "3", "GP_MAX_RUNS": "3", "GP_MAX_PARAMETERS": "2000", "GP_FORGET_SECONDS": "12"}
    with served({**limits, "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "2"}) as server:
        yield server
    assert not fault(server), fault(server)


def train_a_while(page: Page, address: str, query: str = ENDLESS) -> int:
    """A run that has come some way and is paused; returns its step."""
    fresh(page, address, query)
    press(page, "Play")
    until(page, "p.shown > 60")
    press(page, "Pause")
    until(page, "p.status === 'paused' && !p.pending.length")
    quiet(page)
    return int(watch(page)["shown"])


def film(page: Page) -> list[int]:
    return list(watch(page)["steps"])


def test_a_closed_tab_stops_costing_processor_time_within_10_seconds(browser: Browser, host: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    fresh(page, host.address, "?model.hidden=16,16,16&training.epochs=100000")
    page.get_by_label("Speed").select_option(label="fastest")
    press(page, "Play")
    until(page, "p.shown > 100")
    process = psutil.Process(host.process.pid)
    process.cpu_percent()
    page.wait_for_timeout(2000)
    busy = process.cpu_percent()
    context.close()
    time.sleep(10.0)
    process.cpu_percent()
    time.sleep(3.0)
    idle = process.cpu_percent()
    assert busy > 10
    assert idle < 5, f"{busy} % while it played, {idle} % after its tab was closed"


def test_a_page_that_was_offline_finds_its_run_where_it_was(page: Page, host: Server) -> None:
    """The wire is cut for longer than Streamlit keeps a session: a new session goes on with the same visit."""
    wire = Wire(host.port)
    try:
        stood = train_a_while(page, wire.address)
        before = film(page)
        wire.cut()
        page.wait_for_timeout(4000)
        wire.mend()
        press(page, "Step")
        until(page, f"p.shown === {stood + 1} && !p.pending.length")
        page.wait_for_timeout(3000)
        assert film(page) == [*before, stood + 1]
        press(page, "Step")
        until(page, f"p.shown === {stood + 2}")
    finally:
        wire.close()


def test_a_short_loss_of_the_connection_opens_nothing_anew(page: Page, address: str) -> None:
    wire = Wire(int(address.rsplit(":", 1)[1]))
    try:
        stood = train_a_while(page, wire.address)
        page.evaluate("window.__before = true")
        wire.cut()
        page.wait_for_timeout(500)
        wire.mend()
        page.wait_for_timeout(8000)
        assert page.evaluate("window.__before") is True
        press(page, "Step")
        until(page, f"p.shown === {stood + 1}")
    finally:
        wire.close()


def test_a_reload_goes_on_with_the_same_run(page: Page, address: str) -> None:
    stood = train_a_while(page, address)
    before = film(page)
    page.reload()
    until(page, f"p.shown === {stood} && p.status === 'paused'")
    assert film(page) == before
    press(page, "Step")
    until(page, f"p.shown === {stood + 1}")


def test_another_link_in_the_same_tab_is_opened_and_not_the_run_before(page: Page, address: str) -> None:
    train_a_while(page, address)
    fresh(page, address, "?data.kind=circle&model.hidden=3")
    page.wait_for_timeout(3500)
    assert watch(page)["shown"] == 0


def test_a_second_tab_is_a_visitor_of_its_own(page: Page, address: str) -> None:
    stood = train_a_while(page, address)
    second = page.context.new_page()
    fresh(second, address, ENDLESS)
    press(second, "Step")
    until(second, "p.shown === 1")
    assert watch(page)["shown"] == stood
    second.close()


def test_a_run_that_the_server_put_away_is_trained_again_to_where_it_was_and_that_is_said(
    page: Page, browser: Browser, host: Server
) -> None:
    stood = train_a_while(page, host.address)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.wait_for_timeout(16_000)  # nobody asks for it for longer than GP_FORGET_SECONDS
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    until(page, f"p.shown === {stood} && p.status === 'paused'")
    expect(page.locator(".gp-banner")).to_contain_text(f"trained again up to step {stood}", timeout=60_000)


def test_a_network_that_is_too_large_is_refused_at_its_control_and_the_run_stays(page: Page, host: Server) -> None:
    stood = train_a_while(page, host.address, "?model.hidden=100,5&training.epochs=100000")
    second = page.get_by_label("Layer 2", exact=True)
    second.fill("128")
    second.press("Enter")
    sidebar = page.locator("section[data-testid=stSidebar]")
    refusal = "This server allows 2,000 parameters in one network, and this asks for 13,357"
    expect(sidebar).to_contain_text(refusal, timeout=20_000)
    expect(second.first).to_have_value("5")
    assert watch(page)["shown"] == stood
    assert re.search(r"model.hidden=100(,|%2C)5", page.url)


def test_a_link_to_a_network_that_is_too_large_says_so_and_shows_a_trained_run(page: Page, host: Server) -> None:
    open_playground(page, host.address, "?model.hidden=128,128")
    expect(page.get_by_text("This server allows 2,000 parameters in one network")).to_be_visible()
    until(page, "p.shown === 3000")


@pytest.fixture
def empty(host: Server) -> Server:
    """The same server once the visitors of the tests before are out of sight."""
    time.sleep(8.0)
    return host


def test_a_full_server_tells_a_newcomer_and_lets_him_in_when_there_is_room(browser: Browser, empty: Server) -> None:
    contexts = [browser.new_context() for _ in range(4)]
    try:
        for context in contexts[:3]:
            open_playground(context.new_page(), empty.address)
        late = contexts[3].new_page()
        late.goto(f"{empty.address}/playground")
        expect(late.get_by_text("This server allows 3 pages open at once")).to_be_visible(timeout=30_000)
        contexts[0].close()
        late.wait_for_timeout(5_000)
        late.get_by_role("button", name="Try again").click()
        until(late, "p.shown === 3000")
    finally:
        for context in contexts:
            context.close()


def test_where_all_runs_are_taken_a_newcomer_sees_the_opening_run_and_why(browser: Browser, empty: Server) -> None:
    """Three runs: the opening one, and two visitors'."""
    contexts = [browser.new_context() for _ in range(3)]
    try:
        pages = [context.new_page() for context in contexts]
        for page in pages[:2]:
            fresh(page, empty.address, ENDLESS)
        open_playground(pages[2], empty.address, ENDLESS)
        expect(pages[2].locator(".gp-banner")).to_contain_text("This server allows 3 runs at once", timeout=30_000)
        until(pages[2], "p.shown === 3000")
        contexts[0].close()
        pages[2].wait_for_timeout(10_000)
        press(pages[2], "Play")
        until(pages[2], "p.status === 'playing' && p.shown > 20 && p.shown < 2000")
        assert re.search(r"model.hidden=6(,|%2C)5", pages[2].url)
    finally:
        for context in contexts:
            context.close()


def test_a_new_seed_is_not_taken_back_by_the_next_click(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=circle&model.hidden=4")
    seed = page.get_by_role("spinbutton", name="Seed", exact=True)  # a field that was replaced may stay, unseen
    for _ in range(6):
        before = seed.input_value()
        press(page, "New seed")
        page.wait_for_timeout(120)
        page.get_by_text("Change without restarting").click()
        becomes(page, lambda before=before: seed.input_value() != before, True)  # type: ignore[misc]
        quiet(page)
        assert f"seed={seed.input_value().replace(',', '')}" in page.url
