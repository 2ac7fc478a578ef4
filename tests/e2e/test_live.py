"""A lab's live run in a real browser: it plays as the page opens, is paused, scrubbed, changed, and found again by its link."""

from urllib.parse import parse_qsl, urlparse

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.codec import decode_model
from engine.labs.recurrent.state import RecurrentLab
from engine.sequences.run import SequenceRun
from tests.e2e.playground import press, quiet, sentence, until, watch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
SHORT = (
    "v=1&section=train&experiment.task.kind=recall&experiment.task.delay=3&experiment.task.samples=100"
    "&experiment.model.units=6&experiment.training.updates=5000"
)


def test_a_live_run_plays_is_scrubbed_and_goes_on_with_another_rate(page: Page, address: str) -> None:
    page.goto(f"{address}/recurrent?{SHORT}")
    until(page, "p.status === 'playing' && p.steps.length > 3", 60)
    assert page.locator(".gp-stage").is_hidden(), "no boundary where the inputs are no plane"
    press(page, "Pause")
    until(page, "p.status === 'paused' && !p.pending.length")
    quiet(page)
    newest = watch(page)["shown"]
    page.keyboard.press("Home")
    until(page, "p.shown === 0")
    assert sentence(page, "Loss").startswith("Training 2.")
    page.keyboard.press("End")
    until(page, f"p.shown === {newest}")
    rate = page.get_by_label("Learning rate").and_(page.locator("input[type=number]")).first
    rate.fill("0.02")
    rate.press("Enter")
    page.wait_for_function("location.search.includes('lr=0.02')", timeout=30_000)
    press(page, "Step")
    until(page, f"p.shown === {newest + 1}")
    assert page.locator(".gp-mark").count() == 1, "the change is marked on the film"


def test_the_link_of_a_step_shows_the_numbers_of_a_run_without_a_browser(page: Page, address: str) -> None:
    page.goto(f"{address}/recurrent?{SHORT}&view.step=40")
    until(page, "p.shown !== null && p.shown >= 40", 60)
    press(page, "Pause")
    until(page, "p.status === 'paused' && !p.pending.length")
    quiet(page)
    shown = watch(page)["shown"]
    state, problems = decode_model(RecurrentLab, dict(parse_qsl(urlparse(page.url).query)))
    assert not problems
    run = SequenceRun(state.experiment)
    run.advance(shown)
    loss = float(run.snapshot(detail=False).scores[0])
    said = float(sentence(page, "Loss").split()[1].rstrip(","))
    assert np.isclose(said, loss, rtol=0.01)
