"""Pictures of one's own in a real browser: bad zips refused, good ones looked at, trained on and taken home, in no link."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.engine.pictures.files import saved
from tests.engine.pictures.test_bad_zips import packed, pets

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

HOSTILE = '<img src=x onerror="window.hacked=1">'
READY = "[data-testid=stApp][data-test-script-state=notRunning]"


def send(page: Page, folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.write_bytes(content)
    page.wait_for_selector(READY)
    page.locator("[data-testid=stFileUploaderDropzoneInput]").last.set_input_files(path)


def hostile() -> dict[str, bytes]:
    """Two classes, one of which is called by markup."""
    return {path.replace("cats", HOSTILE.replace("/", "")): file for path, file in pets(20).items()}


def test_a_bad_zip_is_refused_and_a_good_one_trained_on_and_taken_home(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(f"{address}/vision?v=1&experiment.data.kind=own&experiment.training.epochs=3")
    expect(page.get_by_text("No pictures have been uploaded yet")).to_be_visible(timeout=60_000)
    send(page, tmp_path, "bad.zip", packed({**pets(), "cats/x.png": b"hello"}))
    expect(page.get_by_text("bad.zip: cats/x.png: This is a text, whatever its name says")).to_be_visible()
    send(page, tmp_path, "pets.zip", packed({**hostile(), "dogs/.DS_Store": b"x"}))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 hidden file was left out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("40 pictures of 2 classes, 32 × 32 pixels.")).to_be_visible()
    page.wait_for_url(re.compile(r"data\.file=[0-9a-f]{16}"))
    assert "img" not in page.url and page.evaluate("window.hacked") is None
    page.locator("label").filter(has_text="Take this run home").click()
    for name in ("Script", "Pictures"):
        button = page.get_by_test_id("stDownloadButton").filter(has_text=name).first.locator("button")
        with page.expect_download(timeout=60_000) as found:
            button.click()
        found.value.save_as(tmp_path / found.value.suggested_filename)
    script = tmp_path / "gradient-playground-own.py"
    done = subprocess.run(
        [sys.executable, "-I", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0 and done.stdout.splitlines()[-1].endswith(": the same"), done.stderr


def test_a_single_picture_in_place_of_a_zip_says_what_to_do(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/vision?v=1&experiment.data.kind=own")
    page.wait_for_selector("[data-testid=stFileUploader]", timeout=60_000)
    picture = saved(np.zeros((9, 9), np.uint8))
    send(page, tmp_path, "picture.zip", picture)
    expect(page.get_by_text("This is a PNG picture, not a zip")).to_be_visible()
