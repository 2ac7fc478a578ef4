"""The lab of initialization in a real browser: its main path."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import figure, open_lab, until_drawn
from tests.e2e.playground import quiet

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_another_initializer_and_another_section_change_the_picture(page: Page, address: str) -> None:
    open_lab(page, address, "initialization", {"network.depth": "8", "measuring.seeds": "3"})
    until_drawn(page, "plot.data.some((trace) => trace.name === 'Xavier normal')")
    page.evaluate("window.__plot = document.querySelector('.gp-figure > [role=img]')")
    page.get_by_role("combobox", name="Second initializer").click()
    page.get_by_role("option", name="Orthogonal", exact=True).click()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'Orthogonal, gain 1')")
    assert page.evaluate("window.__plot === document.querySelector('.gp-figure > [role=img]')")
    page.wait_for_function("location.search.includes('compared.second.kind=orthogonal')")
    page.get_by_role("radio", name="Symmetry").or_(page.get_by_role("button", name="Symmetry")).first.click()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'unit 4')")
    lines = [trace["y"] for trace in figure(page)["traces"][:8:2]]
    assert all(line == lines[0] for line in lines), "equal units"
    expect(page.get_by_text("exactly 0")).to_be_visible()


@pytest.mark.parametrize(("section", "title"), [("widths", "Widths that differ"), ("symmetry", "Symmetry")])
def test_an_opened_section_is_marked_also_after_its_work_is_done(
    page: Page, address: str, section: str, title: str
) -> None:
    open_lab(page, address, "initialization", {"section": section})
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    quiet(page)
    expect(page.get_by_role("radio", name=title)).to_be_checked()
