"""A real server and a real Chromium. Where there is no Chromium, these tests are skipped and say so."""

import re
from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright

from scripts.browser import ROOT, Server, chromium, launch, launch_with_memory, served

expect.set_options(timeout=15_000)
"""Milliseconds: a machine may be busy."""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the app answers; an exception in its log fails the last test."""
    with served() as server:
        yield server.address
    assert not fault(server), fault(server)


def fault(server: Server) -> str:
    """What went wrong first by a server's log; empty where nothing did.

    A tab that closes in mid-sentence makes Streamlit log a traceback of its own: ours are those that count.
    """
    log = server.log.read_text()
    found = re.search(rf'File "{re.escape(str(ROOT))}/(?!\.venv)|Uncaught app exec', log)
    return log[max(0, found.start() - 3000) : found.end() + 3000] if found else ""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if chromium() is None:
        pytest.skip("no chromium on this machine: browser tests are skipped")
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """For visitors who come for the first time, from desks of their own."""
    found = launch(playwright)
    yield found
    found.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails tells what was on the screen: another machine's browser can not be looked at afterwards."""
    report = yield
    used = item.funcargs if isinstance(item, pytest.Function) else {}
    if report.failed:
        contexts = [used["desk"]] if "desk" in used else []
        contexts += used["browser"].contexts if "browser" in used else []
        for page in (page for context in contexts for page in context.pages if page.url.startswith("http")):
            report.sections.append((f"on the screen of {page.url}", on_screen(page)))
    return report


def on_screen(page: Page) -> str:
    """The words of the page, and what its player and its figures say of themselves."""
    try:
        return str(
            page.evaluate(
                """() => [
                    (document.querySelector("[data-testid=stMain]") ?? document.body).innerText
                        .replace(/\\s*\\n\\s*/g, " | ").slice(0, 4000),
                    JSON.stringify(window.__gradientPlayer, (name, value) =>
                        name === "stats" ? undefined : name === "steps" ? value.length : value),
                    document.querySelector("[data-testid=stApp]")?.dataset.testScriptState,
                    JSON.stringify([...document.querySelectorAll(".gp-figure > div")].map((plot) =>
                        [plot.dataset.drawn, plot.data?.map((trace) => trace.x?.length)])),
                ].join("\\n")"""
            )
        )
    except Error as error:
        return f"nothing that could be read: {error.message[:300]}"


@pytest.fixture(scope="session")
def desk(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser that has been here before: Streamlit's pages and Plotly are in its cache."""
    context = launch_with_memory(playwright, tmp_path_factory.mktemp("desk"))
    yield context
    context.close()


@pytest.fixture
def page(desk: BrowserContext) -> Iterator[Page]:
    """A fresh visitor at a desk; any error in the browser's console fails the test. Nothing is kept of who was here before."""
    opened = desk.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    for left in desk.pages[1:]:
        if left.url.startswith("http"):
            left.evaluate("localStorage.clear()")
        left.close()
    desk.clear_cookies()
    assert not errors, errors
