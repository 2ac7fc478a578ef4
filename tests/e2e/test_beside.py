"""Branching, comparing and touching a network in a real browser."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlparse

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine.permalink import decode
from engine.supervised import SupervisedRun
from tests.e2e.playground import becomes, fresh, open_playground, press, quiet, until, watch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

GHOSTS = """() => document.querySelector("section[aria-label='Loss'] .js-plotly-plot").data
  .filter(({ name }) => name.startsWith('A: ')).map(({ name, x, y }) => [name, x.length, x.at(-1), y.at(-1)])"""


def scrub_to(page: Page, share: float) -> int:
    """Click on the timeline; the step that is then shown."""
    box = page.get_by_label("Frame of the film").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
    return int(watch(page)["shown"])


def link_of(page: Page) -> Any:
    link, problems = decode(dict(parse_qsl(urlparse(page.url).query)))
    assert problems == []
    return link


def address_has(page: Page, text: str) -> None:
    page.wait_for_function("(text) => decodeURIComponent(location.search).includes(text)", arg=text, timeout=15_000)


def spoken(page: Page, panel: str) -> str:
    return page.locator(f"section.gp-panel-{panel} .gp-body [role=status]").first.inner_text()


def plane(page: Page) -> Locator:
    return page.locator(".gp-hand-layer:not([hidden])")


def click_at(page: Page, x: float, y: float, button: str = "left") -> None:
    """Click on the plane of the boundary at these coordinates."""
    box = page.evaluate(
        """([x, y]) => { const layer = document.querySelector('.gp-hand-layer:not([hidden])');
             const plot = layer.parentElement.querySelector('.js-plotly-plot');
             const { xaxis, yaxis } = plot._fullLayout; const box = plot.getBoundingClientRect();
             return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)]; }""",
        [x, y],
    )
    page.mouse.click(*box, button=button)  # type: ignore[arg-type]


def points(page: Page) -> int:
    return page.evaluate(
        """() => [...document.querySelectorAll('section.gp-panel-boundary .js-plotly-plot')].at(-1)
             ._fullData.filter(({ customdata }) => customdata).reduce((sum, { x }) => sum + x.length, 0)"""
    )


def test_a_branch_from_a_scrubbed_frame_is_compared_scrubbed_swapped_and_let_go(page: Page, address: str) -> None:
    refused: list[str] = []
    page.on("response", lambda response: refused.append(response.url) if response.status == 410 else None)
    open_playground(page, address, "?data.kind=circle&training.epochs=40&view.step=400&model.hidden=4")
    until(page, "p.status === 'finished' && p.shown === 400")
    at = scrub_to(page, 0.4)
    assert 50 < at < 350
    press(page, "Branch from this frame")
    until(page, f"p.beside && p.status === 'paused' && p.steps.at(-1) === {at} && p.beside.steps.at(-1) === 400")
    expect(page.get_by_role("region", name="Two runs side by side")).to_contain_text("B is the same so far")
    rate = page.get_by_role("spinbutton", name="Learning rate, exact")
    rate.fill("0.1")
    rate.press("Enter")
    expect(page.get_by_role("region", name="Two runs side by side")).to_contain_text("Learning rate: 0.01 → 0.1")
    press(page, "Play")
    until(page, "p.status === 'finished' && p.shown === 400")
    becomes(page, lambda: [name for name, *_ in page.evaluate(GHOSTS)], ["A: training", "A: validation", "A: test"])
    quiet(page)
    ghosts = page.evaluate(GHOSTS)
    alone = SupervisedRun(link_of(page).experiment)
    alone.advance(400)
    assert ghosts[0][2:] == [400, pytest.approx(float(alone.snapshot().scores[0]), rel=1e-5)]
    shown = scrub_to(page, 0.9)
    assert at < watch(page)["beside"]["shown"] <= shown < 400
    press(page, "Swap A and B")
    until(page, "p.beside && p.beside.differs.some((said) => said.includes('0.1 → 0.01'))")
    expect(rate).to_have_value("0.01")
    press(page, "Swap A and B")
    until(page, "p.beside && p.beside.differs.some((said) => said.includes('0.01 → 0.1'))")
    expect(rate).to_have_value("0.1")
    before = scrub_to(page, 0.05)
    assert before < at
    press(page, "Branch from this frame")
    until(page, f"p.steps.at(-1) === {before} && p.beside.differs.some((said) => said.includes('0.1 → 0.01'))")
    expect(rate).to_have_value("0.01")
    press(page, "Let go of A")
    until(page, "p.beside === null && p.status === 'paused'")
    expect(page.get_by_role("region", name="Two runs side by side")).to_be_hidden()
    becomes(page, lambda: page.evaluate(GHOSTS), [])
    quiet(page)
    assert page.evaluate(GHOSTS) == [] and refused == []


def test_with_the_keyboard_a_weight_is_typed_and_a_unit_switched_off_while_it_trains(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=circle&training.epochs=50000&model.hidden=3,2")
    press(page, "Play")
    until(page, "p.shown > 20")
    page.locator("canvas.gp-network").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    assert "Hidden 1, neuron 2 → Hidden 2, neuron 2" in spoken(page, "network")
    page.keyboard.press("Enter")
    editor = page.get_by_role("dialog", name="Change the network by hand")
    editor.get_by_label("weight", exact=True).first.fill("-750")
    page.keyboard.press("Enter")
    address_has(page, "weight.2.2.2=-750")
    page.keyboard.press("Escape")
    for _ in range(20):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowDown")
        if re.search(r"weight −7[0-9]{2}", spoken(page, "network")):
            break
        page.wait_for_timeout(200)
    else:
        raise AssertionError(spoken(page, "network"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    editor.get_by_role("button", name="Switch off").click()
    address_has(page, "unit.1.2=false")
    expect(editor.get_by_role("button", name="Switch on")).to_be_visible()
    editor.get_by_role("button", name="Switch on").click()
    address_has(page, "unit.1.2=true")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "gp-network"
    assert watch(page)["status"] == "playing"
    press(page, "Pause")
    until(page, "p.status === 'paused' && !p.pending.length")
    quiet(page)
    link, step = link_of(page), watch(page)["steps"][-1]
    again = SupervisedRun(link.experiment, link.edits)
    again.advance(step)
    assert again.model.linears[1].weight[1, 1].item() < -600
    last = page.evaluate("[...document.querySelector(\"section[aria-label='Loss'] .js-plotly-plot\").data[0].y].at(-1)")
    assert last == pytest.approx(float(again.snapshot().scores[0]), rel=1e-5)


def test_the_same_value_can_be_typed_again_once_training_has_moved_it(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=circle&training.epochs=5000&model.hidden=2")
    page.locator("canvas.gp-network").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    field = page.get_by_role("dialog", name="Change the network by hand").get_by_label("bias").first
    for edits in (1, 2):
        field.fill("0.5")
        field.press("Enter")
        page.wait_for_function(
            "(n) => (new URLSearchParams(location.search).get('edits') ?? '').split('bias.1.1=0.5').length === n + 1",
            arg=edits,
            timeout=15_000,
        )
        press(page, "Epoch")
        until(page, f"p.shown === {10 * edits} && p.status === 'paused'")


def test_points_are_placed_relabelled_and_removed_while_it_plays(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=spiral&data.samples=60&training.epochs=50000&model.hidden=3")
    count = points(page)
    press(page, "Play")
    until(page, "p.shown > 10")
    press(page, "Points")
    page.wait_for_timeout(500)
    click_at(page, 5.5, -4.5)
    address_has(page, "_0")
    until(page, "p.status === 'playing' && !p.pending.length")
    becomes(page, lambda: points(page), count + 1)
    page.get_by_role("toolbar", name="Points by hand").get_by_role("button", name="class 2").click()
    click_at(page, 5.5, -4.5)
    address_has(page, "hand=p0~1")
    click_at(page, 5.5, -4.5, button="right")
    page.wait_for_function("() => /hand=p0~$/.test(new URLSearchParams(location.search).get('edits'))", timeout=15_000)
    becomes(page, lambda: points(page), count)
    assert watch(page)["status"] == "playing"
    titles = "(marks) => marks.map((mark) => mark.title.split(': ')[1])"
    wanted = ["a point placed", "a point changed", "a point removed"]
    becomes(page, lambda: page.locator(".gp-mark").evaluate_all(titles), wanted)


def test_an_empty_plane_is_filled_with_the_keyboard_learned_and_undone(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=circle&model.hidden=3&training.epochs=5000")
    press(page, "Points")
    press(page, "Start empty")
    address_has(page, "data.kind=canvas")
    until(page, "p.shown === 0 && !p.pending.length")
    plane(page).focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    address_has(page, "data.hand=-")
    page.get_by_role("toolbar", name="Points by hand").get_by_role("button", name="class 2").click()
    plane(page).focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert watch(page)["shown"] == 0, "the player's own keys rest"
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => (new URLSearchParams(location.search).get('data.hand') ?? '').split(',').length === 2", timeout=15_000
    )
    press(page, "Play")
    until(page, "p.shown > 30")
    press(page, "Pause")
    until(page, "p.status === 'paused' && !p.pending.length")
    first, second = link_of(page).experiment.data.hand
    assert first.endswith("_0") and second.endswith("_1")
    for _ in range(3):
        before = page.url
        page.get_by_role("button", name="Undo").click()
        becomes(page, lambda before=before: page.url != before, True)  # type: ignore[misc]
        quiet(page)
    assert link_of(page).experiment.data.kind == "circle"


def test_hidden_space_units_and_seeds_show_their_charts(page: Page, address: str) -> None:
    open_playground(page, address, "?data.kind=circle&data.samples=60&training.epochs=20&view.step=40&model.hidden=3,2")
    until(page, "p.shown === 40")
    chart = "[data-testid=stPlotlyChart] .js-plotly-plot"
    group = page.get_by_test_id("stButtonGroup").filter(has_text="Hidden space").first
    for view, traces in (("Units", 1), ("Hidden space", 4)):
        group.get_by_text(view, exact=True).click()
        page.wait_for_function(
            f"(n) => document.querySelector({json.dumps(chart)})?.data?.length === n", arg=traces, timeout=20_000
        )
    assert page.evaluate(f"document.querySelector({json.dumps(chart)})._transitionData._frames.length") >= 2
    group.get_by_text("Seeds", exact=True).click()
    page.get_by_role("button", name="Train from 10 seeds").click()
    expect(page.get_by_text("10 seeds: at step")).to_be_visible(timeout=40_000)
    assert page.evaluate(f"document.querySelector({json.dumps(chart)}).data.length") == 3


def test_a_phone_has_room_for_fingers_beside_and_by_hand(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    open_playground(page, address, "?data.kind=circle&model.hidden=3&view.step=40")
    until(page, "p.shown === 40")
    page.get_by_role("button", name="Branch from this frame").tap()
    until(page, "p.beside !== null && p.status === 'paused'")
    page.get_by_role("button", name="Points", exact=True).tap()
    page.locator("canvas.gp-network").scroll_into_view_if_needed()
    box = page.locator("canvas.gp-network").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    expect(page.get_by_role("dialog", name="Change the network by hand")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.evaluate(
        """() => ['touch', 'hand', 'beside', 'timeline']
             .flatMap((name) => [...document.querySelectorAll(`.gp-${name} :is(button, input)`)])
             .filter((b) => b.offsetParent && (b.offsetHeight < 38 || b.offsetWidth < 38)).map((b) => b.className)"""
    )
    assert small == []
    outside = page.locator(".gp-touch").evaluate(
        "(box) => box.getBoundingClientRect().right > 390 || box.getBoundingClientRect().left < 0"
    )
    assert not outside
    assert page.locator(".gp-hand-layer").last.evaluate("(layer) => getComputedStyle(layer).touchAction") in (
        "auto",
        "pan-y",
        "manipulation",
    )
    context.close()
