"""The page of optimizers on a network."""

import base64
import time
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.labs.bench import address, figures, open_lab

SECTIONS = ("sweep", "schedules", "noise", "landscape", "sharpness", "race")
SMALL = {"data.samples": "40", "width": "4", "depth": "1"}
SHORT = {
    "sweep": {"sweep.steps": "20"},
    "schedules": {"schedules.epochs": "3"},
    "noise": {"noise.epochs": "1", "noise.draws": "50"},
    "landscape": {"landscape.epochs": "2", "landscape.resolution": "11"},
    "sharpness": {"sharpness.steps": "50"},
    "race": {"race.epochs": "1", "race.seeds": "3"},
}


def opened(section: str, **more: str) -> AppTest:
    """A section with a small network and short runs."""
    return open_lab("descent", {"v": "1", "section": section, **SMALL, **SHORT[section], **more})


def finished(app: AppTest, seconds: float = 30.0) -> AppTest:
    """The page once its longer work is over."""
    until = time.monotonic() + seconds
    while app.get("progress") and time.monotonic() < until:
        time.sleep(0.2)
        app.run()
    assert not app.get("progress")
    assert not app.exception and not app.error, (app.exception, app.error)
    return app


def traces(app: AppTest) -> list[str]:
    """The names of all traces on the page."""
    return [trace.get("name", "") for item in figures(app) for trace in item["data"]]


def _values(values: Any) -> list[float]:
    """Of a trace's axis, as Plotly writes it."""
    if isinstance(values, list):
        return values
    return list(np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"]))


def captions(app: AppTest) -> str:
    """What stands under the pictures."""
    return " ".join(item.value for item in app.caption)


def control(app: AppTest, path: str) -> Any:
    """The widget of a setting, by its dotted path."""
    for group in (app.selectbox, app.number_input, app.toggle, app.multiselect, app.segmented_control):
        for widget in group:
            if str(widget.key).split("#")[0] == f"form.lab.descent.{path}":
                return widget
    raise AssertionError(f"no control {path}")


SAID = {
    "sweep": "takes a tenth of the lowest",
    "schedules": "Lowest at the end",
    "noise": "Farthest from the closed form",
    "landscape": "of the path's squared length",
    "sharpness": "of the limit",
    "race": "Optimizer to seed",
}
EXPECTED = {
    "sweep": ("smoothed", "a run of its own"),
    "schedules": ("One-cycle", "Cosine", "Linear warm-up"),
    "noise": ("g, all examples", "tr Σ / B", "B = all"),
    "landscape": ("loss", "the optimizer's path", "trained weights"),
    "sharpness": ("sharpness", "limit 20", "Lanczos"),
    "race": ("Gradient descent (SGD)", "Adam", "seed number 3"),
}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_shows_its_pictures_and_its_link_is_the_one_it_came_from(section: str) -> None:
    app = finished(opened(section))
    assert set(EXPECTED[section]) <= set(traces(app))
    assert SAID[section] in captions(app)
    asked = {"v": "1", "section": section, **SMALL, **SHORT[section]}
    assert address(app) == {key: value for key, value in asked.items() if (key, value) != ("section", "sweep")}
    assert any("Playground" in item.label for item in app.button)


def test_another_section_is_one_click_away_and_in_the_address() -> None:
    app = opened("sharpness")
    control(app, "section").set_value("landscape").run()
    assert address(app)["section"] == "landscape"
    assert "trained weights" in traces(finished(app))


@pytest.mark.parametrize(
    ("section", "path", "value", "seen"),
    [
        ("sweep", "sweep.optimizer.kind", "adam", None),
        ("schedules", "schedules.schedule.kind", "cosine", None),
        ("sharpness", "sharpness.optimizer.kind", "adam", "of the preconditioned H"),
        ("race", "race.kinds", ["sgd", "nesterov"], "Nesterov"),
        ("landscape", "landscape.plane", "random", None),
        ("landscape", "data.kind", "moons", None),
        ("landscape", "activation.kind", "relu", None),
    ],
)
def test_a_control_changes_what_is_shown_and_the_address(section: str, path: str, value: Any, seen: str | None) -> None:
    app = finished(opened(section))
    before = figures(app)
    control(app, path).set_value(value).run()
    said = ",".join(value) if isinstance(value, list) else str(value)
    assert address(app)[path] == said
    finished(app)
    assert figures(app) != before
    assert seen is None or seen in traces(app)


def test_the_view_of_a_landscape_takes_no_new_run() -> None:
    app = finished(opened("landscape"))
    assert figures(app)[0]["data"][0]["type"] == "contour"
    control(app, "landscape.view").set_value("3-D").run()
    assert not app.get("progress")
    assert figures(app)[0]["data"][0]["type"] == "surface"


@pytest.mark.parametrize(("view", "mark"), [("contour", "star"), ("3-D", "diamond")])
def test_the_words_on_a_landscape_name_the_mark_of_the_trained_weights(view: str, mark: str) -> None:
    app = finished(opened("landscape", **{"landscape.view": view}))
    marks = {
        trace["name"]: trace["marker"]["symbol"]
        for trace in figures(app)[0]["data"]
        if "marker" in trace and "symbol" in trace["marker"]
    }
    assert marks["trained weights"] == mark
    assert f"Loss at the {mark}" in captions(app)
    assert any(f"(the {mark})" in item.value for item in app.markdown)


def test_a_batch_of_all_examples_lies_at_the_tip_of_their_gradient() -> None:
    """Rounding, drawn on a scale of its own, would look like noise."""
    batches, gradient = figures(finished(opened("noise", **{"noise.batch_size": "3000"})))[0]["data"]
    assert set(_values(batches["y"])) == {0.0}
    assert np.allclose(_values(batches["x"]), gradient["x"][1])


def test_losses_over_epochs_end_where_the_picture_does() -> None:
    """Losses beyond its edge would stretch its height."""
    app = finished(opened("noise", **{"noise.batch_size": "4"}))
    runs = {trace["name"]: trace for trace in figures(app)[-1]["data"]}
    ends = {name: _values(trace["x"])[-1] for name, trace in runs.items()}
    assert max(ends.values()) <= 4 * ends["B = 1"]
    assert "B = all: " in captions(app)


EDGES = [
    {"section": "sweep", "sweep.low": "1.0", "sweep.high": "10.0", "sweep.steps": "20", "sweep.batch_size": "1"},
    {"section": "schedules", "schedules.optimizer.lr": "10.0", **SHORT["schedules"]},
    {"section": "noise", "noise.batch_size": "3000", "noise.epochs": "0", "noise.lr": "1.0", "noise.draws": "50"},
    {"section": "landscape", "landscape.optimizer.lr": "10.0", "landscape.view": "3-D", **SHORT["landscape"]},
    {"section": "landscape", "landscape.part": "validation", "activation.kind": "step", **SHORT["landscape"]},
    {"section": "sharpness", "sharpness.optimizer.lr": "10.0", "sharpness.steps": "50"},
    {"section": "sharpness", "sharpness.optimizer.kind": "momentum", "sharpness.optimizer.dampening": "1.0"}
    | SHORT["sharpness"],
    {"section": "race", "race.kinds": "sgd", "race.sgd.lr": "10.0", **SHORT["race"]},
    {"section": "race", "width": "1", "depth": "4", "data.samples": "20", **SHORT["race"]},
]


@pytest.mark.parametrize("query", EDGES, ids=lambda query: "-".join(list(query.values())[:2]))
def test_edge_settings_and_divergence_are_shown(query: dict[str, str]) -> None:
    app = finished(open_lab("descent", {"v": "1", **SMALL, **query}))
    assert figures(app) and not app.warning


def test_a_schedule_that_does_not_go_with_the_optimizer_is_told_where_it_was_chosen() -> None:
    app = opened("schedules", **{"schedules.optimizer.kind": "sgd"})
    assert any("Choose Momentum" in item.value for item in app.warning)
    control(app, "schedules.optimizer.kind").set_value("nesterov").run()
    assert not app.warning and figures(app)


def test_a_range_that_does_not_rise_is_told_and_the_last_one_stays() -> None:
    app = opened("sweep")
    control(app, "sweep.low").set_value(1.0).run()
    control(app, "sweep.high").set_value(0.5).run()
    assert any("at least twice the first rate" in item.value for item in app.warning)
    assert address(app)["sweep.low"] == "1.0" and "sweep.high" not in address(app)


def test_a_link_with_bad_values_keeps_the_good_ones() -> None:
    app = open_lab(
        "descent", {"v": "1", "section": "race", "race.seeds": "99", "race.kinds": "sgd,nobody", "width": "4"}
    )
    said = " ".join(item.value for item in app.warning).replace("\\", "")
    assert "race.seeds" in said and "race.kinds" in said
    assert address(app) == {"v": "1", "section": "race", "width": "4"}


def test_no_optimizer_is_told_and_the_last_choice_stays() -> None:
    app = opened("race")
    control(app, "race.kinds").set_value([]).run()
    assert any("choose at least one" in item.value for item in app.warning)
    assert figures(app)


def test_a_proof_shows_what_it_measured() -> None:
    app = opened("sweep")
    next(item for item in app.button if item.key == "prove.descent.larger_rate").click().run()
    assert any("just below" in item.value for item in app.markdown)


def test_the_experiment_opens_in_the_playground() -> None:
    app = finished(opened("sharpness"))
    next(item for item in app.button if item.key == "descent.sharpness.open").click().run()
    assert not app.exception
    assert app.query_params["data.kind"][0] == "sine" or app.query_params["data.kind"] == "sine"


def test_a_racer_goes_to_the_playground_with_the_rate_that_tuning_found() -> None:
    app = finished(opened("race", **{"race.tuned": "true", "race.kinds": "sgd", "race.sgd.lr": "0.001"}))
    table = next(item.value for item in app.markdown if "came to their end" in item.value)
    rate = next(line for line in table.splitlines() if "Gradient descent" in line).split("|")[2].strip()
    assert rate == r"0\.01", "so slow a rate is tuned to ten times itself"
    app.button("descent.race.open").click().run()
    assert float(address(app)["training.optimizer.lr"]) == 0.01


@pytest.mark.parametrize(
    ("kind", "words"), [("adagrad", "only grows"), ("adamw", "is not divided by P"), ("adam", "P follows")]
)
def test_the_sharpness_of_a_preconditioned_optimizer_says_where_its_limit_is_a_rule_of_thumb(
    kind: str, words: str
) -> None:
    app = finished(opened("sharpness", **{"sharpness.optimizer.kind": kind}))
    assert any(words in item.value and "rule of thumb" in item.value for item in app.markdown)
    assert "of the preconditioned H" in traces(app)
