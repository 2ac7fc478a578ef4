"""The section on other heads of the page of networks that look at pictures."""

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.labs.vision.heads.training import DONE
from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab

LAB = "vision"
TINY = {"v": "1", "section": "heads", "heads.epochs": "1"}


def until_done(app: AppTest, view: str) -> AppTest:
    return bench.until_done(app, f"{LAB}.heads.{view}")


def said(app: AppTest) -> str:
    return "\n".join(str(item.value) for item in app.markdown)


@pytest.mark.parametrize(
    ("view", "pictures", "told"),
    [
        ("masks", 3, "all background"),
        ("box", 2, "mean IoU"),
        ("several", 4, "non-maximum suppression"),
        ("angle", 3, "of the seam"),
        ("steering", 2, "from the middle between"),
    ],
)
def test_each_question_draws_its_pictures_and_says_what_was_measured(view: str, pictures: int, told: str) -> None:
    app = until_done(open_lab(LAB, {**TINY, "heads.view": view}), view)
    assert len(figures(app)) == pictures
    assert told in said(app)
    assert address(app)["section"] == "heads"


def test_other_thresholds_leave_other_boxes_and_train_nothing_anew() -> None:
    app = until_done(open_lab(LAB, {**TINY, "heads.view": "several"}), "several")
    before = said(app)
    jobs = [job for job in stage.workshop()._jobs if job.place == f"{LAB}.heads.several"]
    (overlap,) = [item for item in app.slider if "heads.overlap" in str(item.key)]
    overlap.set_value(1.0).run()
    assert not app.exception
    assert said(app) != before and "at an overlap of 1 leaves" in said(app)
    assert [job for job in stage.workshop()._jobs if job.place == f"{LAB}.heads.several"] == jobs
    assert address(app)["heads.overlap"] == "1.0"


def test_another_picture_is_shown_without_training() -> None:
    app = until_done(open_lab(LAB, {**TINY, "heads.view": "box"}), "box")
    before = figures(app)[0]
    other = until_done(open_lab(LAB, {**TINY, "heads.view": "box", "heads.picture": "50"}), "box")
    assert figures(other)[0]["data"][0]["source"] != before["data"][0]["source"]
    assert DONE.nbytes > 0


def test_a_link_out_of_bounds_is_said() -> None:
    app = open_lab(LAB, {**TINY, "heads.view": "box", "heads.overlap": "2"})
    assert any("heads.overlap" in str(item.value).replace("\\", "") for item in app.warning)


def test_what_is_often_said_can_be_proved() -> None:
    app = until_done(open_lab(LAB, {**TINY, "heads.view": "box"}), "box")
    app.button(key="prove.vision.heads_seam").click().run()
    assert "39.04 rad" in said(app)
