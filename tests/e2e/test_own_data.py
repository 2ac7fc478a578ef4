"""A file of one's own in a real browser: refused where it is bad, learnt where it is good, and never in its link."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.playground import open_playground, press, sentence, until
from tests.engine.data.own.files import csv, flowers

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

HOSTILE = '<img src=x onerror="window.hacked=1">'


def hostile(rows: int = 60) -> bytes:
    """A column, a category and a class that are markup elsewhere."""
    lines = [f'"{HOSTILE.replace(chr(34), chr(34) * 2)}",[a](javascript:alert(1)),$\\frac,y']
    lines += [f"{i * 0.5},{i % 7},**{'uv'[i % 2]}**,<b>{'xy'[i % 2]}</b>" for i in range(rows)]
    return csv(*lines)


def choose_own(page: Page) -> None:
    menu = page.locator(".st-key-form-data-kind input")
    menu.click()
    page.keyboard.type("Your own")
    page.get_by_role("option", name="Your own file").click()
    page.wait_for_selector("[data-testid=stFileUploader]")


def send(page: Page, folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.write_bytes(content)
    # After an upload the uploader is a new one: what is sent to the old one would be lost.
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(page.locator("[data-testid=stFileUploaderDropzoneInput]")).to_have_count(1)
    page.locator("[data-testid=stFileUploaderDropzoneInput]").last.set_input_files(path)


def use(page: Page) -> None:
    page.get_by_role("button", name="Use this data").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_bad_file_is_refused_and_a_good_one_learnt(page: Page, address: str, tmp_path: Path) -> None:
    open_playground(page, address, "?data.kind=circle")
    choose_own(page)
    send(page, tmp_path, "bad.csv", csv("a,b", "1,2", "3"))
    expect(page.get_by_text("bad.csv: Line 3: 1 cell, but the header has 2.")).to_be_visible()
    assert "data.kind=circle" in page.url
    send(page, tmp_path, "flowers.csv", flowers(150, gaps=True))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("150 rows and 5 columns (UTF-8 text, cells separated by commas)")).to_be_visible()
    expect(dialog.get_by_text("4 of 4 columns are used: 10 inputs of the network")).to_be_visible()
    assert "data.kind=circle" in page.url
    use(page)
    page.wait_for_url(re.compile(r"data\.file="))
    until(page, "p.status === 'paused' && p.shown === 0 && p.steps.length === 1")
    press(page, "Play")
    until(page, "p.shown > 300", 60)
    press(page, "Pause")
    assert float(re.search(r"test ([\d.]+) %", sentence(page, "Accuracy")).group(1)) >= 80
    assert "data.file=" in page.url and "length" not in page.url


def test_a_column_is_dropped_in_the_dialog(page: Page, address: str, tmp_path: Path) -> None:
    open_playground(page, address, "?data.kind=circle")
    choose_own(page)
    send(page, tmp_path, "flowers.csv", flowers(90))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("4 of 4 columns are used")).to_be_visible()
    table = dialog.locator("[data-testid=stDataFrame]").nth(1)
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 38, box["y"] + 52)
    expect(dialog.get_by_text("3 of 4 columns are used")).to_be_visible()
    use(page)
    page.wait_for_url(re.compile(r"data\.inputs=1(,|%2C)2(,|%2C)3"))


def test_a_dialog_put_away_can_be_opened_again(page: Page, address: str, tmp_path: Path) -> None:
    open_playground(page, address, "?data.kind=circle")
    choose_own(page)
    send(page, tmp_path, "flowers.csv", flowers(90))
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Target and columns").click()
    expect(page.get_by_role("dialog").get_by_text("90 rows and 5 columns")).to_be_visible()
    use(page)
    page.wait_for_url(re.compile(r"data\.file="))


def test_a_link_asks_for_its_file_and_opens_with_it(browser: Browser, page: Page, address: str, tmp_path: Path) -> None:
    open_playground(page, address, "?data.kind=circle&model.hidden=4")
    choose_own(page)
    send(page, tmp_path, "flowers.csv", flowers(90))
    use(page)
    page.wait_for_url(re.compile(r"data\.file="))
    context = browser.new_context(viewport={"width": 390, "height": 844})
    other = context.new_page()
    other.goto(page.url)
    expect(other.get_by_role("heading", name="This experiment's data stays with its owner")).to_be_visible(
        timeout=40_000
    )
    send(other, tmp_path, "flowers.csv", flowers(90))
    expect(other.get_by_role("heading", name="This experiment's data stays with its owner")).to_have_count(
        0, timeout=30_000
    )
    until(other, "p.status === 'paused' && p.shown === 0 && p.steps.length === 1")
    assert re.sub(r"\W", "", other.url) == re.sub(r"\W", "", page.url)
    context.close()


def test_markup_in_names_is_text_everywhere(page: Page, address: str, tmp_path: Path) -> None:
    open_playground(page, address, "?data.kind=circle&model.hidden=")
    choose_own(page)
    send(page, tmp_path, f"{HOSTILE[:4]}file.csv".replace("<", "("), hostile())
    use(page)
    page.wait_for_url(re.compile(r"data\.file="))
    until(page, "p.status === 'paused' && p.shown === 0")
    for view in ("Hardest examples", "Data table", "Formulas"):
        page.get_by_test_id("stButtonGroup").get_by_role("radio", name=view).click()
        page.wait_for_timeout(1500)
    assert page.locator(".katex").count() > 0
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x']").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.locator(".gp-player b, .gp-player svg b").count() == 0
    assert page.locator(".gp-legend-entry").all_inner_texts()[:2] == ["<b>x</b>", "<b>y</b>"]
