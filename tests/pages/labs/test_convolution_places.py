"""The page of convolution: pooling, transposed convolution, receptive fields, translation."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab, send

LAB = "convolution"
KEY = f"form.lab.{LAB}."
COUNTS = {
    "pooling": 5,
    "transposed": 4,
    "transposed/overlap": 5,
    "transposed/inverse": 6,
    "receptive": 2,
    "receptive/effective": 3,
    "translation": 6,
}


def section(name: str, **query: str) -> AppTest:
    first, _, view = name.partition("/")
    named = {f"{first}.view": view} if view else {}
    return open_lab(LAB, {"v": "1", "section": first, **named, **query})


def until_done(app: AppTest, place: str) -> AppTest:
    return bench.until_done(app, f"{LAB}.{place}")


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.caption, *app.warning]).replace("\\", "")


def named(items: Any, path: str) -> Any:
    """The widget with this key."""
    (found,) = [item for item in items if str(item.key).split("#")[0] == KEY + path]
    return found


def trace(drawn: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in drawn["data"] if each.get("name") == name]
    return found


@pytest.mark.parametrize("name", COUNTS)
def test_every_section_opens_from_a_link_with_its_pictures(name: str) -> None:
    app = section(name)
    if name == "receptive/effective":
        app = until_done(app, "effective")
    if name == "translation":
        app = until_done(app, "translation")
    assert len(figures(app)) == COUNTS[name] and all(item["data"] for item in figures(app))
    assert not app.warning and not app.error
    first, _, view = name.partition("/")
    assert address(app) == {"v": "1", "section": first, **({f"{first}.view": view} if view else {})}


# --- pooling --------------------------------------------------------------------------------------------------------


def test_another_pool_changes_the_output_and_the_window_goes_on_place_by_place() -> None:
    app = section("pooling")
    assert "Row 2, column 2 of the output: the largest of 4 numbers" in said(app)
    app.button("convolution.pool.Next").click().run()
    assert "Row 2, column 3 of the output" in said(app) and address(app)["pooling.column"] == "3"
    assert min(trace(figures(app)[0], "window")["x"]) == 4.5
    named(app.selectbox, "pooling.pool.kind").set_value("average").run()
    assert "the mean of 4 numbers" in said(app) and address(app)["pooling.pool.kind"] == "average"
    named(app.number_input, "pooling.pool.average.stride").set_value(1).run()
    assert "of 49; or click" in said(app), "7 by 7 places"


def test_a_click_on_the_output_moves_the_window_there() -> None:
    app = section("pooling")
    send(app, "convolution.pool.output", "clicked", {"x": 4.1, "y": 3.2, "across": 40, "up": 40})
    assert "Row 3, column 4 of the output" in said(app)
    assert address(app)["pooling.row"] == "3" and address(app)["pooling.column"] == "4"


def test_a_window_that_does_not_fit_is_told_and_padding_too_wide_is_refused() -> None:
    app = section("pooling", **{"pooling.pool.size": "12"})
    assert "larger picture" in said(app) and not figures(app)
    app = section("pooling")
    named(app.number_input, "pooling.pool.max.padding").set_value(2).run()
    assert "padding can be half of the window at most: from 0 to 1" in said(app)
    assert "pooling.pool.padding" not in address(app), "the settings before stay"


def test_a_photograph_is_pooled_whole() -> None:
    app = section("pooling", **{"picture.kind": "photograph", "pooling.pool.kind": "global_max"})
    assert "the largest of 4,096 numbers" in said(app)


# --- transposed -----------------------------------------------------------------------------------------------------


def test_stamps_are_followed_cell_by_cell() -> None:
    app = section("transposed")
    assert "Cell 1 of 9: 1 times the kernel" in said(app)
    app.button("convolution.transposed.Next").click().run()
    assert "Cell 2 of 9: 2 times the kernel" in said(app) and address(app)["transposed.column"] == "2"
    send(app, "convolution.transposed.input", "clicked", {"x": 3, "y": 3, "across": 40, "up": 40})
    assert "Cell 9 of 9" in said(app) and app.button("convolution.transposed.Next").disabled


def test_settings_that_do_not_go_together_are_told_beside_their_bounds() -> None:
    app = section("transposed")
    named(app.number_input, "transposed.extra").set_value(2).run()
    assert "output padding is less than the stride: from 0 to 1" in said(app)
    assert "transposed.extra" not in address(app)


def test_a_kernel_that_the_stride_divides_has_even_counts() -> None:
    app = section("transposed/overlap")
    assert "a checkerboard" in said(app)
    named(app.number_input, "transposed.size").set_value(4).run()
    assert "k = 4 is a multiple of s = 2: inside, every cell is reached by 4 stamps" in said(app)


def test_the_matrix_is_shown_both_ways() -> None:
    app = section("transposed/inverse", **{"transposed.side": "2"})
    assert "C: 4 × 25" in said(app) and "C makes 4 independent numbers of 25: 21 are gone" in said(app)


# --- receptive fields -----------------------------------------------------------------------------------------------


def test_layers_are_added_changed_and_removed_and_the_table_follows() -> None:
    app = section("receptive")
    assert "9 + (3 − 1)·1·1 = 11" in said(app)
    app.button("convolution.layer.add").click().run()
    assert "11 + (3 − 1)·1·1 = 13" in said(app) and named(app.selectbox, "receptive.layer").value == 2
    named(app.selectbox, "receptive.layers.1.kind").set_value("max_pool").run()
    assert "3 + (2 − 1)·1·1 = 4" in said(app) and "4 + (3 − 1)·1·2 = 8" in said(app)
    for _ in range(5):
        app.button("convolution.layer.remove").click().run()
    assert app.button("convolution.layer.remove").disabled
    again = open_lab(LAB, address(app))
    assert said(again).count("·1 = ") == said(app).count("·1 = ")


def test_a_stack_to_begin_with_and_a_cell_by_a_click() -> None:
    app = section("receptive", **{"picture.kind": "photograph"})
    app.button("convolution.stack.With strides").click().run()
    assert "7 + (3 − 1)·1·4 = 15" in said(app)
    send(app, "convolution.field", "clicked", {"x": 50, "y": 10, "across": 4, "up": 4})
    assert address(app)["receptive.row"] == "2" and address(app)["receptive.column"] == "7"
    assert "The cell in row 2, column 7 of the output" in said(app)


def test_a_layer_without_a_place_is_named() -> None:
    app = section("receptive")
    app.button("convolution.stack.With pooling").click().run()
    named(app.selectbox, "receptive.layer").set_value(6).run()
    named(app.number_input, "receptive.layers.5.max_pool.size").set_value(8).run()
    assert "Layer 6, max pooling 8×8, stride 2: its window has no place" in said(app)


# --- translation ----------------------------------------------------------------------------------------------------


def test_another_layer_and_shift_are_read_from_the_same_measurement() -> None:
    app = until_done(section("translation"), "translation")
    before = {job.asked for job in stage.workshop()._jobs if job.place == f"{LAB}.translation"}
    assert "1 pixel is 0.25 cells of 4 pixels each" in said(app)
    named(app.number_input, "translation.shift").set_value(4).run()
    assert "The map has gone along by 1 cell" in said(app)
    named(app.segmented_control, "translation.layer").set_value("1").run()
    assert "4 pixels are 4 cells of 1 pixel each" in said(app)
    after = {job.asked for job in stage.workshop()._jobs if job.place == f"{LAB}.translation"}
    assert after == before, "nothing was measured anew"
