"""Every lab: it opens with a picture, takes any link, and keeps its state in the address."""

import time
from pathlib import Path

import pytest

from engine.labs.lab import LABS
from engine.labs.regularization.penalised import ROWS
from tests.pages.labs.bench import address, figures, open_lab, with_picture


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_opens_with_its_question_and_a_picture(lab: str) -> None:
    app = with_picture(open_lab(lab))
    assert LABS[lab].title in [item.value for item in app.header]
    assert any(LABS[lab].question in item.value for item in app.markdown)
    drawn = figures(app)
    assert drawn
    assert all(item["data"] for item in drawn)
    assert address(app) == {}, "the default needs no words"


@pytest.mark.parametrize("lab", LABS)
def test_a_link_with_nonsense_opens_the_lab_and_says_what_is_wrong(lab: str) -> None:
    app = with_picture(open_lab(lab, {"v": "1", "<b>x</b>": "1", "a.b.c.d.e.f.g.h.i.j": "2"}))
    assert figures(app)
    assert any("could not be used" in item.value for item in app.warning)
    assert address(app) == {}


OPENS = [
    (
        "regularization",
        {"section": "bias and variance", "resampling.family": "network"},
        "regularization.resampling.open",
    ),
    ("regularization", {"section": "L1 and L2"}, "regularization.paths.open"),
    ("regularization", {"section": "dropout"}, "regularization.dropout.open"),
    ("regularization", {"section": "batch norm"}, "regularization.batch_norm.open"),
    (
        "regularization",
        {"section": "batch norm", "standardising.view": "rate and first weights"},
        "regularization.rates.open",
    ),
    (
        "regularization",
        {"section": "batch norm", "standardising.view": "where it stands"},
        "regularization.places.open",
    ),
    ("regularization", {"section": "early stopping and noise"}, "regularization.stopping.open"),
    ("regularization", {"section": "early stopping and noise"}, "regularization.jitter.open"),
    ("regularization", {"section": "universal approximation"}, "regularization.universal.open"),
    ("activations", {"section": "layers"}, "activations.layers.play.1"),
    ("activations", {"section": "maxout"}, "activations.maxout.play"),
    ("activations", {"section": "collapse"}, "activations.collapse.play.linear"),
    ("activations", {"section": "collapse"}, "activations.collapse.play.beside"),
    ("initialization", {"section": "layers"}, "initialization.open.1"),
    ("initialization", {"section": "gain"}, "initialization.gain.open"),
    ("initialization", {"section": "widths"}, "initialization.widths.1 / n_in"),
    ("initialization", {"section": "symmetry"}, "initialization.open.drawn"),
    ("descent", {"section": "sweep"}, "descent.sweep.open"),
    ("descent", {"section": "schedules"}, "descent.schedules.open"),
    ("descent", {"section": "noise"}, "descent.noise.open"),
    ("descent", {"section": "landscape"}, "descent.landscape.open"),
    ("descent", {"section": "sharpness"}, "descent.sharpness.open"),
    ("descent", {"section": "race"}, "descent.race.open"),
]
"""Sections whose setting is an experiment, and the button that takes it to the Playground."""


@pytest.mark.parametrize(("lab", "query", "key"), OPENS)
def test_a_setting_that_is_an_experiment_opens_in_the_playground(lab: str, query: dict[str, str], key: str) -> None:
    app = open_lab(lab, {"v": "1", **query})
    until = time.monotonic() + 30
    while not [item for item in app.button if item.key == key] and time.monotonic() < until:
        time.sleep(0.2)
        app.run()
    app.button(key).click().run()
    assert not app.exception, app.exception
    assert app.get("bidi_component")[0].proto.id.endswith("-player")


def test_each_of_several_experiments_is_chosen_from_a_menu() -> None:
    app = open_lab("regularization", {"v": "1", "section": "L1 and L2"})
    menu = app.selectbox("regularization.paths.open.which")
    assert menu.value == "L1 (proximal)"
    assert menu.options == [row.label for row in ROWS]
    menu.select("L2").run()
    app.button("regularization.paths.open").click().run()
    assert address(app)["training.penalty.kind"] == "l2"


def test_the_readme_lists_every_lab_with_its_question() -> None:
    text = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert all(f"| {lab.title} | {lab.question} |" in text for lab in LABS.values())
