"""The page of networks that look at pictures: its sections on augmentation and on transfer."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.labs.vision.augment_settings import RECIPES
from engine.labs.vision.transferring import DONE as MEASURED
from engine.labs.vision.with_and_without import DONE
from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab

LAB = "vision"
AUGMENT = {"v": "1", "section": "augment"}
FEW = {"augment.each": "3", "augment.updates": "20", "augment.seeds": "2"}
TRANSFER = {
    "v": "1",
    "section": "transfer",
    "transfer.pictures": "digits",
    "transfer.before": "20",
    "transfer.updates": "20",
    "transfer.counts": "2,4",
    "transfer.seeds": "2",
}


def until_done(app: AppTest) -> AppTest:
    return bench.until_done(app, LAB)


def pressed(app: AppTest, key: str) -> AppTest:
    next(button for button in app.button if button.key == key).click().run()
    assert not app.exception, app.exception
    return app


def test_the_pictures_themselves_are_drawn_at_once_with_each_rows_formula() -> None:
    app = open_lab(LAB, AUGMENT)
    sheet = figures(app)[0]
    assert sheet["layout"]["yaxis"]["ticktext"] == ["Shift", "Rotate", "all, in turn"]
    said = " ".join(item.value for item in app.markdown)
    assert "U(-m, m)" in said and "Simard et al. 2003" in said
    app = pressed(app, "vision.augment.again")
    assert figures(app)[0]["data"][0]["source"] != sheet["data"][0]["source"]
    assert address(app)["augment.draw"] == "2"


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_draws_its_rows_and_is_in_the_address(recipe: str) -> None:
    app = pressed(open_lab(LAB, AUGMENT), f"vision.augment.{recipe}")
    names = [row.label for row in RECIPES[recipe].rows]
    assert figures(app)[0]["layout"]["yaxis"]["ticktext"][: len(names)] == names
    kinds = next(item for item in app.multiselect if item.label.startswith("Augmentation"))
    assert kinds.value == [row.kind for row in RECIPES[recipe].rows]
    if recipe != "small":
        assert address(app)["augment.rows.0.kind"] == RECIPES[recipe].rows[0].kind


def test_rows_are_chosen_in_the_sidebar_in_their_order_and_keep_their_knobs() -> None:
    app = open_lab(LAB, {**AUGMENT, "augment.rows.0.kind": "noise", "augment.rows.0.deviation": "0.4"})
    kinds = next(item for item in app.multiselect if item.label.startswith("Augmentation"))
    kinds.set_value(["noise", "flip"]).run()
    assert not app.exception
    assert figures(app)[0]["layout"]["yaxis"]["ticktext"] == ["Noise", "Flip", "all, in turn"]
    assert address(app)["augment.rows.0.deviation"] == "0.4"
    kinds = next(item for item in app.multiselect if item.label.startswith("Augmentation"))
    kinds.set_value([]).run()
    assert not app.exception and any("Nothing is chosen" in item.value for item in app.info)


def test_a_matrix_that_makes_a_line_is_told_and_the_last_one_stays() -> None:
    app = open_lab(LAB, {**AUGMENT, "augment.rows.0.kind": "affine"})
    field = next(item for item in app.number_input if item.label == "b, exact")
    assert field.value == 0.25
    for label, value in (("a, exact", 0.0), ("c, exact", 0.0)):
        next(item for item in app.number_input if item.label == label).set_value(value).run()
    assert not app.exception
    assert any("makes the picture a line" in item.value for item in app.warning) and figures(app)


@pytest.mark.parametrize("view", ["accuracy", "classes"])
def test_with_and_without_is_measured_and_said(view: str) -> None:
    DONE.clear()
    app = until_done(open_lab(LAB, {**AUGMENT, **FEW, "augment.view": view}))
    assert len(figures(app)) == 2
    said = " ".join(item.value for item in app.markdown)
    assert ("2 seeds, 30 training pictures" in said) if view == "accuracy" else ("of 10 classes" in said)


def test_without_rows_nothing_is_compared() -> None:
    app = open_lab(LAB, {**AUGMENT, "augment.view": "accuracy", "augment.rows": ""})
    if "augment.rows.0.kind" not in address(app):
        kinds = next(item for item in app.multiselect if item.label.startswith("Augmentation"))
        kinds.set_value([]).run()
    assert any("both networks would be the same" in item.value for item in app.info) and not figures(app)


def test_rows_are_taken_to_the_live_network_and_can_be_taken_away_there() -> None:
    app = pressed(open_lab(LAB, AUGMENT), "vision.augment.live")
    assert address(app)["experiment.augmentation.1.kind"] == "rotate"
    assert address(app).get("section", "train") == "train"
    kinds = next(item for item in app.multiselect if item.label.startswith("Augmentation"))
    assert kinds.value == ["shift", "rotate"]
    kinds.set_value(["shift"]).run()
    assert not app.exception and "experiment.augmentation.1.kind" not in address(app)


@pytest.mark.parametrize(("view", "count"), [("accuracy", 1), ("layers", 2), ("filters", 1)])
def test_transfer_is_measured_and_said(view: str, count: int) -> None:
    MEASURED.clear()
    app = until_done(open_lab(LAB, {**TRANSFER, "transfer.view": view}))
    assert len(figures(app)) == count
    said = " ".join(item.value for item in app.markdown)
    wanted = {
        "accuracy": "from **2 pictures a class**",
        "layers": "From 4 pictures a class",
        "filters": "kernels of the first",
    }
    assert wanted[view] in said


def test_pictures_of_too_few_classes_are_told() -> None:
    query = {
        **TRANSFER,
        "transfer.pictures": "page",
        "experiment.data.kind": "scenes",
        "experiment.data.samples": "100",
    }
    app = open_lab(LAB, query)
    assert any("takes 4 classes" in item.value for item in app.info) and not figures(app)
