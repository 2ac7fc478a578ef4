"""The sections ``looked`` and ``against_mlp`` of the page on images: every view, a click, what is typed, links."""

import pytest
from streamlit.testing.v1 import AppTest

from charts.vision.tiles import edge
from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab, send, with_picture

LAB = "vision"
TINY = {
    "v": "1",
    "section": "looked",
    "experiment.training.epochs": "2",
    "looked.right": "2",
    "looked.wrong": "2",
    "looked.integrated.steps": "4",
    "looked.pictures": "2",
}
FEW = {
    "v": "1",
    "section": "against_mlp",
    "against_mlp.view": "trained",
    "against_mlp.pictures": "60",
    "against_mlp.epochs": "1",
    "against_mlp.budget": "600",
    "against_mlp.seeds": "2",
}


def until_done(app: AppTest, place: str) -> AppTest:
    return bench.until_done(app, f"{LAB}.{place}")


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.caption])


def test_there_are_maps_before_the_network_is_trained_and_a_row_leads_to_its_picture() -> None:
    app = with_picture(open_lab(LAB, TINY))
    assert len(figures(app)) == 1
    until_done(app, "looked.side")
    assert "Of 359 test pictures the network answers" in said(app)
    wall = figures(app)[0]
    assert len(wall["layout"]["yaxis"]["ticktext"]) == 4
    assert sum("Occlusion, picture" in trace.get("name", "") for trace in wall["data"]) == 4
    app = send(app, "vision.looked.wall", "clicked", {"x": 1, "y": edge(2) + 0.5, "across": 90, "up": 90})
    assert address(app)["looked.view"] == "one" and address(app)["looked.picture"] == "3"
    until_done(app, "looked.one")
    assert "answered *" in said(app) and "and it is *" in said(app)
    assert len(figures(app)) == 9, "seven methods, the sum over steps, the layer's maps"
    assert len(app.latex) >= 7 and "0 off" not in said(app)


def test_another_class_is_explained_and_stands_in_the_address() -> None:
    app = until_done(
        open_lab(LAB, {**TINY, "looked.view": "one", "looked.explained": "class", "looked.label": "4"}), "looked.one"
    )
    assert any(
        figure["layout"]["xaxis"]["ticktext"][1:2] == ["4"] for figure in figures(app) if "xaxis" in figure["layout"]
    )
    next(item for item in app.selectbox if item.label == "Class").select(7).run()
    assert address(app)["looked.label"] == "7"


def test_the_check_compares_and_tells_its_table() -> None:
    app = until_done(open_lab(LAB, {**TINY, "looked.view": "check"}), "looked.check")
    assert "With every layer random the network answers" in said(app)
    assert "| Saliency |" in said(app) and "Test pictures right as the layers go: as trained" in said(app)
    assert [trace["name"] for trace in figures(app)[0]["data"]][:2] == ["Saliency", "SmoothGrad"]
    before = figures(app)[0]["data"]
    next(item for item in app.segmented_control if item.label == "Likeness").select("ssim").run()
    assert address(app)["looked.measure"] == "ssim" and figures(app)[0]["data"] != before


def test_without_pictures_it_says_what_to_do() -> None:
    app = open_lab(LAB, {**TINY, "looked.right": "0", "looked.wrong": "0"})
    assert any("Ask for at least one" in item.value for item in app.info)


def test_other_pictures_and_another_head_are_looked_into_as_well() -> None:
    query = {
        **TINY,
        "experiment.data.kind": "scenes",
        "experiment.data.size": "16",
        "experiment.data.samples": "200",
        "experiment.head.kind": "box",
    }
    app = until_done(open_lab(LAB, query), "looked.side")
    assert "does not answer with a class" in said(app)
    assert sum("Saliency, picture" in trace.get("name", "") for trace in figures(app)[0]["data"]) == 4


def test_parameters_are_counted_as_sizes_are_typed() -> None:
    app = open_lab(LAB, {"v": "1", "section": "against_mlp"})
    assert "427,658" in said(app) and "6,442,450,944" in said(app) and len(figures(app)) == 2
    box = next(item for item in app.text_input if item.label == "Hidden layers of the MLP")
    box.set_value("64, 32").run()
    total = 3072 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10
    assert f"{total:,}" in said(app) and address(app)["against_mlp.counting.hidden"] == "64,32"
    next(item for item in app.text_input if item.label == "Hidden layers of the MLP").set_value("64, <b>").run()
    assert any("whole numbers with commas" in item.value for item in app.warning)
    assert f"{total:,}" in said(app), "the last ones stay"


def test_networks_of_one_size_are_trained_and_compared() -> None:
    app = open_lab(LAB, FEW)
    assert "**MLP**, 1×16×16" in said(app) and len(figures(app)) == 2
    until_done(app, "against")
    assert "Test pictures right, as they are: MLP" in said(app) and "60 training pictures" in said(app)
    assert any(trace.get("name") == "CNN, flattened, pixels shuffled" for trace in figures(app)[0]["data"])


def test_a_proof_stands_below_each_section() -> None:
    app = open_lab(LAB, {"v": "1", "section": "against_mlp"})
    app.button("prove.vision.miscount").click().run()
    assert "426,368" in said(app) and "15,110 times too many" in said(app)


@pytest.mark.parametrize("view", ["side", "one", "check"])
def test_pictures_of_somebody_else_are_not_looked_at(view: str) -> None:
    query = {"experiment.data.kind": "own", "experiment.data.file": "0123456789abcdef", "looked.explained": "class"}
    app = open_lab(LAB, {**TINY, **query, "looked.view": view})
    assert any("stay with their owner" in item.value for item in app.warning) and not figures(app)
