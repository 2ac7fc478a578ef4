"""The regularization lab: each section opens, follows its controls and keeps its state in the address."""

import time
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from engine.labs.regularization.state import Section, Standardising
from tests.pages.labs.bench import address, figures, open_lab

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


def control(app: AppTest, kind: str, path: str) -> Any:
    """The control of a setting."""
    key = f"form.lab.{LAB}.{path}"
    return next(item for item in app.get(kind) if item.key and (item.key == key or item.key.startswith(f"{key}#")))


@pytest.mark.parametrize("section", SECTIONS)
def test_a_link_opens_each_section_and_keeps_it(section: str) -> None:
    app = opened(section)
    assert address(app).get("section", "bias and variance") == section


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_batch_norm_has_a_picture(view: str) -> None:
    opened("batch norm", standardising__view=view)


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


def test_a_bad_link_says_which_value_and_opens() -> None:
    app = open_lab(LAB, link("L1 and L2", paths__l1_share="7", universal__points="0_0,zzz"))
    said = " ".join(item.value for item in app.warning)
    assert "l1" in said and "7" in said
    assert figures(app)
