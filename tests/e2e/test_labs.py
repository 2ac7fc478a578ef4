"""Labs in a real browser: a picture that follows its controls without being mounted anew."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import open_lab, until_drawn
from ui.served import ADDRESS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_another_choice_changes_the_same_picture_and_the_address(page: Page, address: str) -> None:
    open_lab(page, address, "activations", {"second.kind": "elu"})
    page.evaluate("window.__plot = document.querySelector('.gp-figure > [role=img]')")
    until_drawn(page, "plot.data.some((trace) => trace.name === 'ELU')", 1)
    page.get_by_role("combobox", name="Beside it").click()
    page.get_by_role("option", name="Tanh", exact=True).click()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'Tanh')", 1)
    assert page.evaluate("window.__plot === document.querySelector('.gp-figure > [role=img]')")
    page.wait_for_function("location.search.includes('second.kind=tanh')")
    page.reload()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'Tanh')", 1)
    expect(page.get_by_role("heading", name="Activations and losses")).to_be_visible()


def test_home_reads_plotly_in_ahead_and_its_link_opens_a_lab_without_another_load(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("window.Plotly !== undefined", timeout=30_000)
    page.evaluate("window.__before = true")
    page.locator(".st-key-lab-activations a").first.click()
    until_drawn(page, "plot.data.length > 1")
    assert page.evaluate("window.__before") and page.url == f"{address}/activations"


MOUNTED = """async (address) => {
    const { mounting } = await import(address);
    const host = document.createElement("div");
    host.innerHTML = "<p></p>";
    const log = [];
    const make = () => ({ take: (component) => log.push(component.data), destroy: () => log.push("gone") });
    const { render } = mounting("p", make);
    const component = { parentElement: host };
    const [first, second, third] = ["first", "second", "third"].map((data) => () => render(Object.assign(component, { data })));
    const overtaken = first();
    second(); overtaken();
    const leave = third();
    document.body.append(host);
    leave(); leave();
    await new Promise((done) => setTimeout(done, 600));
    log.push("still there");
    host.remove();
    await new Promise((done) => setTimeout(done, 600));
    return log;
}"""


def test_a_picture_stays_for_as_long_as_its_place_whichever_cleanup_was_called(page: Page, address: str) -> None:
    page.goto(f"{address}/activations")
    log = page.evaluate(MOUNTED, f"{address}/{ADDRESS}/mounting.js")
    assert log == ["first", "second", "third", "still there", "gone"]
