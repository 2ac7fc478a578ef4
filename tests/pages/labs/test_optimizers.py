"""The optimizers' page: every section, its controls, its links, and what it says to bad input."""

import json
import time
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from engine.choice import catalog
from engine.labs.optimizers.state import MAX_RACERS, Section
from engine.labs.optimizers.surfaces import Surface
from tests.pages.labs.bench import address, figures, open_lab

LAB = "optimizers"
PATH = "form.lab.optimizers."


def opened(**query: str) -> AppTest:
    """The page once its longer work is done."""
    app = open_lab(LAB, {"v": "1", **{name.replace("__", "."): value for name, value in query.items()}})
    return finished(app)


def finished(app: AppTest) -> AppTest:
    until = time.monotonic() + 40
    while app.get("progress") and time.monotonic() < until:
        time.sleep(0.1)
        app.run()
    assert not app.exception, app.exception
    return app


def named(app: AppTest, place: int = 0) -> list[str]:
    return [trace.get("name", "") for trace in figures(app)[place]["data"]]


def said(app: AppTest) -> str:
    """All texts of the page, as they are read."""
    kinds = ("markdown", "caption", "error", "warning", "info")
    return " ".join(item.value for kind in kinds for item in app.get(kind)).replace("\\", "")


def key(app: AppTest, kind: str, path: str) -> Any:
    """The control at ``path``, whatever the page calls its present instance."""
    return next(item for item in app.get(kind) if str(item.key).split("#")[0] == f"{PATH}{path}")


def test_it_opens_on_a_race_of_four_with_a_player() -> None:
    app = opened()
    drawn = figures(app)[0]
    assert [name for name in named(app) if "η" in name][:4] == [
        "Gradient descent, η 0.03",
        "Momentum, η 0.02",
        "RMSProp, η 0.05",
        "Adam, η 0.1",
    ]
    assert [button["label"] for button in drawn["layout"]["updatemenus"][0]["buttons"]] == ["Play", "Pause"]
    assert len(drawn["frames"]) == len(drawn["layout"]["sliders"][0]["steps"]) > 20
    assert "4 of 4 arrived" in said(app)
    assert address(app) == {}


@pytest.mark.parametrize("section", get_args(Section))
def test_every_section_opens_from_a_link_with_a_picture_and_keeps_its_address(section: str) -> None:
    app = opened(section=section, search__runs="1", search__budget="100", basins__side="12", basins__steps="50")
    assert all(item["data"] for item in figures(app))
    assert figures(app)
    assert address(app).get("section", "Race") == section
    assert not app.error


@pytest.mark.parametrize("kind", catalog(Surface))
def test_every_surface_is_raced_on(kind: str) -> None:
    app = opened(surface__kind=kind)
    assert len([name for name in named(app) if "η" in name]) == 8
    assert address(app).get("surface.kind", "ravine") == kind


def test_another_rate_changes_the_path_and_the_address() -> None:
    app = opened()
    before = json.dumps(figures(app)[0]["data"])
    key(app, "number_input", "racers.0.optimizer.sgd.lr").set_value(0.07)
    app = finished(app.run())
    assert "Gradient descent, η 0.07" in named(app)
    assert json.dumps(figures(app)[0]["data"]) != before
    assert address(app)["racers.0.optimizer.lr"] == "0.07"


def test_racers_are_added_up_to_the_limit_and_removed_down_to_one() -> None:
    six = {f"racers.{place}.optimizer.kind": "sgd" for place in range(MAX_RACERS - 2)}
    app = opened(**six)
    for _ in range(2):
        app.button(key="optimizers.add").click()
        app = finished(app.run())
    assert len([name for name in named(app) if "η" in name]) == 2 * MAX_RACERS
    assert app.button(key="optimizers.add").disabled
    app = opened(**{name: "adam" for name in list(six)[:2]})
    app.button(key="optimizers.remove").click()
    app = finished(app.run())
    assert len([name for name in named(app) if "η" in name]) == 2
    assert app.button(key="optimizers.remove").disabled


def test_a_racer_becomes_another_optimizer_with_its_own_settings() -> None:
    app = opened()
    key(app, "selectbox", "racers.0.optimizer.kind").set_value("adamw")
    app = finished(app.run())
    assert "AdamW, η 0.01" in named(app)
    assert key(app, "number_input", "racers.0.optimizer.adamw.weight_decay").value == 0.01
    assert address(app)["racers.0.optimizer.kind"] == "adamw"


def test_a_link_restores_racers_schedules_and_the_start() -> None:
    link = {
        "racers.0.optimizer.kind": "momentum",
        "racers.0.optimizer.lr": "0.011",
        "racers.0.schedule.kind": "one_cycle",
        "surface.start_x": "1.25",
        "race.steps": "60",
    }
    app = opened(**link)
    assert "Momentum, η 0.011" in named(app)
    assert {name: address(app)[name] for name in link} == link
    path = next(trace for trace in figures(app)[0]["data"] if trace.get("name") == "Momentum, η 0.011")
    assert path["x"][0] == 1.25


def test_a_path_that_diverges_is_said() -> None:
    app = opened(
        **{"racers.0.optimizer.kind": "sgd", "racers.0.optimizer.lr": "1.0", "racers.0.schedule.kind": "constant"}
    )
    assert "diverged: stopped at step" in said(app)


def test_the_table_shows_every_step_and_its_distance_from_pytorch() -> None:
    app = opened(section="Every step", racer="3", step="2")
    assert "Step 2 of 150" in said(app)
    frame = app.dataframe[0].value
    assert len(frame) == 150
    assert frame.loc[1, "m (x)"] == pytest.approx(-0.35)
    key(app, "number_input", "step").set_value(7)
    app = finished(app.run())
    assert "Step 7 of 150" in said(app)
    assert address(app)["step"] == "7"


def test_a_function_that_cannot_be_read_is_told_with_its_column_and_the_last_one_stays() -> None:
    app = opened(surface__kind="typed", surface__text="x**2 + y**2")
    key(app, "text_input", "surface.typed.text").set_value("x**2 + z")
    app = finished(app.run())
    assert any("column 8" in item.value and "x**2 + y**2" in item.value for item in app.error)
    assert key(app, "text_input", "surface.typed.text").value == "x**2 + z"
    assert figures(app)
    assert address(app)["surface.text"] == "x**2 + y**2"
    key(app, "text_input", "surface.typed.text").set_value("abs(x) + 2*y**2")
    app = finished(app.run())
    assert not app.error
    assert address(app)["surface.text"] == "abs(x) + 2*y**2"


def test_a_link_with_a_bad_function_says_so_and_opens() -> None:
    app = opened(surface__kind="typed", surface__text="__import__('os')")
    assert any("surface.text" in item.value.replace("\\", "") for item in app.warning)
    assert not any("value error" in item.value for item in app.warning)
    assert figures(app)


def test_a_function_without_numbers_is_told() -> None:
    for section in ("Race", "Search", "Variations"):
        app = opened(section=section, surface__kind="typed", surface__text="sqrt(-1 - x**2 - y**2)")
        assert any("not a number anywhere" in item.value for item in app.error)


def test_a_typed_function_is_written_above_and_where_it_is_no_number_is_told() -> None:
    app = opened(surface__kind="typed", surface__text="log(x) + y**2", surface__start_x="-1")
    assert "f(x, y) = log(x) + y**2" in said(app)
    assert "no number" in said(app) and "nan" not in said(app)


def test_the_lowest_value_is_free_of_rounding() -> None:
    assert "The lowest value is 0." in said(opened(surface__kind="ackley", race__steps="20"))


def test_the_landscape_is_solid_and_has_the_same_racers() -> None:
    app = opened(solid="true", surface__kind="himmelblau")
    kinds = {trace["type"] for trace in figures(app)[0]["data"]}
    assert kinds == {"surface", "scatter3d"}


def test_basins_counts_the_minima_of_himmelblau() -> None:
    app = opened(section="Basins", surface__kind="himmelblau", racer="3", basins__side="20")
    assert "4 minima found" in said(app)


def test_basins_that_hardly_any_start_reaches_come_with_advice() -> None:
    app = opened(section="Basins", surface__kind="beale", basins__side="10", basins__steps="1")
    assert "1 step each" in said(app) and "try another rate, or more steps" in said(app)
    assert "try another rate" not in said(opened(section="Basins", basins__side="10"))


def test_a_parabola_left_by_its_path_says_where_it_was_stopped() -> None:
    text = said(opened(section="Parabola", parabola__rate="10", parabola__steps="200"))
    assert "After 10 steps" in text and "too far away to go on" in text and "cdot 10^{12}" in text


def test_search_counts_evaluations_of_every_method() -> None:
    app = opened(section="Search", surface__kind="rastrigin", search__runs="2", search__budget="300")
    text = said(app)
    for method in ("Nelder", "BFGS", "Dual annealing", "Differential evolution", "Particle swarm", "Genetic", "Hill"):
        assert method in text
    assert "local methods in" in text


@pytest.mark.parametrize(
    "query",
    [
        {"race.steps": "1"},
        {"race.noise": "100", "race.steps": "50"},
        {"surface.kind": "rosenbrock", "surface.start_x": "2", "surface.start_y": "-1"},
        {"surface.kind": "typed", "surface.text": "x**20 - y**20", "surface.reach": "100"},
        {"surface.kind": "typed", "surface.text": "exp(exp(x*y))", "surface.reach": "100", "solid": "true"},
        {"section": "Parabola", "parabola.rate": "10", "parabola.steps": "200", "parabola.examples": "1"},
        {"section": "Variations", "variation.kind": "epsilon", "variation.lr": "10", "race.steps": "1"},
        {"section": "Every step", "racer": "7", "step": "2000", "race.steps": "1"},
        {"section": "Every step", "race.steps": "1"},
        {
            "section": "Basins",
            "basins.side": "10",
            "basins.steps": "1",
            "surface.kind": "typed",
            "surface.text": "log(-1-x**2)",
        },
    ],
)
def test_edge_settings_draw_a_picture(query: dict[str, str]) -> None:
    app = opened(**query)
    assert figures(app)
    assert all(item["data"] for item in figures(app))


def test_a_proof_shows_its_numbers() -> None:
    app = opened(section="Parabola")
    app.button(key="prove.optimizers.cubic").click()
    app = finished(app.run())
    assert "no global minimum" in said(app)
