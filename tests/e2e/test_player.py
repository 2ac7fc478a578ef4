"""The player in a real browser: what a person does, and what must then be on the screen."""

import json
import re
from urllib.parse import parse_qsl, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.film import crowded
from engine.permalink import decode
from engine.supervised import SupervisedRun
from scripts.browser import Server
from tests.e2e.playground import becomes, fresh, open_playground, press, quiet, sentence, until, watch
from ui.served import ADDRESS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_a_first_visit_straight_to_the_playground_shows_a_trained_run(page: Page, address: str) -> None:
    open_playground(page, address)
    until(page, "p.status === 'finished' && p.shown === 3000", 60)
    assert len(watch(page)["steps"]) > 80
    assert re.search(r"^(9\d|100)\.\d % of the test points", sentence(page, "Decision boundary"))
    painted = page.evaluate(
        """() => [...document.querySelectorAll('.gp-player canvas')].map((canvas) => {
             const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
             return new Set(new Uint32Array(pixels.buffer)).size; })"""
    )
    assert len(painted) >= 2
    assert sorted(painted)[-2] > 50


def test_play_learns_the_circle(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=circle&training.epochs=60&model.hidden=6")
    press(page, "Play")
    until(page, "p.status === 'finished'", 60)
    until(page, "p.shown === 600")
    accuracy = float(re.search(r"test ([\d.]+) %", sentence(page, "Accuracy")).group(1))
    assert accuracy >= 95
    seen = watch(page)["stats"]
    assert seen["remounts"] == 0
    assert seen["framesShown"] > 50


def test_play_learns_breast_cancer(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=breast_cancer&training.epochs=20&model.hidden=8&training.optimizer.lr=0.01")
    press(page, "Play")
    until(page, "p.status === 'finished'", 60)
    assert float(re.search(r"test ([\d.]+) %", sentence(page, "Accuracy")).group(1)) >= 93


def test_pause_step_and_epoch_do_what_they_say(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=circle")
    press(page, "Play")
    until(page, "p.shown > 20")
    press(page, "Pause")
    until(page, "p.status === 'paused' && !p.pending.length")
    quiet(page)
    stopped = watch(page)["shown"]
    page.wait_for_timeout(500)
    assert watch(page)["shown"] == stopped
    press(page, "Step")
    until(page, f"p.shown === {stopped + 1}")
    press(page, "Epoch")
    until(page, f"p.shown === {stopped + 1 + 10}")
    press(page, "Reset")
    until(page, "p.shown === 0 && p.status === 'paused'")


def test_the_numbers_on_screen_are_the_engines(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=moons&seed=4")
    press(page, "Epoch")
    until(page, "p.shown === 10")
    link, problems = decode(dict(parse_qsl(urlparse(page.url).query)))
    assert problems == []
    run = SupervisedRun(link.experiment)
    run.advance(10)
    frame = run.snapshot()
    until(
        page, "document.querySelector(\"section[aria-label='Gradient flow'] .js-plotly-plot\").data[0].y.length === 3"
    )
    quiet(page)
    shown = page.evaluate(
        "[...document.querySelector(\"section[aria-label='Gradient flow'] .js-plotly-plot\").data[0].y]"
    )
    assert shown == pytest.approx(frame.gradient_norm.tolist(), rel=1e-5)
    losses = page.evaluate("document.querySelector(\"section[aria-label='Loss'] .js-plotly-plot\").data[0].y")
    values = list(losses.values()) if isinstance(losses, dict) else losses
    assert values[-1] == pytest.approx(float(frame.scores[0]), rel=1e-5)


def test_scrubbing_moves_all_charts_and_live_brings_them_back(page: Page, address: str) -> None:
    open_playground(page, address)
    until(page, "p.status === 'finished'", 60)
    before = sentence(page, "Loss")
    page.locator(".gp-player input[type=range]").first.focus()
    page.keyboard.press("Home")
    until(page, "p.shown === 0")
    assert sentence(page, "Loss") != before
    bars = "[...document.querySelector(\"section[aria-label='Gradient flow'] .js-plotly-plot\").data[0].y].join()"
    quiet(page)
    first = page.evaluate(bars)
    page.keyboard.press("End")
    until(page, "p.shown === 3000")
    becomes(page, lambda: page.evaluate(bars) != first, True)
    assert sentence(page, "Loss") == before


def test_a_control_changed_while_playing_begins_the_new_network_and_plays_on(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=circle&training.epochs=5000")
    press(page, "Play")
    until(page, "p.shown > 60")
    slider = page.get_by_role("slider", name="Hidden layers").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("new URLSearchParams(location.search).get('model.hidden') === '8,8,8'", timeout=10_000)
    until(page, "p.status === 'playing' && p.steps[0] === 0 && p.shown > 10")
    assert watch(page)["stats"]["remounts"] == 0


def test_a_rate_changed_while_playing_goes_on_with_the_same_weights_and_is_marked(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=circle&training.epochs=5000")
    press(page, "Play")
    until(page, "p.shown > 30")
    rate = page.get_by_role("spinbutton", name="Learning rate, exact")
    rate.fill("0.05")
    rate.press("Enter")
    page.wait_for_function(
        "(new URLSearchParams(location.search).get('edits') ?? '').includes('lr=0.05')", timeout=10_000
    )
    until(page, "p.status === 'playing' && p.shown > 60")
    assert watch(page)["steps"][0] == 0


def test_a_link_shows_a_friend_the_same(page: Page, browser: Browser, address: str) -> None:
    fresh(page, address, "?data.kind=xor&model.hidden=5&seed=7")
    press(page, "Play")
    until(page, "p.shown > 40")
    press(page, "Pause")
    until(page, "p.status === 'paused' && !p.pending.length")
    quiet(page)
    step = watch(page)["shown"]
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    press(page, "Share")
    link = page.get_by_label("Link to what is shown").input_value()
    assert f"view.step={step}" in link
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    friend = context.new_page()
    friend.goto(link)
    until(friend, f"p.shown === {step} && p.status === 'paused'")
    quiet(friend)
    for panel in ("Loss", "Accuracy", "Gradient flow", "Decision boundary"):
        assert sentence(friend, panel) == sentence(page, panel)
    context.close()


@pytest.mark.parametrize(
    "query", ["?data.kind=<script>", "?%00=1&model.hidden=a,b", "?v=9&edits=::::", "?view.step=1e99"]
)
def test_garbage_links_open_a_working_page_that_says_what_is_wrong(page: Page, address: str, query: str) -> None:
    open_playground(page, address, query)
    expect(page.get_by_text("Some of this link could not be used")).to_be_visible()
    until(page, "p.steps.length > 0")


def test_coming_back_to_the_page_shows_the_run_again(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=moons")
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="See a network learn")).to_be_visible()
    page.get_by_role("link", name="Playground").click()
    until(page, "p.steps.length > 0 && p.shown !== null")


def test_a_new_seed_stands_in_its_field_and_in_the_address(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=moons")
    press(page, "New seed")
    page.wait_for_function("/[?&]seed=[1-9]/.test(location.search)", timeout=20_000)
    seed = dict(parse_qsl(urlparse(page.url).query))["seed"]
    field = page.get_by_role("spinbutton", name="Seed", exact=True)
    expect(field).to_have_count(1, timeout=10_000)  # the one that takes its place stands beside it for a moment
    expect(field).to_have_value(seed)
    quiet(page)
    assert dict(parse_qsl(urlparse(page.url).query))["seed"] == seed
    until(page, "p.status === 'paused' && p.shown === 0")


def test_home_opens_a_preset_and_plays_it(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".st-key-open-xor button").click(timeout=30_000)
    until(page, "p.shown > 10")
    assert "data.kind=xor" in page.url


def test_zoom_is_kept_and_charts_stay_mounted_while_it_plays(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=circle&training.epochs=5000")
    plot = page.locator("section[aria-label='Loss'] .js-plotly-plot")
    plot.evaluate("(plot) => { plot.dataset.mine = 'yes'; }")
    press(page, "Play")
    until(page, "p.shown > 100")
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.8, steps=6)
    page.mouse.up()
    ranges = "(plot) => JSON.stringify([plot.dataset.mine, plot._fullLayout.xaxis.range, plot._fullLayout.yaxis.range])"
    page.wait_for_timeout(300)
    zoomed = plot.evaluate(ranges)
    assert "yes" in zoomed
    assert json.loads(zoomed)[1][0] > 5
    shown = watch(page)["shown"]
    until(page, f"p.shown > {shown} + 100")
    assert plot.evaluate(ranges) == zoomed


def test_an_axis_without_a_range_of_its_own_holds_what_is_drawn_at_every_frame(page: Page, address: str) -> None:
    fresh(page, address, "?data.kind=spiral&training.epochs=5000")
    plot = page.locator("section[aria-label='Gradient flow'] .js-plotly-plot")
    plot.evaluate("(plot) => { plot.moved = 0; plot.on('plotly_relayout', () => { plot.moved += 1; }); }")
    press(page, "Play")
    until(page, "p.shown > 50")
    for _ in range(12):
        page.wait_for_timeout(120)
        low, high, smallest, largest = plot.evaluate(
            "(plot) => { const bars = plot.data.flatMap((trace) => [...trace.y]).filter((value) => value > 0);"
            " return [...plot._fullLayout.yaxis.range, Math.log10(Math.min(...bars)), Math.log10(Math.max(...bars))]; }"
        )
        assert low < smallest < largest < high
    assert plot.evaluate("(plot) => plot.moved") == 0, "new frames must not be taken for a person's zoom"


def test_each_tab_shows_its_own_panel_drawn_and_with_its_sentence(page: Page, address: str) -> None:
    open_playground(page, address)
    until(page, "p.status === 'finished' && p.shown === 3000", 60)
    tabs = page.get_by_role("tablist", name="Further charts").get_by_role("tab")
    ids = [tab.get_attribute("id") for tab in tabs.all()]
    assert len(set(ids)) == len(ids) >= 6
    panels = page.locator(".gp-player [role=tabpanel]")
    said = set()
    # From the last to the first: the first stands open already, and must come back.
    for tab in reversed(tabs.all()):
        tab.click()
        chosen = panels.filter(visible=True)
        expect(chosen).to_have_count(1, timeout=1000)
        assert chosen.get_attribute("aria-labelledby") == tab.get_attribute("id")
        assert [other.get_attribute("aria-selected") for other in tabs.all()].count("true") == 1
        assert tab.get_attribute("aria-selected") == "true"
        said.add(chosen.locator(".gp-sentence").inner_text())
        page.wait_for_function(
            """(panel) => { const plot = panel.querySelector('.js-plotly-plot');
                 const marks = [...(plot?.querySelectorAll('.scatterlayer path, .barlayer path, .heatmaplayer image') ?? [])];
                 return plot?.data?.some(({ y, z }) => (z ?? y)?.length) &&
                   marks.some((mark) => mark.getBoundingClientRect().width > 20); }""",
            arg=chosen.element_handle(),
            timeout=5000,
        )
    assert panels.count() == len(ids)
    assert "" not in said and len(said) == len(ids)


def test_a_diverging_run_says_so(page: Page, address: str) -> None:
    query = "?data.kind=two_bumps&model.hidden=32,32&model.activation.kind=relu&training.optimizer.kind=sgd"
    fresh(page, address, f"{query}&training.optimizer.lr=10.0")
    press(page, "Play")
    until(page, "p.status === 'diverged'")
    expect(page.get_by_role("alert").filter(has_text=re.compile("step"))).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_only_up_and_down(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    open_playground(page, address)
    page.wait_for_timeout(800)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.evaluate(
        """() => { const scrolls = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
             return [...document.querySelectorAll('.gp-player *')].filter((e) => e.getBoundingClientRect().right > 392 &&
               !scrolls(e.closest('.gp-player') === e ? null : e.parentElement.closest('.gp-player *'))).length; }"""
    )
    assert wide == 0
    assert page.locator(f".gp-player[data-theme={scheme}]").count() == 1
    red = page.evaluate("+getComputedStyle(document.querySelector('.stApp')).backgroundColor.match(/\\d+/)[0]")
    assert (red < 60) == (scheme == "dark")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.gp-player .gp-button')].filter((b) => b.offsetParent &&
             (b.offsetHeight < 40 || b.offsetWidth < 40)).map((b) => b.textContent)"""
    )
    assert small == []
    context.close()


def test_two_visitors_do_not_disturb_each_other(page: Page, browser: Browser, address: str) -> None:
    context = browser.new_context()
    other = context.new_page()
    fresh(page, address, "?data.kind=moons&seed=1")
    fresh(other, address, "?data.kind=moons&seed=2")
    press(page, "Play")
    press(other, "Play")
    until(page, "p.shown > 50")
    until(other, "p.shown > 50")
    press(page, "Pause")
    until(other, "p.status === 'playing' && p.shown > 80")
    context.close()


def test_the_browser_drops_the_frames_the_server_drops(page: Page, address: str) -> None:
    open_playground(page, address)
    frames = [(step, 2.0 if step % 4 == 0 else 1.0) for step in (0, 1, 2, 3, 5, 8, 9, 12, 20, 21, 22, 40, 44, 45)]
    expected = crowded([step for step, _ in frames], [weight for _, weight in frames])
    found = page.evaluate(
        """async ([file, frames]) => { const film = await import(new URL(file, document.baseURI).href);
             return film.crowded(frames.map(([step, weight]) => ({ step, detailed: weight > 1 }))); }""",
        [f"{ADDRESS}/film.js", frames],
    )
    assert found == expected


def test_a_page_outlives_a_killed_server(page: Page) -> None:
    killed = Server()
    killed.wait()
    fresh(page, killed.address, "?model.hidden=5,4&training.epochs=1000")
    press(page, "Play")
    until(page, "p.shown > 20")
    killed.process.kill()
    killed.process.wait()
    page.wait_for_timeout(1500)
    stood = watch(page)["shown"]
    again = Server(killed.port)
    try:
        again.wait()
        until(page, f"p.status === 'paused' && p.shown >= {stood}")
        expect(page.locator(".gp-banner")).to_contain_text("The server was started anew")
        stood = watch(page)["shown"]
        press(page, "Play")
        until(page, f"p.status === 'playing' && p.shown > {stood} + 20")
        press(page, "Pause")
        until(page, "p.status === 'paused' && !p.pending.length")
        quiet(page)
        assert parse_qsl(urlparse(page.url).query) == [("v", "1"), ("model.hidden", "5,4"), ("training.epochs", "1000")]
    finally:
        again.stop()


def test_a_page_where_nothing_was_pressed_outlives_a_killed_server_too(page: Page) -> None:
    killed = Server()
    killed.wait()
    fresh(page, killed.address, "?model.hidden=5,4&training.epochs=1000")
    page.evaluate("window.__before = true")
    killed.process.kill()
    killed.process.wait()
    again = Server(killed.port)
    try:
        again.wait()
        page.wait_for_function("!window.__before && window.__gradientPlayer?.shown === 0", timeout=40_000)
        press(page, "Play")
        until(page, "p.status === 'playing' && p.shown > 20")
    finally:
        again.stop()
