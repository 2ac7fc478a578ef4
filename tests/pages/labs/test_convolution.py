"""The page of convolution: its window, its kernels, its links."""

import base64
import io
import json
import time
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine.data.own.store import store
from engine.pictures.picture import Picture
from tests.pages.labs.bench import address, figures, open_lab, send

LAB = "convolution"


def window(app: AppTest) -> dict[str, Any]:
    """What the browser was sent of the window that slides."""
    found = next(item.proto for item in app.get("bidi_component") if item.proto.id.endswith("-convolution.sliding"))
    return json.loads(found.json)


def output(app: AppTest) -> np.ndarray:
    data = window(app)
    values = np.frombuffer(base64.b64decode(data["output"]), "<f4")
    return values.reshape(data["plan"]["rows"], data["plan"]["columns"])


def type_in(app: AppTest, *cells: tuple[int, int, float], channel: int = 0) -> AppTest:
    """The page after weights were typed into the window's kernel."""
    letter = {"cells": [list(cell) for cell in cells], "name": f"{window(app)['plan']['name']}.{channel}", "count": 1}
    return send(app, "convolution.sliding", "typed", letter)


def test_a_weight_that_is_typed_changes_the_output_and_the_address() -> None:
    app = open_lab(LAB)
    before = output(app)
    app = type_in(app, (0, 0, 3.5))
    assert address(app)["window.edits"] == "1.1.1.1=3.5"
    assert np.abs(output(app) - before).max() > 0.5
    again = open_lab(LAB, address(app))
    np.testing.assert_array_equal(output(again), output(app))
    assert window(again)["grid"]["set"] == [[0, 0, 0]]
    app.button("convolution.undo").click().run()
    np.testing.assert_array_equal(output(app), before)
    assert address(app) == {}


def test_a_weight_typed_into_a_flipped_kernel_is_the_one_that_was_pointed_at() -> None:
    app = type_in(open_lab(LAB, {"v": "1", "window.flip": "true"}), (0, 0, 9.0))
    assert address(app)["window.edits"] == "1.1.3.3=9"
    assert window(app)["grid"]["set"] == [[0, 0, 0]]


@pytest.mark.parametrize("cells", [[[0, 0, "x"]], [[9, 0, 1.0]], [[0, 0, 1e9]], [[0, 0]], "no", [[0, 0, None]]])
def test_what_makes_no_sense_changes_nothing(cells: object) -> None:
    app = open_lab(LAB)
    app = send(app, "convolution.sliding", "typed", {"cells": cells, "name": "0.3.0", "count": 1})
    app = send(app, "convolution.sliding", "stood", {"row": 99, "column": cells, "channel": 0})
    assert address(app) == {}


def test_where_the_window_stands_is_in_the_address() -> None:
    app = send(open_lab(LAB), "convolution.sliding", "stood", {"row": 2, "column": 4, "channel": 0})
    assert (address(app)["window.row"], address(app)["window.column"]) == ("3", "5")
    assert window(open_lab(LAB, address(app)))["at"] == [2, 4]


def test_another_kernel_of_another_output_keeps_the_weights_of_the_first() -> None:
    app = type_in(
        open_lab(LAB, {"v": "1", "window.kernels.0.kind": "sobel_x", "window.kernels.1.kind": "box"}), (1, 1, 2.0)
    )
    group = next(item for item in app.button_group if item.label == "The one that is looked at")
    group.set_value("2").run()
    next(item for item in app.selectbox if item.label == "Kernel").select("laplacian").run()
    assert address(app)["window.kernels.1.kind"] == "laplacian"
    assert address(app)["window.edits"] == "1.1.2.2=2"


def test_without_colour_there_are_no_groups_any_more() -> None:
    kinds = {f"window.kernels.{place}.kind": "box" for place in range(3)}
    app = open_lab(LAB, {"v": "1", "colour": "true", "window.groups": "3", **kinds})
    assert not app.warning
    next(item for item in app.toggle if item.label == "In colour").set_value(False).run()
    assert "window.groups" not in address(app) and not app.warning and figures(app)


def test_a_window_that_does_not_fit_is_refused_with_the_formula() -> None:
    app = open_lab(LAB, {"v": "1", "window.size": "7", "window.dilation": "2"})
    assert any("floor" in item.value and "places" in item.value for item in app.warning)
    next(item for item in app.selectbox if item.label == "Padding").select("same").run()
    assert not app.warning and figures(app)


def test_what_is_drawn_is_the_picture_and_stays_in_the_address() -> None:
    app = open_lab(LAB, {"v": "1", "picture.kind": "drawing"})
    assert not output(app).any()
    ink = "0" * 20 + "f8"
    app = send(app, "convolution.drawing", "drawn", {"ink": ink, "count": 3})
    assert address(app)["picture.ink"] == ink
    assert output(app).any()
    for wrong in ("xyz", "f" * 2000, 7, None):
        app = send(app, "convolution.drawing", "drawn", {"ink": wrong, "count": 4})
        assert address(app)["picture.ink"] == ink
    next(item for item in app.selectbox if item.label == "Side").select("24").run()
    assert "picture.ink" not in address(app)


@pytest.mark.long
def test_a_learned_kernel_is_learned_first_and_then_slides() -> None:
    app = open_lab(LAB, {"v": "1", "window.kernels.0.kind": "learned", "window.kernels.0.seed": "77"})
    for _ in range(100):
        if figures(app):
            break
        time.sleep(0.1)
        app.run()
    assert np.abs(output(app)).max() > 0
    assert any("CNN" in item.value and "%" in item.value for item in app.caption)


@pytest.mark.parametrize("section", ["matrix", "counting"])
def test_every_section_opens_from_its_link_with_a_picture(section: str) -> None:
    app = open_lab(LAB, {"v": "1", "section": section})
    assert figures(app) and not app.warning
    assert address(app) == {"v": "1", "section": section}


def test_a_click_on_a_row_of_the_matrix_moves_the_window() -> None:
    app = open_lab(LAB, {"v": "1", "section": "matrix"})
    app = send(app, "convolution.matrix", "clicked", {"x": 3, "y": 14.2, "across": 9.0, "up": 9.0})
    assert (address(app)["window.row"], address(app)["window.column"]) == ("3", "2")


def test_a_layer_whose_groups_do_not_divide_is_told_and_the_page_stays() -> None:
    app = open_lab(LAB, {"v": "1", "section": "counting", "counting.groups": "2"})
    assert any("must divide" in item.value for item in app.warning)
    assert figures(app)


def png(colour: tuple[int, int, int] = (255, 0, 0), size: tuple[int, int] = (20, 10)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, "PNG")
    return content.getvalue()


def test_an_uploaded_picture_is_slid_over_stays_out_of_the_address_and_is_forgotten() -> None:
    app = open_lab(LAB, {"v": "1", "picture.kind": "own", "colour": "true"})
    assert any("No picture has been uploaded" in item.value for item in app.warning)
    app.file_uploader[0].set_value(("mine.png", png(), "image/png")).run()
    assert not app.exception and not app.warning and not app.error
    assert (window(app)["plan"]["height"], window(app)["plan"]["width"]) == (10, 20)
    file = address(app)["picture.file"]
    again = open_lab(LAB, address(app))
    assert any("stays with its owner" in item.value for item in again.warning)
    app.button("picture.forget").click().run()
    assert "picture.file" not in address(app)
    token = app.session_state["gradient_playground"].token
    assert store().find(token, file, Picture) is None


@pytest.mark.parametrize(
    "content", [b"", b"<html>", png()[:60], png(size=(1, 1))[:-5]], ids=["empty", "text", "cut", "end"]
)
def test_an_upload_that_can_not_be_used_says_why_and_the_page_goes_on(content: bytes) -> None:
    app = open_lab(LAB, {"v": "1", "picture.kind": "own"})
    app.file_uploader[0].set_value(("a*b_c*.png", content, "image/png")).run()
    assert not app.exception
    (said,) = [item.value for item in app.error]
    assert r"a\*b\_c\*\.png" in said


@pytest.mark.parametrize("section", ["window", "matrix", "pooling", "receptive", "transposed", "translation"])
def test_a_link_to_somebodys_picture_opens_every_section_without_it(section: str) -> None:
    app = open_lab(LAB, {"v": "1", "section": section, "picture.kind": "own", "picture.file": "0123456789abcdef"})
    assert not app.exception
