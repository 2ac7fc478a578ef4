"""A class link on the page: what is locked is drawn and off, what is hidden is not there, and both hold."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from engine.classroom import Classroom
from engine.experiment import Experiment
from engine.permalink import decode
from tests.pages.test_pages import header, now, open_page, presets

KINDS = ("selectbox", "number_input", "slider", "select_slider", "toggle", "button_group")
REGULARIZATION = (
    "model.dropout",
    "model.norm",
    "training.penalty",
    "training.clip",
    "training.stopping",
    "class_weights",
    "training.sampling",
)
TRAINING = ("loss", "optimizer", "schedule", "epochs", "target_loss")
PREFIXES = {
    "data": ("data.",),
    "network": ("depth", "width", "layer", "model.activation", "model.initializer", "model.residual", "model.bias"),
    "training": ("continues", "all", "batch", *(f"training.{name}" for name in TRAINING)),
    "regularization": REGULARIZATION,
    "seed": ("seed",),
}
"""How the keys of a group's controls begin, after ``form.``."""


def drawn(app: AppTest) -> dict[str, Any]:
    """Controls of the experiment by key, without their ``form.``."""
    found = {item.key: item for kind in KINDS for item in getattr(app, kind) if item.key}
    return {key.removeprefix("form."): item for key, item in found.items() if key.startswith("form.")}


def of(group: str, controls: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in controls.items() if key.startswith(PREFIXES[group])}


def room(app: AppTest) -> Classroom:
    return app.session_state["gradient_playground"].classroom


@pytest.mark.parametrize("group", PREFIXES)
def test_a_locked_group_is_drawn_off_and_the_others_stay_on(group: str) -> None:
    controls = drawn(open_page({"class.lock": group}))
    mine = of(group, controls)
    assert mine
    assert all(item.disabled for item in mine.values())
    assert not any(item.disabled for key, item in controls.items() if key not in mine)


@pytest.mark.parametrize("group", PREFIXES)
def test_a_hidden_group_is_not_there_and_its_values_hold(group: str) -> None:
    query = {
        "seed": "5",
        "model.hidden": "3",
        "training.optimizer.lr": "0.07",
        "model.dropout": "0.2",
        "data.noise": "0.2",
    }
    app = open_page({"v": "1", **query, "class.hide": group})
    everything = drawn(open_page())
    assert set(drawn(app)) == set(everything) - set(of(group, everything)) - {"width.1"}
    before = now(app)
    assert before == decode(query)[0].experiment
    change = ("form.training.epochs", 30) if group != "training" else ("form.data.spiral.samples", 200)
    app.number_input(key=change[0]).set_value(change[1]).run()
    assert not app.exception
    path = change[0].removeprefix("form.").replace(".spiral", "")
    assert now(app) == before.patched({path: change[1]})


def test_single_settings_are_locked_and_hidden_by_their_path() -> None:
    app = open_page({"class.lock": "model.hidden,training.optimizer.lr", "class.hide": "data.noise"})
    controls = drawn(app)
    off = {key for key, item in controls.items() if item.disabled}
    lr = "training.optimizer.adam.lr"
    assert off == {"depth", "width.0", "width.1", lr, f"{lr}/slider"}
    assert "data.spiral.noise" not in controls
    assert controls[lr].value == 0.01
    app.selectbox(key="form.model.activation.kind").set_value("relu").run()
    assert now(app) == Experiment().patched({"model.activation.kind": "relu"})


def _new_seed() -> None:
    """A page that carries out what a browser asks: another seed, with the seed locked and then open."""
    import streamlit as st

    from engine.classroom import Classroom
    from ui import player, session

    mine = session.visit()
    for room in (Classroom(lock=("seed",)), Classroom()):
        mine.classroom = room
        player._carry_out("new_seed", None)
        st.text(str(mine.now.seed))


def test_a_fixed_seed_switches_new_seed_off_in_the_browser_and_on_the_server() -> None:
    app = open_page({"class.lock": "seed", "seed": "9"})
    assert header(app)["state"]["off"] == {"new_seed": "locked"}
    locked, drawn_anew = [item.value for item in AppTest.from_function(_new_seed, default_timeout=60).run().text]
    assert locked == "0"
    assert drawn_anew != "0"


def test_the_address_and_the_players_link_keep_the_class_when_a_setting_changes() -> None:
    app = open_page({"class.lock": "seed", "class.title": "Lesson 3"})
    app.number_input(key="form.training.optimizer.adam.lr").set_value(0.05).run()
    address = {key: value[0] if isinstance(value, list) else value for key, value in app.query_params.items()}
    assert address == {
        "v": "1",
        "training.optimizer.lr": "0.05",
        "class.title": "Lesson 3",
        "class.lock": "seed",
    }
    linked = dict(parse_qsl(header(app)["state"]["link"].removeprefix("?")))
    assert decode(linked)[0].classroom == room(app)


def test_students_read_the_title_as_plain_text_what_is_locked_and_that_it_is_no_safeguard() -> None:
    app = open_page({"class.lock": "seed,network", "class.hide": "share", "class.title": "# <b>Lesson</b> **3**"})
    assert "# <b>Lesson</b> **3**" in [item.value for item in app.text]
    assert not any("Lesson" in item.value for item in app.markdown)
    (said,) = [item.value for item in app.caption if "teacher" in item.value]
    assert "Seed and Network are locked, Share button is hidden" in said
    assert "a convenience, not a safeguard" in said


def test_the_class_view_can_be_left_and_everything_is_open_again() -> None:
    app = open_page({"class.lock": "seed,network", "class.hide": "training", "model.hidden": "3"})
    before = now(app)
    app.button(key="leave_class").click().run()
    assert not any(item.disabled for item in drawn(app).values())
    assert len(of("training", drawn(app))) > 8
    assert now(app) == before
    assert not any(key.startswith("class.") for key in app.query_params)
    assert not [item for item in app.button if item.key == "leave_class"]


def test_a_preset_leaves_what_is_locked_and_so_does_undo() -> None:
    app = open_page({"class.lock": "network,seed", "model.hidden": "3", "seed": "4"})
    presets(app).set_value("xor").run()
    assert now(app).data.kind == "xor"
    assert (now(app).model.hidden, now(app).seed) == ((3,), 4)
    app.button(key="undo").click().run()
    assert now(app) == Experiment().patched({"model.hidden": (3,), "seed": 4})


def test_locked_presets_are_off_and_hidden_ones_are_not_there() -> None:
    assert presets(open_page({"class.lock": "presets"})).disabled
    app = open_page({"class.hide": "presets"})
    assert not any(item.key.startswith("form.preset") for item in app.selectbox)


def test_a_link_without_a_class_opened_in_the_same_session_opens_all_controls() -> None:
    app = open_page({"class.lock": "network"})
    app.query_params.clear()
    app.query_params["data.kind"] = "moons"
    app.run()
    assert room(app) == Classroom()
    assert not any(item.disabled for item in drawn(app).values())


def _dialog() -> None:
    from engine.experiment import Experiment
    from ui import class_link, session

    session.visit().now = Experiment().patched({"training.optimizer.lr": 0.05})
    class_link.dialog()


def test_the_dialog_makes_the_link_that_locks_what_was_chosen() -> None:
    app = AppTest.from_function(_dialog, default_timeout=60).run()
    app.text_input(key="class.title").set_value("Lesson 3").run()
    app.segmented_control(key="class.group.network").set_value("locked").run()
    app.segmented_control(key="class.group.share").set_value("hidden").run()
    app.multiselect(key="class.locked").set_value(["training.optimizer.lr"]).run()
    assert not app.exception
    (address,) = [item.value for item in app.code]
    link, found = decode(dict(parse_qsl(urlsplit(address).query)))
    assert not found
    assert link.classroom == Classroom(title="Lesson 3", lock=("network", "training.optimizer.lr"), hide=("share",))
    assert link.experiment == Experiment().patched({"training.optimizer.lr": 0.05})
    (preview,) = app.get("link_button")
    assert preview.proto.url == address


def test_students_are_not_offered_to_make_class_links() -> None:
    app = open_page({"class.lock": "seed"})
    assert "class_link" not in {item.key for item in app.button}


def test_a_class_link_of_the_default_experiment_begins_before_the_first_step() -> None:
    app = open_page({"class.lock": "seed"})
    assert header(app)["state"]["step"] == 0
    assert now(app) == Experiment()
