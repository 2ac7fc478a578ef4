"""The regularization lab in a real browser: the optimum is clicked and dragged, the rim too; a section stays."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.labs import PLOT, open_lab, pixels, until_drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
OPTIMUM = "plot.data.find((trace) => trace.name === 'optimum w*')"


def test_a_click_moves_the_optimum_and_both_pictures_follow(page: Page, address: str) -> None:
    open_lab(page, address, "regularization", {"section": "diamond and circle"})
    until_drawn(page, f"{OPTIMUM}?.x[0] === 1.6")
    page.evaluate(f"window.__plot = document.querySelector('{PLOT}')")
    page.mouse.click(*pixels(page, 0, -2, 1))
    until_drawn(page, f"Math.abs({OPTIMUM}?.x[0] + 2) < 0.05 && Math.abs({OPTIMUM}.y[0] - 1) < 0.05")
    until_drawn(page, f"Math.abs({OPTIMUM}?.x[0] + 2) < 0.05", place=1)
    assert page.evaluate(f"window.__plot === document.querySelector('{PLOT}')")
    page.wait_for_function("location.search.includes('budget.w1=-')")
    page.get_by_role("radio", name="L1 and L2").or_(page.get_by_role("button", name="L1 and L2")).first.click()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'w1, true 2')")
    page.wait_for_function("location.search.includes('section=L1')")
    page.reload()
    until_drawn(page, "plot.data.some((trace) => trace.name === 'w1, true 2')")
    expect(page.get_by_role("heading", name="Regularization", exact=True)).to_be_visible()


def opened(page: Page, address: str) -> None:
    open_lab(page, address, "regularization", {"section": "diamond and circle"})
    until_drawn(page, f"{OPTIMUM}?.x[0] === 1.6", place=1)
    page.locator(PLOT).first.scroll_into_view_if_needed()


def best(page: Page, place: int) -> list[float]:
    """The best allowed point of the figure at ``place``."""
    return page.evaluate(
        f"""place => {{
            const {{ data }} = document.querySelectorAll("{PLOT}")[place];
            const {{ x, y }} = data.find((trace) => trace.name === "best allowed");
            return [x[0], y[0]];
        }}""",
        place,
    )


def test_a_click_adds_a_point_of_the_target_and_another_one_takes_it_away(page: Page, address: str) -> None:
    small = {"universal.most": "2", "universal.seeds": "2", "universal.steps": "100"}
    open_lab(page, address, "regularization", {"section": "universal approximation", **small})
    mine = "plot.data.find((trace) => trace.name === 'your points')"
    until_drawn(page, f"{mine}?.x.length === 7")
    page.get_by_text("Measured:").first.wait_for()
    page.locator(PLOT).first.scroll_into_view_if_needed()
    page.mouse.click(*pixels(page, 0, 2, -1))
    until_drawn(page, f"{mine}?.x.length === 8")
    page.wait_for_function("location.search.includes('universal.points=')")
    page.get_by_text("Measured:").first.wait_for()
    page.mouse.click(*pixels(page, 0, 2, -1))
    until_drawn(page, f"{mine}?.x.length === 7")


def test_the_optimum_is_dragged_and_the_best_point_follows_before_it_is_let_go(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate(f"window.__plot = document.querySelector('{PLOT}')")
    steps = page.evaluate("history.length")
    page.mouse.move(*pixels(page, 0, 1.6, 0.7))
    page.mouse.down()
    page.mouse.move(*pixels(page, 0, 1.0, 1.0), steps=5)
    page.mouse.move(*pixels(page, 0, 0.0, 2.5), steps=10)
    until_drawn(page, f"Math.abs({OPTIMUM}.x[0]) < 0.05 && Math.abs({OPTIMUM}.y[0] - 2.5) < 0.05")
    until_drawn(page, f"Math.abs({OPTIMUM}.y[0] - 2.5) < 0.05", place=1)
    assert best(page, 0) == [0, 1], "a corner of the diamond"
    assert "budget.w2" not in page.evaluate("location.search")
    page.mouse.up()
    page.wait_for_function("location.search.includes('budget.w2=2.')")
    assert page.evaluate("history.length") == steps + 1, "a drag is one step of the way back"
    expect(page.get_by_role("spinbutton", name="Optimum, second weight")).to_have_value(re.compile(r"^2\.[45]"))
    assert page.evaluate(f"window.__plot === document.querySelector('{PLOT}')")


def test_the_rim_is_dragged_by_any_of_its_points_and_outside_of_it_a_drag_still_zooms(page: Page, address: str) -> None:
    opened(page, address)
    page.mouse.move(*pixels(page, 1, 0.0, -1.0))
    page.mouse.down()
    page.mouse.move(*pixels(page, 1, 0.0, -2.0), steps=8)
    page.mouse.up()
    page.wait_for_function("Math.abs(new URLSearchParams(location.search).get('budget.budget') - 2) < 0.03")
    expect(page.get_by_role("spinbutton", name="Budget")).to_have_value(re.compile(r"^(2|1\.9)"))
    until_drawn(page, "plot.data.some((trace) => trace.name === 'best allowed' && trace.x[0] === 1.6)", place=1)
    page.mouse.move(*pixels(page, 1, 2.0, -2.9))
    page.mouse.down()
    page.mouse.move(*pixels(page, 1, 2.9, -2.2), steps=5)
    page.mouse.up()
    until_drawn(page, "plot._fullLayout.xaxis.range[0] > 1", place=1)
    assert "budget.w1" not in page.evaluate("location.search"), "a zoom is no click"


def test_arrow_keys_and_a_finger_move_a_handle(page: Page, address: str) -> None:
    opened(page, address)
    knob = page.get_by_role("slider", name="Optimum of the loss").first
    knob.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_function("location.search.includes('budget.w1=1.5&budget.w2=0.69')")
    expect(knob).to_have_attribute("aria-valuetext", "1.5, 0.69")
    touch = page.context.new_cdp_session(page)
    for event, at in (("Start", (-0.5, -0.5)), ("Move", (-0.7, -0.7)), ("Move", (-1.0, -1.0))):
        x, y = pixels(page, 0, *at)
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{event}", "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("Math.abs(new URLSearchParams(location.search).get('budget.budget') - 2) < 0.03")
