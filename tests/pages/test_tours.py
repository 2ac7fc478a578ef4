"""Guided tours on the page: started, ticked by what was done, linked, left."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from engine import stage
from engine.experiment import Experiment
from engine.tours.catalog import TOURS
from engine.tours.tour import Progress
from tests.pages.test_pages import APP, header, now, open_page, wait_for, whole

PICTURES = Path(__file__).parent.parent.parent / "assets" / "presets"


def progress(app: AppTest) -> Progress:
    return app.session_state["gradient_playground"].tour


def said(app: AppTest) -> str:
    return " ".join(item.value for item in app.markdown)


def rested(app: AppTest) -> AppTest:
    """The page once the run on screen trains no further, with the frame of its end."""
    entry = stage.pool().get(app.session_state["gradient_playground"].entry_id)

    def is_over() -> bool:
        stage.pool().touch(entry)  # or a slow machine's run would be paused for want of watchers
        return entry.status in ("finished", "stopped", "diverged")

    wait_for(is_over, 60)
    return whole(app)


def play(app: AppTest) -> AppTest:
    stage.pool().set_speed(entry := stage.pool().get(app.session_state["gradient_playground"].entry_id), 5)
    stage.pool().play(entry)
    return rested(app)


def test_home_offers_every_tour_and_starts_one() -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert all(tour.title in said(app) and tour.aim in said(app) for tour in TOURS.values())
    app.button(key="tour.depth").click().run()
    assert not app.exception
    assert progress(app).tour.id == "depth"
    assert now(app) == TOURS["depth"].opening


def test_a_step_is_ticked_by_training_and_the_next_by_a_change_and_training() -> None:
    app = open_page({"tour": "boundary"})
    assert not progress(app).is_ticked
    assert app.button(key="tour_next").disabled
    play(app)
    assert progress(app).is_ticked
    assert progress(app).said[0] in said(app)
    app.button(key="tour_next").click().run()
    assert "step 2 of 4" in said(app)
    assert app.button(key="tour_next").disabled
    whole(app).selectbox(key="form.data.kind").set_value("circle").run()
    assert not progress(app).is_ticked
    play(app)
    assert progress(app).is_ticked
    assert f"{progress(app).numbers['line'] * 100:.1f} %" in said(app)
    app.button(key="tour_back").click().run()
    assert "step 1 of 4" in said(app)
    assert progress(app).said[0] in said(app)


def test_what_else_was_changed_is_told_on_the_card() -> None:
    app = open_page({"tour": "boundary"})
    app.number_input(key="form.training.optimizer.adam.lr").set_value(0.05).run()
    play(app)
    assert not progress(app).is_ticked
    assert "set back what else was changed: Learning rate" in said(app)


def test_it_can_be_done_for_the_learner() -> None:
    app = open_page({"tour": "boundary", "data.kind": "moons"})
    app.button(key="tour_do").click().run()
    assert now(app) == TOURS["boundary"].opening
    rested(app)
    assert progress(app).is_ticked


def test_opening_a_view_below_the_player_ticks_the_step_that_asks_for_it() -> None:
    app = open_page({"tour": "boundary", "data.kind": "circle", "model.hidden": "8", "training.epochs": "60"})
    tour = progress(app)
    tour.place, tour.said, tour.numbers = 3, {0: "", 1: "", 2: ""}, {"units": 8.0}
    play(app)
    assert not tour.is_ticked
    app.segmented_control(key="further").set_value("Neurons").run()
    assert tour.is_ticked
    assert "Each of the 8 pictures" in said(app)


def test_a_tour_goes_with_the_address_and_the_players_link_and_is_left_with_its_experiment() -> None:
    app = open_page({"tour": "rate"})
    assert now(app) == TOURS["rate"].opening
    assert app.query_params["tour"] in ("rate", ["rate"])
    assert header(app)["state"]["link"] == "?v=1&tour=rate"
    assert header(app)["state"]["reports"]
    app.button(key="tour_leave").click().run()
    assert progress(app) is None
    assert now(app) == TOURS["rate"].opening
    assert "tour" not in app.query_params
    assert not header(app)["state"]["reports"]


def test_the_menu_starts_a_tour_and_marks_those_done() -> None:
    app = open_page()
    app.button(key="tour.overfitting").click().run()
    assert progress(app).tour.id == "overfitting"
    tour = progress(app)
    tour.said = dict.fromkeys(range(len(tour.tour.steps)), "done")
    whole(app).button(key="tour_leave").click().run()
    assert app.session_state["gradient_playground"].toured == {"overfitting"}
    assert "check_circle" in whole(app).button(key="tour.overfitting").label


def test_after_the_last_step_the_next_tour_is_offered() -> None:
    app = open_page({"tour": "boundary"})
    tour = progress(app)
    tour.place, tour.said = 3, dict.fromkeys(range(4), "done")
    whole(app).button(key="tour_following").click().run()
    assert progress(app).tour.id == "nonlinearity"
    assert now(app) == TOURS["nonlinearity"].opening


def test_an_unknown_tour_is_reported_with_those_there_are() -> None:
    app = open_page({"tour": "dept"})
    assert progress(app) is None
    assert any("did you mean" in item.value and "depth" in item.value for item in app.warning)


def test_a_tour_started_at_home_leaves_the_class_view() -> None:
    app = open_page({"class.lock": "network"})
    assert "tour.depth" not in {item.key for item in app.button}
    app.switch_page("pages/home.py").run()
    app.button(key="tour.depth").click().run()
    visit = app.session_state["gradient_playground"]
    assert visit.classroom.is_open
    assert visit.now == TOURS["depth"].opening


def test_a_link_may_hold_a_tour_and_locks() -> None:
    app = open_page({"tour": "depth", "class.lock": "training"})
    assert progress(app).tour.id == "depth"
    assert not app.session_state["gradient_playground"].classroom.is_open


def test_the_default_experiment_in_a_tour_is_not_its_opening() -> None:
    app = open_page({"tour": "depth", "seed": "0"})
    assert now(app) == Experiment()
    assert "set back what else was changed: Hidden layers, Epochs" in said(app)


def test_every_tour_has_a_picture() -> None:
    assert all(
        (PICTURES / mode / f"{tour.picture}.png").exists() for tour in TOURS.values() for mode in ("light", "dark")
    )
