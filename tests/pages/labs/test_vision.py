"""The page of networks that look at pictures: its sections, the editor of blocks, links."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.codec import encode_model
from engine.labs.vision.state import VisionLab
from engine.vision.blocks import Activate, Convolution, Dense, Pool
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.model import Cnn
from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab, send, with_picture

LAB = "vision"
TINY = VisionExperiment(
    model=Cnn(blocks=(Convolution(channels=3), Activate(), Pool(), Dense(units=8), Activate())),
    training=VisionTraining(epochs=1, batch_size=100),
)
LINK = encode_model(VisionLab(experiment=TINY))


@pytest.fixture(autouse=True)
def _jobs_end() -> Iterator[None]:
    yield
    for job in list(stage.workshop()._jobs):
        stage.workshop().stop(job)


def until_done(app: AppTest) -> AppTest:
    return bench.until_done(app, LAB)


def labels(app: AppTest) -> list[str]:
    """What stands on each block of the editor."""
    return [item.label for item in app.expander if item.label[:1].isdigit() or "error" in item.label]


def press(app: AppTest, name: str, block: int) -> AppTest:
    """Open a block, counted from 0, and press one of its buttons."""
    key = f"lab.vision.experiment.model.blocks.{block}"
    app.session_state[f"{key}.open"] = True
    app.run()
    app.button(f"{key}.{name}").click().run()
    assert not app.exception
    return app


def test_it_trains_live_with_the_doctors_line_beside_what_each_block_costs() -> None:
    app = open_lab(LAB, LINK)
    assert app.get("bidi_component"), "the player"
    assert any(item.value.startswith("**Doctor.**") for item in app.caption)
    assert labels(app)[0] == "1 convolution 3x3 :gray[3 x 8x8 · 30]"
    assert any(item.value.startswith("512 parameters") for item in app.caption)
    assert figures(app), "what the blocks cost"


def test_blocks_are_moved_doubled_removed_and_added() -> None:
    app = open_lab(LAB, LINK)
    press(app, "down", 0)
    assert [label.split(" :")[0] for label in labels(app)][:2] == ["1 ReLU", "2 convolution 3x3"]
    press(app, "up", 1)
    press(app, "double", 2)
    assert [label.split(" :")[0] for label in labels(app)][2:4] == ["3 max pool 2x2", "4 max pool 2x2"]
    press(app, "remove", 2)
    app.button("lab.vision.experiment.model.blocks.new.add").click().run()
    # A convolution can't stand behind units: it is kept, with the reason, and the network stays the last that fitted.
    assert "does not fit" in labels(app)[-1]
    assert any("needs places side by side" in item.value for item in app.warning)
    assert address(app) == {key: value for key, value in LINK.items()}
    press(app, "remove", 5)
    assert not app.warning and len(labels(app)) == 5


def test_a_block_that_no_longer_fits_says_why_and_fits_again() -> None:
    app = open_lab(LAB, LINK)
    for _ in range(3):
        press(app, "double", 2)
    assert any("max pool 2x2" in item.value and "the picture is 1x1 already" in item.value for item in app.warning)
    wrong = [label for label in labels(app) if "does not fit" in label]
    assert len(wrong) == 1 and "6 max pool 2x2" in wrong[0]
    press(app, "remove", 5)
    assert not app.warning
    assert address(app)["experiment.model.blocks.4.kind"] == "pool"


def test_a_link_with_a_block_that_can_not_be_opens_and_says_so() -> None:
    app = open_lab(LAB, {**LINK, "experiment.model.blocks.3.units": "9999"})
    assert any("units" in item.value and "less than or equal to 512" in item.value for item in app.warning)
    assert any("4 dense 32" in label for label in labels(app))


@pytest.mark.parametrize(
    ("section", "query", "least"),
    [
        ("features", {}, 4),
        ("features", {"features.view": "kernels"}, 1),
        ("features", {"features.view": "reach", "features.block": "3"}, 2),
        ("mistakes", {}, 1),
        ("mistakes", {"mistakes.view": "worst", "mistakes.part": "test"}, 1),
        ("mistakes", {"mistakes.view": "plane"}, 1),
        ("mistakes", {"mistakes.view": "warp", "mistakes.block": "2"}, 3),
    ],
)
def test_what_looks_inside_opens_from_a_link_and_draws_what_it_found(
    section: str, query: dict[str, str], least: int
) -> None:
    app = until_done(open_lab(LAB, {**LINK, "section": section, **query}))
    assert len(with_picture(app).get("bidi_component")) >= least and len(figures(app)) >= least
    assert address(app)["section"] == section
    for key, value in query.items():
        assert address(app)[key] == value


def test_a_click_on_a_row_shows_all_maps_of_that_block() -> None:
    app = until_done(open_lab(LAB, {**LINK, "section": "features"}))
    send(app, "features.maps", "clicked", {"x": 3.0, "y": 40.0, "across": 1.0, "up": 1.0})
    app.run()
    assert address(app)["features.block"] == "3"
    assert any("3 max pool 2x2" in item.value for item in app.markdown)


def test_an_earlier_moment_can_be_looked_at() -> None:
    app = until_done(open_lab(LAB, {**LINK, "section": "mistakes"}))
    slider = next(item for item in app.select_slider if item.label == "After so many updates")
    before = next(item.value for item in app.caption if item.value.startswith("Accuracy by then"))
    slider.set_value(slider.options[0] if isinstance(slider.value, str) else 0).run()
    after = next(item.value for item in app.caption if item.value.startswith("Accuracy by then"))
    assert before != after and not app.exception


def test_a_drawing_in_a_link_is_what_the_maps_are_of() -> None:
    ink = "00ff000000ff0000"
    app = until_done(open_lab(LAB, {**LINK, "section": "features", "features.draws": "true", "features.ink": ink}))
    assert address(app)["features.ink"] == ink
    assert any(item.value.startswith("It says") and "right" not in item.value for item in app.caption)
