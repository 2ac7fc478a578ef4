"""The page of initialization: every control changes what is shown, a link restores it, edge settings hold."""

import base64
import time
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.jobs import Workshop
from engine.labs.initialization.state import Section
from tests.pages.labs.bench import address, figures, open_lab

FAST = {"v": "1", "network.depth": "4", "network.width": "8", "measuring.seeds": "3", "measuring.examples": "8"}
SMALL = {"v": "1", "section": "symmetry", "symmetry.updates": "20"}


def opened(query: dict[str, str] | None = None) -> AppTest:
    """The page with all its longer work done."""
    return settled(open_lab("initialization", query))


def settled(app: AppTest) -> AppTest:
    until = time.monotonic() + 60
    while any(item.key and item.key.endswith(".stop") for item in app.button) and time.monotonic() < until:
        time.sleep(0.1)
        app.run()
    assert not app.exception, app.exception
    assert not app.error
    return app


def traces(app: AppTest, place: int = 0) -> dict[str, Any]:
    return {trace["name"]: trace for trace in figures(app)[place]["data"] if "name" in trace}


def texts(app: AppTest) -> str:
    return " ".join(item.value for item in [*app.markdown, *app.caption]).replace("\\", "")


def control(app: AppTest, kind: str, path: str) -> Any:
    """The control of a setting; its key ends in a count where a link has filled it anew."""
    key = f"form.lab.initialization.{path}"
    return next(item for item in app.get(kind) if item.key.split("#")[0] == key)


def test_it_opens_on_tanh_with_three_choices_and_their_lines() -> None:
    app = opened()
    names = {"Normal, scale 0.1", "Xavier normal", "Normal, scale 0.3"}
    assert names <= set(traces(app))
    assert {f"{name}: theory" for name in names} <= set(traces(app, 1))
    assert "signal vanishes, gradient vanishes" in texts(app)
    assert "gradient explodes" in texts(app)
    assert len(figures(app)) == 3, "forward, backward, histograms"
    assert address(app) == {}


@pytest.mark.parametrize(
    ("kind", "path", "value", "said"),
    [
        ("selectbox", "network.activation.kind", "relu", "network.activation.kind"),
        ("selectbox", "compared.first.kind", "orthogonal", "compared.first.kind"),
        ("number_input", "network.depth", 2, "network.depth"),
        ("number_input", "network.width", 20, "network.width"),
        ("number_input", "compared.count", 1, "compared.count"),
        ("number_input", "measuring.seed", 3, "measuring.seed"),
        ("selectbox", "measuring.source.kind", "circle", "measuring.source.kind"),
        ("selectbox", "quantity", "pre-activations", "quantity"),
    ],
)
def test_a_control_changes_the_picture_and_the_address(kind: str, path: str, value: Any, said: str) -> None:
    app = opened(FAST)
    before = figures(app)
    control(app, kind, path).set_value(value).run()
    settled(app)
    assert figures(app) != before
    assert address(app)[said] == str(value)


def test_an_own_last_width_narrows_the_network() -> None:
    app = opened(FAST | {"network.last_width": "2", "section": "layers"})
    assert control(app, "number_input", "network.last_width").value == 2


def test_a_section_is_a_link_of_its_own_and_keeps_the_network() -> None:
    app = opened(FAST)
    control(app, "button_group", "section").set_value("gain").run()
    settled(app)
    assert address(app) == {**FAST, "section": "gain"}
    assert len(figures(app)) == 4


def test_the_gain_moves_its_mark_and_not_the_sweep() -> None:
    app = opened(FAST | {"section": "gain"})
    swept = [(trace["x"], trace["y"]) for trace in figures(app)[0]["data"]]
    control(app, "number_input", "gain.gain").set_value(2.0).run()
    settled(app)
    after = figures(app)[0]
    assert [(trace["x"], trace["y"]) for trace in after["data"]] == swept
    assert after["layout"]["shapes"][0]["x0"] == 2.0
    assert "At gain 2" in texts(app)


def test_widths_that_differ_compare_three_rules() -> None:
    app = opened(FAST | {"section": "widths", "widths.first": "32", "widths.last": "4", "widths.depth": "4"})
    assert {"1 / n_in", "1 / n_out", "Xavier, 2 / (n_in + n_out)"} <= set(traces(app))
    assert "Widths: 32, 16, 8, 4." in texts(app)


def test_equal_units_coincide_and_drawn_ones_do_not() -> None:
    app = opened(SMALL)
    lines = [trace for trace in figures(app)[0]["data"] if trace["line"]["dash"] == "solid"]
    equal, drawn = lines[:4], lines[4:]
    assert all(trace["y"] == equal[0]["y"] for trace in equal)
    assert not all(trace["y"] == drawn[0]["y"] for trace in drawn)
    assert "exactly 0" in texts(app)
    assert "nothing else is random" in texts(app)
    control(app, "number_input", "symmetry.dropout").set_value(0.5).run()
    settled(app)
    assert "nothing else is random" not in texts(app)
    assert "It breaks the symmetry too" in texts(app)


@pytest.mark.parametrize("section", Section.__args__)  # type: ignore[attr-defined]
def test_the_smallest_and_the_largest_settings_are_shown(section: str) -> None:
    least = {"network.depth": "1", "network.width": "1", "measuring.seeds": "3", "measuring.examples": "8"}
    small = {
        "widths.depth": "1",
        "widths.first": "1",
        "widths.last": "1",
        "symmetry.units": "2",
        "symmetry.updates": "10",
    }
    assert figures(opened({"v": "1", "section": section, **least, **small, "measuring.source.features": "1"}))
    most = {"network.depth": "60", "widths.depth": "60", "network.activation.kind": "maxout", "measuring.seeds": "3"}
    deep = {"compared.first.kind": "normal", "compared.first.scale": "10", "compared.third.kind": "zeros"}
    large = {"symmetry.units": "8", "symmetry.layers": "3", "symmetry.equal.kind": "zeros", "symmetry.updates": "30"}
    app = opened({"v": "1", "section": section, **most, **deep, **large, "measuring.examples": "8"})
    assert figures(app)
    if section == "layers":
        assert "the theory is for one" in texts(app)
        assert "not drawn at random" in texts(app)
    if section == "symmetry":
        assert "never left 0" in texts(app)


def test_a_step_passes_no_gradient_and_the_page_says_so() -> None:
    app = opened(FAST | {"network.activation.kind": "step"})
    assert "no gradient passes" in texts(app)
    assert "gradient exactly 0" in texts(app)
    gradients = traces(app, 1)["Xavier normal"]["y"]
    assert np.isnan(np.array(decoded(gradients), dtype=float)).all()


def decoded(values: Any) -> list:
    """Plotly's arrays: lists, or base64 of a type."""
    if isinstance(values, dict):
        return list(np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"]))
    return [np.nan if value is None else value for value in values]


def test_a_link_out_of_bounds_opens_what_is_left_of_it() -> None:
    app = opened(FAST | {"network.depth": "61", "compared.first.kind": "xaver_normal"})
    said = " ".join(item.value for item in app.warning).replace("\\", "")
    assert "network.depth" in said
    assert "did you mean" in said
    assert figures(app)


def test_the_playground_opens_the_compared_network() -> None:
    app = opened(FAST | {"measuring.source.kind": "circle"})
    next(item for item in app.button if item.key == "initialization.open.2").click().run()
    assert not app.exception
    opened_there = app.session_state["gradient_playground"].begun
    assert opened_there.model.hidden == (8,) * 4
    assert opened_there.model.initializer.kind == "xavier_normal"
    assert opened_there.data.kind == "circle"


def test_a_proof_is_run_by_its_button() -> None:
    app = opened(FAST)
    next(item for item in app.button if item.key == "prove.initialization.xavier_variance").click().run()
    assert not app.exception
    assert "times as much" in texts(app)


class Idle(Workshop):
    """Takes jobs in and never does them: longer work that has only begun."""

    def _run(self) -> None:
        return


def test_what_was_shown_stays_until_something_is_known_of_the_new_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(SMALL)
    before = figures(app)
    assert len(before) == 2
    said = [item.value for item in app.caption]
    assert any("s of computing" in value for value in said)
    idle = Idle()
    monkeypatch.setattr(stage, "workshop", lambda: idle)
    control(app, "slider", "symmetry.units/slider").set_value(6).run()
    assert figures(app) == before
    assert "still shown: the settings before" in str(app.get("progress")[0].proto)
    assert any(item.key == "initialization.symmetry.work.stop" for item in app.button)
    monkeypatch.undo()
    control(app, "slider", "symmetry.units/slider").set_value(3).run()
    settled(app)
    assert figures(app) != before


@pytest.mark.parametrize(
    ("last", "said"),
    [("8", "All layers are equally wide"), ("2", "change by a factor of 4")],
    ids=["equal", "narrowing"],
)
def test_what_a_rule_pays_is_said_of_the_widths_that_stand(last: str, said: str) -> None:
    query = FAST | {"section": "widths", "widths.depth": "3", "widths.first": "8", "widths.last": last}
    assert said in texts(opened(query))
