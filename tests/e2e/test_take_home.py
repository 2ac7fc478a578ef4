"""What a person takes home from the page, opened and used as they would."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, Page, expect

from engine.experiment import Experiment
from engine.export.experiment_file import experiment_json
from engine.permalink import Link
from tests.e2e.playground import open_playground, press, sentence, until, watch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
CIRCLE = "?data.kind=circle&training.epochs=20&model.hidden=6"


def open_finished(page: Page, address: str, query: str = CIRCLE) -> None:
    open_playground(page, address, query)
    press(page, "Play")
    until(page, "p.status === 'finished'", 60)


def take_home(page: Page) -> None:
    page.get_by_role("radio", name="Take it home").click()
    expect(page.get_by_text("The script at step")).to_be_visible(timeout=30_000)


def downloaded(page: Page, act: Any) -> tuple[Download, bytes]:
    with page.expect_download(timeout=30_000) as waiting:
        act()
    return waiting.value, Path(waiting.value.path()).read_bytes()


def button(page: Page, name: str) -> Any:
    return lambda: page.get_by_role("button", name=name, exact=True).click()


def test_the_files_are_what_they_say_and_the_script_run_alone_prints_the_loss_that_the_page_shows(
    page: Page, address: str, tmp_path: Path
) -> None:
    open_finished(page, address)
    shown = float(re.match(r"Training ([\d.]+)", sentence(page, "Loss")).group(1))
    take_home(page)
    file, raw = downloaded(page, button(page, "Script"))
    assert file.suggested_filename == "gradient-playground-circle.py"
    (tmp_path / "script.py").write_bytes(raw)
    done = subprocess.run([sys.executable, "-I", "script.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    loss = float(re.search(r"^training loss ([\d.]+)$", done.stdout, re.MULTILINE).group(1))
    assert loss == pytest.approx(shown, rel=5e-3), "the page shows three digits"
    assert done.stdout.splitlines()[-1].endswith(": the same")
    notebook = json.loads(downloaded(page, button(page, "Notebook"))[1])
    assert notebook["nbformat"] == 4
    tree = json.loads(downloaded(page, button(page, "Experiment"))[1])
    assert tree["experiment"]["data"]["kind"] == "circle"
    assert b'"hidden.0.linear.weight"' in downloaded(page, button(page, "Weights"))[1]
    history = downloaded(page, button(page, "History"))[1].decode().split("\r\n")
    assert history[0].startswith("step,epoch,rate") and int(history[-2].split(",")[0]) == watch(page)["shown"]
    report = downloaded(page, button(page, "Report"))[1].decode()
    assert report.startswith("<!doctype html>") and "Circle: hidden layers 6, Tanh" in report


def test_the_report_draws_its_charts_without_a_network(page: Page, address: str, tmp_path: Path) -> None:
    open_trained(page, address)
    take_home(page)
    _, raw = downloaded(page, button(page, "Report"))
    (tmp_path / "report.html").write_bytes(raw)
    page.context.set_offline(True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for scheme, background in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(14, 17, 23)")):
        page.emulate_media(color_scheme=scheme)
        page.goto((tmp_path / "report.html").as_uri())
        page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 11", timeout=30_000)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == background
        assert page.locator("#chart-boundary image").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)
    page.context.set_offline(False)


def panel_of(page: Page, name: str) -> Any:
    """The panel on screen: a second boundary, of a run kept beside, may be there unseen."""
    return page.locator(f"section[aria-label='{name}']:not([hidden])")


def save(page: Page, panel: str, kind: str) -> tuple[Download, bytes]:
    root = panel_of(page, panel)
    root.locator(".gp-save").click()
    return downloaded(page, root.get_by_role("menuitem", name=kind).click)


def open_trained(page: Page, address: str) -> None:
    """The run that every visitor finds."""
    open_playground(page, address)
    until(page, "p.status === 'finished' && p.shown === 3000", 60)


def is_opaque_and_drawn(raw: bytes) -> bool:
    pixels = np.asarray(Image.open(BytesIO(raw)).convert("RGBA"))
    return bool((pixels[..., 3] == 255).all()) and len(np.unique(pixels.reshape(-1, 4), axis=0)) > 20


def test_charts_are_saved_as_png_and_as_svg(page: Page, address: str) -> None:
    open_trained(page, address)
    for panel in ("Decision boundary", "Loss", "Gradient flow", "Network"):
        file, png = save(page, panel, "PNG")
        assert re.fullmatch(r"[a-z]+-step-3000-run-[\w-]+\.png", file.suggested_filename)
        assert is_opaque_and_drawn(png), panel
        width = panel_of(page, panel).locator(".gp-body").evaluate("body => body.clientWidth")
        assert Image.open(BytesIO(png)).width == pytest.approx(2 * width, abs=4)
        _, svg = save(page, panel, "SVG")
        tags = [node.tag.rpartition("}")[2] for node in ElementTree.fromstring(svg).iter()]
        assert tags[0] == "svg" and "path" in tags and "text" in tags
        assert ("image" in tags) == (panel in ("Decision boundary", "Network")), panel
        if panel == "Decision boundary":
            assert has_both_colours(png)


def has_both_colours(raw: bytes) -> bool:
    """Whether a good part of a picture is blue, and a good part orange: the shades lie beneath the points."""
    pixels = np.asarray(Image.open(BytesIO(raw)).convert("RGB")).astype(int)
    difference = pixels[..., 2] - pixels[..., 0]
    return bool((difference > 60).mean() > 0.1 and (difference < -60).mean() > 0.1)


def test_the_menu_of_pictures_works_by_keyboard(page: Page, address: str) -> None:
    open_trained(page, address)
    root = panel_of(page, "Loss")
    root.locator(".gp-save").focus()
    page.keyboard.press("Enter")
    expect(root.get_by_role("menuitem", name="PNG")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(root.get_by_role("menuitem", name="SVG")).to_be_focused()
    page.keyboard.press("Escape")
    expect(root.get_by_role("menuitem", name="SVG")).to_be_hidden()
    expect(root.locator(".gp-save")).to_be_focused()
    page.keyboard.press("Enter")
    expect(root.get_by_role("menuitem", name="PNG")).to_be_focused()
    file, _ = downloaded(page, lambda: page.keyboard.press("Enter"))
    assert file.suggested_filename.startswith("loss-step-")


def test_an_experiment_is_opened_from_its_file_and_another_file_is_refused(page: Page, address: str) -> None:
    open_trained(page, address)
    take_home(page)
    files = [{"name": "mine.json", "mimeType": "application/json", "buffer": b'{"format": "<b>x</b>"}'}]
    page.locator("input[type=file]").set_input_files(files)
    expect(page.get_by_text('format: got "<b>x</b>"; it must be')).to_be_visible(timeout=20_000)
    text = experiment_json(Link(Experiment(seed=4).patched({"data.kind": "xor", "model.hidden": (3,)})))
    files = [{"name": "mine.json", "mimeType": "application/json", "buffer": text.encode()}]
    page.locator("input[type=file]").set_input_files(files)
    page.wait_for_url(re.compile(r"data\.kind=xor.*seed=4"), timeout=30_000)
    until(page, "p.shown === 0", 30)
