"""The page of convolution in a real browser: weights are typed, the window is stepped and played, a picture is drawn."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import SECONDS, open_lab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
SLIDE = ".gp-slide"
CELL = f"{SLIDE} .gp-cell"


def open_page(page: Page, address: str, query: dict[str, str] | None = None) -> list[str]:
    """Open it; returns a list that errors of the page come into."""
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    open_lab(page, address, "convolution", query)
    page.wait_for_selector(f"{SLIDE}[data-drawn]", timeout=30 * SECONDS)
    return failures


def landed(page: Page) -> float:
    """The number that the sum comes to."""
    return float(page.locator(".gp-slide-sum strong").inner_text().replace("−", "-"))


def products(page: Page) -> list[float]:
    return [float(text.replace("−", "-")) for text in page.locator(".gp-slide-product td").all_inner_texts()]


def test_a_weight_is_typed_and_its_cell_keeps_the_keyboard_while_the_page_follows(page: Page, address: str) -> None:
    failures = open_page(page, address, {"window.row": "2", "window.column": "3"})
    before = page.locator(".gp-slide-sum strong").inner_text()
    cell = page.locator(CELL).nth(4)
    cell.click()
    page.keyboard.type("2.5")
    page.wait_for_function("location.search.includes('window.edits')", timeout=30 * SECONDS)
    expect(page.locator(".gp-slide-sum strong")).not_to_have_text(before)
    expect(cell).to_be_focused()
    expect(cell).to_have_value("2.5")
    assert sum(products(page)) == pytest.approx(landed(page), abs=0.02)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(CELL).nth(5)).to_be_focused()
    page.keyboard.type("x")
    expect(page.locator(CELL).nth(5)).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")
    expect(page.locator(CELL).nth(5)).not_to_have_attribute("aria-invalid", "true")
    page.reload()
    page.wait_for_selector(f"{SLIDE}[data-drawn]", timeout=30 * SECONDS)
    expect(page.locator(CELL).nth(4)).to_have_value("2.5")
    assert not failures


def test_the_window_is_stepped_clicked_and_played_and_the_address_keeps_where_it_stands(
    page: Page, address: str
) -> None:
    failures = open_page(page, address)
    where = page.locator(".gp-slide-where")
    expect(where).to_have_text("place 1 of 36")
    page.get_by_role("button", name="Next place").click()
    expect(where).to_have_text("place 2 of 36")
    page.get_by_role("button", name="Previous place").click()
    page.get_by_role("button", name="Previous place").click()
    expect(where).to_have_text("place 36 of 36")
    box = page.locator(f"{SLIDE} .gp-slide-output canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    expect(where).to_have_text("place 11 of 36")
    page.wait_for_function("location.search.includes('window.column=5')", timeout=30 * SECONDS)
    assert "window.row=2" in page.url
    assert sum(products(page)) == pytest.approx(landed(page), abs=0.02)
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function("Number(document.querySelector('.gp-slide-where').textContent.split(' ')[1]) >= 14")
    page.get_by_role("button", name="Pause").click()
    page.locator(f"{SLIDE} .gp-slide-output canvas").focus()
    before = int(where.inner_text().split()[1])
    page.keyboard.press("ArrowDown")
    expect(where).to_have_text(f"place {before + 6 if before <= 30 else before} of 36")
    assert not failures


def test_a_line_is_drawn_on_the_grid_and_becomes_the_picture(page: Page, address: str) -> None:
    failures = open_page(page, address, {"picture.kind": "drawing", "window.kernels.0.kind": "identity"})
    pad = page.locator(".gp-drawing canvas")
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 50, steps=3)
    page.mouse.up()
    side = box["width"] / 16
    row, first, last = int(50 // side), int(20 // side), int(120 // side)
    page.wait_for_function(
        "ink => new URL(location).searchParams.get('picture.ink') === ink",
        arg="0" * (16 * row + first) + "f" * (last - first + 1),  # what is told on the way is part of it
        timeout=30 * SECONDS,
    )
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("!location.search.includes('picture.ink')", timeout=30 * SECONDS)
    pad.focus()
    page.keyboard.press("Space")
    page.wait_for_function("location.search.includes('picture.ink')", timeout=30 * SECONDS)
    assert not failures


def test_on_a_phone_nothing_reaches_beyond_the_page(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    failures = open_page(page, address, {"window.size": "7", "window.kernels.0.kind": "box", "window.padding": "same"})
    wide = page.evaluate(
        "document.querySelector('.gp-slide').scrollWidth - document.querySelector('.gp-slide').clientWidth"
    )
    assert wide <= 1 and not failures
