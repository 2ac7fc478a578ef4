"""The regularization lab: each section opens, follows its controls and keeps its state in the address."""

import base64
import json
import time
from typing import Any, get_args

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.labs.regularization.state import Section, Standardising
from tests.pages.labs.bench import address, figures, open_lab, send

LAB = "regularization"
SECTIONS = get_args(Section)
WAIT_SECONDS = 30.0
VIEWS = get_args(Standardising.model_fields["view"].annotation)


def link(section: str, **more: str) -> dict[str, str]:
    """The query of a section."""
    return {"v": "1", "section": section, **{name.replace("__", "."): value for name, value in more.items()}}


def drawn(app: AppTest) -> AppTest:
    """The page once its longer work has come to a first picture."""
    until = time.monotonic() + WAIT_SECONDS
    while not figures(app) and time.monotonic() < until:
        time.sleep(0.2)
        app.run()
        assert not app.exception
    return app


def opened(section: str, **more: str) -> AppTest:
    """A section with pictures that hold data, and no error."""
    app = drawn(open_lab(LAB, link(section, **more)))
    assert not app.error
    assert not [item.value for item in app.warning]
    assert figures(app)
    assert all(item["data"] for item in figures(app))
    return app


def _values(values: Any) -> np.ndarray:
    """Of a trace's axis, as Plotly writes it."""
    if isinstance(values, list):
        return np.array(values, float)
    return np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])


def control(app: AppTest, kind: str, path: str) -> Any:
    """The control of a setting."""
    key = f"form.lab.{LAB}.{path}"
    return next(item for item in app.get(kind) if item.key and (item.key == key or item.key.startswith(f"{key}#")))


@pytest.mark.parametrize("section", SECTIONS)
def test_a_link_opens_each_section_and_keeps_it(section: str) -> None:
    app = opened(section)
    assert address(app).get("section", "bias and variance") == section


def test_the_chosen_degree_is_in_sight_where_it_errs_far_more_than_the_others() -> None:
    for picture in figures(opened("bias and variance", resampling__degree="0", resampling__noise="0.0"))[1:]:
        tops = [
            float(np.max(_values(trace["y"])[:1]))
            for trace in picture["data"]
            if len(trace.get("y", [])) and trace.get("name")
        ]
        assert picture["layout"]["yaxis"]["range"][1] > max(tops) > 0.1


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_batch_norm_has_a_picture(view: str) -> None:
    drawn = figures(opened("batch norm", standardising__view=view))
    assert drawn and all(item["data"] for item in drawn)


def test_a_link_restores_every_part_of_the_state() -> None:
    query = link("diamond and circle", budget__w1="0.25", budget__budget="2.0", paths__l1_share="0.5", seed="3")
    assert address(open_lab(LAB, query)) == query


@pytest.mark.parametrize(
    ("section", "path", "value"),
    [
        ("bias and variance", "resampling.degree", 9),
        ("bias and variance", "resampling.noise", 0.8),
        ("L1 and L2", "paths.l1_share", 0.0),
        ("L1 and L2", "paths.correlation", 0.9),
        ("diamond and circle", "budget.w1", -1.0),
        ("diamond and circle", "budget.budget", 2.0),
        ("dropout", "thinning.mask", 7),
        ("early stopping and noise", "stopping.patience", 5),
        ("universal approximation", "universal.shown", 3),
    ],
)
def test_a_control_changes_a_picture_and_the_address(section: str, path: str, value: float) -> None:
    app = opened(section)
    before = figures(app)
    control(app, "number_input", path).set_value(value).run()
    assert not app.exception
    assert float(address(app)[path]) == value
    assert figures(drawn(app)) != before


def test_another_section_is_chosen_and_its_settings_come_back() -> None:
    app = opened("diamond and circle", budget__budget="2.0")
    control(app, "button_group", "section").set_value("L1 and L2").run()
    assert address(app) == {"v": "1", "section": "L1 and L2", "budget.budget": "2.0"}
    control(app, "button_group", "section").set_value("diamond and circle").run()
    assert control(app, "number_input", "budget.budget").value == 2.0


def drag(name: str, x: float, y: float, held: bool = False, count: int = 1) -> dict[str, Any]:
    """What a browser says of a handle."""
    return {"name": name, "x": x, "y": y, "held": held, "count": count}


def trace(app: AppTest, name: str, place: int = 0) -> dict[str, Any]:
    """A trace of the figure at ``place``."""
    return next(item for item in figures(app)[place]["data"] if item.get("name") == name)


def test_a_drag_of_the_optimum_moves_it_its_controls_and_the_best_allowed_point() -> None:
    app = send(opened("diamond and circle"), "regularization.diamond", "dragged", drag("optimum", 0.3, -2.5))
    assert trace(app, "optimum w*")["x"] == [0.3]
    assert trace(app, "best allowed", 1)["x"] != trace(opened("diamond and circle"), "best allowed", 1)["x"]
    assert control(app, "number_input", "budget.w2").value == -2.5
    assert control(app, "slider", "budget.w2/slider").value == -2.5
    assert (address(app)["budget.w1"], address(app)["budget.w2"]) == ("0.3", "-2.5")


@pytest.mark.parametrize(("shape", "budget"), [("diamond", 1.4), ("circle", 1.0)])
def test_a_rim_dragged_through_a_point_is_a_budget_of_its_size(shape: str, budget: float) -> None:
    app = send(opened("diamond and circle"), f"regularization.{shape}", "dragged", drag("rim", -0.6, -0.8))
    assert control(app, "number_input", "budget.budget").value == budget
    assert float(address(app).get("budget.budget", 1.0)) == budget


def test_the_address_waits_until_a_handle_is_let_go() -> None:
    app = opened("diamond and circle")
    send(app, "regularization.circle", "dragged", drag("optimum", 2.0, 2.0, held=True))
    assert trace(app, "optimum w*")["x"] == [2.0]
    assert "budget.w1" not in address(app)
    send(app, "regularization.circle", "dragged", drag("optimum", 2.5, 2.0, count=2))
    assert address(app)["budget.w1"] == "2.5"
    app.run()
    assert trace(app, "optimum w*")["x"] == [2.5]


def test_a_drag_is_answered_by_its_number_and_stays_within_bounds() -> None:
    app = send(opened("diamond and circle"), "regularization.diamond", "dragged", drag("optimum", 9.0, -9.0, count=7))
    assert [trace(app, "optimum w*")[axis] for axis in "xy"] == [[3.0], [-3.0]]
    sent = [json.loads(item.proto.json) for item in app.get("bidi_component")]
    assert [item["heard"] for item in sent] == [7, None]
    app = send(app, "regularization.diamond", "dragged", drag("rim", 0.0, 0.0, count=8))
    assert control(app, "number_input", "budget.budget").value == 0.1


@pytest.mark.parametrize("told", [{"name": "nobody", "x": 1.0, "y": 1.0}, {"name": "optimum", "x": "1"}, {}])
def test_what_is_no_drag_of_a_handle_changes_nothing(told: dict[str, Any]) -> None:
    app = opened("diamond and circle")
    before = figures(app)
    assert figures(send(app, "regularization.diamond", "dragged", told)) == before


def test_the_handles_stand_on_what_they_move() -> None:
    app = opened("diamond and circle", budget__budget="2.0", budget__w1="-1.5")
    sent = [json.loads(item.proto.json) for item in app.get("bidi_component")]
    for place, order in ((0, 1), (1, 2)):
        optimum, rim = sent[place]["handles"]
        assert (optimum["x"], optimum["y"]) == (-1.5, 0.7)
        assert np.linalg.norm([rim["x"], rim["y"]], ord=order) == pytest.approx(2.0)
        names = {item["name"] for item in figures(app)[place]["data"]}
        assert {rim["line"], *rim["moves"], *optimum["moves"]} <= names


def test_points_are_typed_and_bad_ones_are_told_and_not_taken() -> None:
    app = opened("universal approximation", universal__most="4", universal__shown="2")
    typed = control(app, "text_input", "universal.points")
    typed.set_value("-6_0, 0_1, 6_0").run()
    assert address(app)["universal.points"] == "-6_0,0_1,6_0"
    control(app, "text_input", "universal.points").set_value("-6_0, 9_1").run()
    assert not app.exception
    assert any("is no point" in item.value for item in app.warning)
    assert address(app)["universal.points"] == "-6_0,0_1,6_0"


@pytest.mark.parametrize(
    ("section", "more"),
    [
        ("bias and variance", {"resampling.points": "12", "resampling.degree": "11", "resampling.sets": "2"}),
        ("bias and variance", {"resampling.noise": "0.0", "resampling.sets": "300", "resampling.ridge": "10.0"}),
        ("bias and variance", {"resampling.family": "network", "resampling.units": "64", "resampling.sets": "2"}),
        ("L1 and L2", {"paths.examples": "20", "paths.correlation": "0.95", "paths.network_strength": "0.3"}),
        ("diamond and circle", {"budget.w1": "0.0", "budget.w2": "0.0"}),
        ("diamond and circle", {"budget.budget": "4.0", "budget.stretch": "30.0", "budget.angle": "180.0"}),
        ("dropout", {"thinning.rate": "0.9", "thinning.units": "4", "thinning.masks": "10"}),
        ("batch norm", {"standardising.batch_size": "2", "standardising.momentum": "1.0"}),
        ("early stopping and noise", {"stopping.samples": "40", "stopping.units": "1", "stopping.noise": "0.0"}),
        ("universal approximation", {"universal.most": "32", "universal.seeds": "12", "universal.shown": "32"}),
        ("universal approximation", {"universal.dimensions": "two inputs", "universal.surface.kind": "plane"}),
    ],
)
def test_edge_settings_open(section: str, more: dict[str, str]) -> None:
    app = open_lab(LAB, {"v": "1", "section": section, **more})
    assert not app.error
    assert not app.warning
    assert figures(drawn(app))


def test_a_target_of_two_inputs_stands_beside_the_best_and_the_worst_of_training() -> None:
    small = {"universal.most": "4", "universal.shown": "4", "universal.seeds": "3", "universal.steps": "100"}
    app = drawn(
        open_lab(LAB, {"v": "1", "section": "universal approximation", "universal.dimensions": "two inputs", **small})
    )
    picture = figures(app)[0]
    names = [item["text"] for item in picture["layout"]["annotations"]]
    assert names == ["target", "constructed", "trained, best seed", "trained, worst seed"]
    target, _, best, worst = (_values(trace["z"]).ravel() for trace in picture["data"])
    assert ((best - target) ** 2).mean() <= ((worst - target) ** 2).mean()


def test_a_bad_link_says_which_value_and_opens() -> None:
    app = open_lab(LAB, link("L1 and L2", paths__l1_share="7", universal__points="0_0,zzz"))
    said = " ".join(item.value for item in app.warning)
    assert "l1" in said and "7" in said
    assert figures(app)


def test_a_budget_that_no_optimum_feels_is_not_said_to_make_zeros() -> None:
    app = opened("diamond and circle", budget__budget="4", budget__stretch="30", budget__angle="180")
    said = " ".join(item.value for item in app.caption)
    assert "none is led to one of its corners" in said and "n/a" not in said


def test_one_unit_is_one() -> None:
    app = opened("universal approximation", universal__most="2", universal__seeds="2", universal__shown="1")
    assert any("With 1 unit the" in item.value for item in app.caption)
