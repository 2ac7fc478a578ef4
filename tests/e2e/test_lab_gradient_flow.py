"""The lab of gradient flow in a real browser: two heat maps that fill, a cure switched, a section chosen."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import open_lab, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
COLUMNS = "plot._fullData[0].x && plot._fullData[0].x.length"
SHORT = {"depth": "6", "width": "8", "updates": "40"}


def test_heat_maps_fill_and_follow_a_cure(page: Page, address: str) -> None:
    open_lab(page, address, "gradient_flow", SHORT)
    for place in (0, 1):
        until_drawn(page, f"{COLUMNS} === 40", place, timeout=60_000)
    page.evaluate("window.__plot = document.querySelectorAll('.gp-figure > [role=img]')[1]")
    page.get_by_role("radio", name="Residual connections").or_(
        page.get_by_role("button", name="Residual connections")
    ).first.click()
    page.wait_for_function("location.search.includes('residual')", timeout=30_000)
    expect(page.get_by_text("After: ReLU + He normal + Residual connections").first).to_be_visible(timeout=30_000)
    until_drawn(page, f"{COLUMNS} === 40", 1, timeout=60_000)
    assert page.evaluate("window.__plot === document.querySelectorAll('.gp-figure > [role=img]')[1]"), (
        "the picture stays"
    )
    page.get_by_text("Jacobians", exact=True).first.click()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'before: ‖product‖')", timeout=60_000)


def test_a_switch_sets_the_fixed_run_beside_the_sick_one(page: Page, address: str) -> None:
    open_lab(page, address, "gradient_flow", {"view": "signs", "sign": "nan"})
    expect(page.get_by_text("The doctor: Divergence")).to_be_visible(timeout=60_000)
    page.get_by_text("Show the same run with the fix too").click()
    expect(page.get_by_text("With the fix the doctor no longer finds")).to_be_visible(timeout=60_000)
    until_drawn(page, "plot.data.length === 2 && plot.data[1].name === 'with the fix'", 6, timeout=30_000)
    ranges = "[0, 3].map((n) => document.querySelectorAll('.gp-figure > [role=img]')[n]._fullLayout.xaxis.range.join())"
    mine, fixed = page.evaluate(ranges)
    assert mine == fixed
