"""The pages, through the front door: a change of a control changes what is shown."""

import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.experiment import Experiment
from engine.permalink import decode
from engine.presets import PRESETS
from ui import knobs
from ui.feed import Known, answer
from ui.visitors import visit_of

APP = Path(__file__).parent.parent.parent / "app.py"


def open_page(query: dict[str, str] | None = None) -> AppTest:
    stage.opening_run().wait(0, 30.0)
    app = AppTest.from_file(APP, default_timeout=60)
    app.switch_page("pages/playground.py")
    for key, value in (query or {}).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def header(app: AppTest) -> dict[str, Any]:
    """The header of what the player's browser would be sent, had it nothing yet."""
    visit = visit_of(json.loads(app.get("bidi_component")[0].proto.json)["feed"])
    entry = stage.pool().get(visit.entry_id)
    entry.wait(0, 5.0)
    raw = answer(visit, entry, Known())
    (length,) = struct.unpack("<I", raw[:4])
    return json.loads(raw[4 : 4 + length])


def whole(app: AppTest) -> AppTest:
    """The page with all its parts again: after a change AppTest holds only those that were drawn anew."""
    return app.run()


def at(app: AppTest, path: str) -> str:
    """The key of the control at ``path`` on the page as it stands: another one each time the server moved it."""
    moves = app.session_state[knobs.MOVES] if knobs.MOVES in app.session_state else {}  # noqa: SIM401 it has no get
    count = sum(times for start, times in moves.items() if path.startswith(start))
    return f"form.{path}#{count}" if count else f"form.{path}"


def presets(app: AppTest) -> Any:
    """The menu of presets."""
    return app.selectbox(key=at(app, "preset"))


def now(app: AppTest) -> Experiment:
    return app.session_state["gradient_playground"].now


@pytest.fixture
def playground() -> Iterator[AppTest]:
    yield open_page()


def test_home_shows_every_preset_and_the_way_in() -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    shown = " ".join(item.value for item in app.markdown)
    assert all(item.title in shown and item.look_for in shown for item in PRESETS)
    assert len(app.button) >= len(PRESETS)


def test_the_playground_opens_with_a_trained_run_and_its_charts(playground: AppTest) -> None:
    sent = header(playground)
    assert sent["setup"]["figures"]
    assert len(sent["records"]) >= 1
    assert now(playground) == Experiment()
    assert not playground.warning


def test_a_changed_optimizer_is_in_the_experiment_the_address_and_a_new_run(playground: AppTest) -> None:
    before = header(playground)["run"]
    playground.selectbox(key="form.training.optimizer.kind").set_value("sgd").run()
    assert now(playground).training.optimizer.kind == "sgd"
    assert playground.query_params["training.optimizer.kind"] in ("sgd", ["sgd"])
    sent = header(playground)
    assert sent["run"] != before
    assert sent["state"]["step"] == 0
    assert "training.optimizer.kind=sgd" in sent["state"]["link"]


def test_the_knobs_of_the_chosen_row_are_there_and_count(playground: AppTest) -> None:
    playground.selectbox(key="form.model.activation.kind").set_value("leaky_relu").run()
    playground.number_input(key="form.model.activation.leaky_relu.slope").set_value(0.25).run()
    assert now(playground).model.activation.model_dump() == {"kind": "leaky_relu", "slope": 0.25}


def test_the_slider_follows_the_number_and_the_number_the_slider(playground: AppTest) -> None:
    playground.number_input(key="form.training.optimizer.adam.lr").set_value(0.05).run()
    assert playground.select_slider(key="form.training.optimizer.adam.lr/slider").value == 0.05
    playground.select_slider(key="form.training.optimizer.adam.lr/slider").set_value(0.3).run()
    assert now(playground).training.optimizer.lr == 0.3
    assert playground.number_input(key="form.training.optimizer.adam.lr").value == 0.3


def test_depth_0_and_depth_12_work(playground: AppTest) -> None:
    playground.slider(key="form.depth").set_value(0).run()
    assert now(playground).model.hidden == ()
    assert header(playground)["setup"]["network"]["layers"] == [{"label": "output", "units": 1, "shown": 1}]
    playground.slider(key="form.depth").set_value(12).run()
    assert len(now(playground).model.hidden) == 12
    assert not playground.exception


def test_only_losses_that_fit_are_offered(playground: AppTest) -> None:
    assert "Huber" not in playground.selectbox(key="form.training.loss.kind").options
    playground.selectbox(key="form.data.kind").set_value("sine").run()
    assert "Huber" in playground.selectbox(key="form.training.loss.kind").options
    assert "Hinge" not in playground.selectbox(key="form.training.loss.kind").options
    assert not playground.exception


def test_a_loss_that_no_longer_fits_falls_back_and_the_page_says_so(playground: AppTest) -> None:
    playground.selectbox(key="form.training.loss.kind").set_value("hinge").run()
    whole(playground).selectbox(key="form.data.kind").set_value("sine").run()
    assert now(playground).loss.kind == "mse"
    assert any("training.loss" in item.value for item in playground.warning)
    menu = playground.selectbox(key=at(playground, "training.loss.kind"))
    assert menu.value == "matched"
    assert menu.options and not any("hinge" in option.lower() for option in menu.options)


def test_sampling_and_class_weights_are_not_both_taken_and_numbers_have_neither(playground: AppTest) -> None:
    playground.selectbox("form.training.sampling.kind").select("oversampling").run()
    assert now(playground).training.sampling.kind == "oversampling"
    assert playground.query_params["training.sampling.kind"] == "oversampling"
    whole(playground).selectbox("form.class_weights").select("balanced").run()
    training = now(playground).training
    assert (training.class_weights, training.sampling.kind) == ("balanced", "none")
    assert any("choose one of the two" in item.value for item in playground.warning)
    assert whole(playground).selectbox(at(playground, "training.sampling.kind")).value == "none"
    playground.selectbox(at(playground, "data.kind")).select("sine").run()
    offered = {item.key for item in whole(playground).selectbox}
    assert not [key for key in offered if key.startswith(("form.training.sampling", "form.class_weights"))]


def test_a_change_draws_only_what_depends_on_it(playground: AppTest) -> None:
    everything = {item.key for item in playground.selectbox}
    playground.selectbox(key="form.model.activation.kind").set_value("relu").run()
    drawn = {item.key for item in playground.selectbox}
    assert "form.model.activation.kind" in drawn and presets(playground)
    assert {"form.data.kind", "form.training.loss.kind"} <= everything - drawn
    assert header(playground)["setup"]["network"]["layers"]
    assert playground.segmented_control(key="further").value == "Layers and cost"
    assert not playground.exception


@pytest.mark.parametrize("item", PRESETS, ids=lambda item: item.id)
def test_every_preset_opens_with_its_settings_in_the_controls(item: Any, playground: AppTest) -> None:
    presets(playground).set_value(item.id).run()
    assert not playground.exception
    assert now(playground) == item.experiment
    assert playground.selectbox(key=at(playground, "data.kind")).value == item.experiment.data.kind
    playground.run()
    assert now(playground) == item.experiment


def test_a_browser_that_still_says_which_preset_was_open_does_not_open_it_again(playground: AppTest) -> None:
    """As a slow one does, which draws late that the menu now says: your own experiment."""
    presets(playground).set_value("vanishing").run()
    old = presets(playground)
    assert old.value == "vanishing"
    said = old.options[old.index]
    playground.selectbox(key=at(playground, "model.activation.kind")).set_value("relu").run()
    changed, entry = now(playground), playground.session_state["gradient_playground"].entry_id
    assert changed.model.activation.kind == "relu"
    assert presets(playground).value is None
    states = playground._tree.get_widget_states()
    for stale in [item for item in states.widgets if item.id == old.id]:
        states.widgets.remove(stale)
    states.widgets.add(id=old.id).string_value = said
    playground._run(states)
    assert not playground.exception
    assert now(playground) == changed
    assert playground.session_state["gradient_playground"].entry_id == entry


def test_a_link_opens_what_it_says() -> None:
    app = open_page({"v": "1", "data.kind": "moons", "model.hidden": "3", "training.optimizer.lr": "0.05"})
    expected = Experiment().patched({"data.kind": "moons", "model.hidden": (3,), "training.optimizer.lr": 0.05})
    assert now(app) == expected
    assert app.selectbox(key="form.data.kind").value == "moons"


def test_garbage_in_a_link_is_named_and_the_rest_is_used() -> None:
    app = open_page({"v": "1", "data.kind": "moons", "data.noise": "<b>9</b>", "nonsense": "1"})
    assert now(app) == Experiment().patched({"data.kind": "moons"})
    said = " ".join(item.value for item in app.warning)
    assert "data.noise" in said
    assert "nonsense" in said


def test_data_of_many_columns_lets_one_choose_the_plane(playground: AppTest) -> None:
    presets(playground).set_value("breast_cancer").run()
    playground.run()
    assert "held at 0, the training mean" in header(playground)["setup"]["plane"]["held"]
    playground.selectbox(key=at(playground, "plane.breast_cancer")).set_value("columns").run()
    playground.run()
    assert not playground.exception
    assert playground.session_state["gradient_playground"].view.kind == "columns"
    assert "other 28 columns are held at their training mean" in header(playground)["setup"]["plane"]["held"]
    assert "view.plane.kind" in playground.query_params


@pytest.mark.parametrize("view", ["Layers and cost", "Neurons", "Hardest examples", "Data table", "Formulas"])
def test_further_views_open(view: str, playground: AppTest) -> None:
    playground.segmented_control(key="further").set_value(view).run()
    assert not playground.exception


def test_the_cost_is_pytorchs_own_count(playground: AppTest) -> None:
    from engine.supervised import SupervisedRun

    total = sum(p.numel() for p in SupervisedRun(Experiment()).model.parameters())
    assert any(f"{total:,} parameters" in item.value for item in playground.caption)


def test_california_that_can_not_be_downloaded_says_so(playground: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    import sklearn.datasets

    def refuse(**_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(sklearn.datasets, "fetch_california_housing", refuse)
    playground.selectbox(key="form.data.kind").set_value("california_housing").run()
    assert not playground.exception
    assert "could not be downloaded" in header(playground)["state"]["message"]


def wait_for(true: Any, seconds: float = 60.0) -> None:
    """Wait, with an eye on every run as a browser has: one that nobody watches rests."""
    end = time.monotonic() + seconds
    while not true():
        for entry in tuple(stage.pool()._entries.values()):
            stage.pool().touch(entry)
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def test_undo_takes_back_one_change_after_another(playground: AppTest) -> None:
    playground.number_input(key=at(playground, "training.optimizer.adam.lr")).set_value(0.05).run()
    whole(playground).selectbox(key=at(playground, "model.activation.kind")).set_value("relu").run()
    assert now(playground).model.activation.kind == "relu"
    playground.button(key="undo").click().run()
    assert now(playground) == Experiment().patched({"training.optimizer.lr": 0.05})
    assert playground.selectbox(key=at(playground, "model.activation.kind")).value == "tanh"
    playground.button(key="undo").click().run()
    assert now(playground) == Experiment()
    assert playground.button(key="undo").disabled


def test_a_typed_seed_makes_another_run(playground: AppTest) -> None:
    playground.number_input(key="form.seed").set_value(7).run()
    assert now(playground).seed == 7
    assert playground.query_params["seed"] in ("7", ["7"])


def test_a_forgotten_run_comes_back_where_it_stood_with_what_was_changed() -> None:
    app = open_page({"v": "1", "data.kind": "moons", "view.step": "60"})
    visit = app.session_state["gradient_playground"]
    pool = stage.pool()
    wait_for(lambda: pool.get(visit.entry_id).status == "paused")
    app.run()
    app.number_input(key="form.training.optimizer.adam.lr").set_value(0.05).run()
    wait_for(lambda: pool.get(visit.entry_id).status == "paused" and pool.get(visit.entry_id).run.edits)
    app.run()
    before = pool.get(visit.entry_id)
    pool.close_entry(before)
    app.run()
    after = pool.get(visit.entry_id)
    assert after is not before
    wait_for(lambda: after.status == "paused" and after.run.steps == 60)
    assert after.run.edits == before.run.edits
    assert (
        after.run.experiment == now(app) == Experiment().patched({"data.kind": "moons", "training.optimizer.lr": 0.05})
    )


def test_a_plane_of_other_data_is_left_behind(playground: AppTest) -> None:
    presets(playground).set_value("breast_cancer").run()
    playground.run()
    playground.selectbox(key=at(playground, "plane.breast_cancer")).set_value("columns").run()
    whole(playground).selectbox(key=at(playground, "plane.breast_cancer.x")).set_value(7).run()
    visit = playground.session_state["gradient_playground"]
    assert visit.view.x == 7
    whole(playground).selectbox(key=at(playground, "data.kind")).set_value("circle").run()
    assert visit.view is None
    entry = stage.pool().get(visit.entry_id)
    wait_for(lambda: entry.setting is not None or entry.failure)
    assert not playground.exception and not entry.failure


def test_a_link_with_rare_values_goes_through_the_controls_unchanged() -> None:
    query = {
        "v": "1",
        "training.optimizer.beta2": "0.9999",
        "data.features": "x2,x1,sin x1",
        "model.layers.0.layer": "2",
        "model.layers.0.dropout": "0.5",
        "model.layers.1.layer": "1",
        "model.layers.1.norm.kind": "batch_norm",
        "training.loss.kind": "bce",
    }
    app = open_page(query)
    app.run()
    visit = app.session_state["gradient_playground"]
    linked = decode(query)[0].experiment
    assert linked.training.optimizer.beta2 == 0.9999
    assert visit.now == visit.begun == linked
    assert not visit.past


def test_changes_right_after_each_other_keep_it_playing(playground: AppTest) -> None:
    visit = playground.session_state["gradient_playground"]
    playground.selectbox(key="form.data.kind").set_value("moons").run()
    stage.pool().play(stage.pool().get(visit.entry_id))
    for activation in ("relu", "sigmoid", "elu"):
        whole(playground).selectbox(key="form.model.activation.kind").set_value(activation).run()
    assert stage.pool().get(visit.entry_id).wants_to_play


def test_a_change_before_a_links_edit_takes_its_place() -> None:
    app = open_page({"v": "1", "view.step": "60", "edits": "200:training.optimizer.kind=sgd"})
    visit = app.session_state["gradient_playground"]
    pool = stage.pool()
    wait_for(lambda: pool.get(visit.entry_id).status == "paused")
    app.run()
    assert visit.now.training.optimizer.kind == "sgd"
    app.number_input(key="form.training.optimizer.sgd.lr").set_value(0.2).run()
    entry = pool.get(visit.entry_id)
    wait_for(lambda: entry.status == "paused" and bool(entry.run.edits))
    app.run()
    assert not entry.note
    assert entry.run.experiment == visit.now
    assert [edit.step for edit in visit.edits] == [60]


def test_a_look_at_another_plane_is_nothing_to_undo(playground: AppTest) -> None:
    presets(playground).set_value("breast_cancer").run()
    depth = len(playground.session_state["gradient_playground"].past)
    playground.selectbox(key=at(playground, "plane.breast_cancer")).set_value("columns").run()
    assert len(playground.session_state["gradient_playground"].past) == depth


def test_the_formulas_are_those_that_run_layer_by_layer() -> None:
    app = open_page({"v": "1", "model.dropout": "0.25", "model.layers.0.layer": "2", "model.layers.0.dropout": "0.0"})
    app.segmented_control(key="further").set_value("Formulas").run()
    said = [item.value for item in app.markdown if "quad" in item.value]
    assert sum("**Dropout** in layer 1 " in text for text in said) == 1
    assert sum("**Tanh** $" in text for text in said) == 1
    assert not any("**None**" in text for text in said)


def test_a_link_of_nothing_but_garbage_shows_the_opening_run() -> None:
    app = open_page({"nonsense": "1"})
    assert app.warning
    assert stage.pool().get(app.session_state["gradient_playground"].entry_id).pinned


def test_without_hidden_layers_the_formulas_show_the_whole_network(playground: AppTest) -> None:
    playground.slider(key="form.depth").set_value(0).run()
    playground.segmented_control(key="further").set_value("Formulas").run()
    assert any("whole network" in item.value and "sigma" in item.value for item in playground.markdown)


def test_a_finished_run_goes_on_where_more_epochs_are_planned() -> None:
    app = open_page({"v": "1", "training.epochs": "5", "view.step": "50"})
    entry = stage.pool().get(app.session_state["gradient_playground"].entry_id)
    wait_for(lambda: entry.status == "finished")
    app.number_input(key="form.training.epochs").set_value(20).run()
    assert app.session_state["gradient_playground"].entry_id == entry.id
    wait_for(lambda: entry.run.ending is None)
    assert entry.run.steps == 50
    assert entry.run.last_step == 200


def test_a_finished_run_with_nothing_left_to_do_begins_anew() -> None:
    app = open_page({"v": "1", "training.epochs": "5", "view.step": "50"})
    entry = stage.pool().get(app.session_state["gradient_playground"].entry_id)
    wait_for(lambda: entry.status == "finished")
    app.number_input(key="form.training.optimizer.adam.lr").set_value(0.02).run()
    assert app.session_state["gradient_playground"].entry_id != entry.id


@pytest.mark.parametrize(
    ("key", "given", "stays"),
    [("form.training.optimizer.adam.lr", 100.0, 0.01), ("form.width.0", 999, 8), ("form.seed", -1, 0)],
)
def test_a_number_out_of_bounds_is_refused_where_it_was_typed(
    key: str, given: float, stays: float, playground: AppTest
) -> None:
    before = now(playground)
    playground.number_input(key=key).set_value(given).run()
    assert [
        item.value for item in playground.warning if f"got {given:,g}" in item.value or f"got {given}" in item.value
    ]
    assert playground.number_input(key=key).value == stays
    assert now(playground) == before
    playground.number_input(key=key).set_value(type(given)(stays * 2 or 1)).run()
    assert not [item for item in playground.warning if "got" in item.value]


def test_the_last_input_can_not_be_switched_off() -> None:
    app = open_page({"v": "1", "data.kind": "circle", "data.features": "x2"})
    app.button_group(key="form.data.circle.features").set_value([]).run()
    assert app.button_group(key="form.data.circle.features").value == ["x2"]
    assert now(app).data.features == ("x2",)


def test_a_penalty_that_an_optimizer_has_itself_is_not_offered_and_does_not_come_back(playground: AppTest) -> None:
    whole(playground).selectbox(key=at(playground, "training.penalty.kind")).set_value("weight_decay").run()
    assert now(playground).training.penalty.kind == "weight_decay"
    whole(playground).selectbox(key=at(playground, "training.optimizer.kind")).set_value("adamw").run()
    assert now(playground).training.penalty.kind == "none"
    menu = whole(playground).selectbox(key=at(playground, "training.penalty.kind"))
    assert menu.value == "none"
    assert not any("ecay" in option for option in menu.options)
    whole(playground).selectbox(key=at(playground, "training.optimizer.kind")).set_value("sgd").run()
    whole(playground).selectbox(key=at(playground, "model.norm.kind")).set_value("layer_norm").run()
    assert now(playground).training.penalty.kind == "none"


def test_what_a_link_got_wrong_can_be_put_away() -> None:
    app = open_page({"data.kind": "foo"})
    assert any("could not be used" in item.value for item in app.warning)
    app.button(key="dismiss_notices").click().run()
    assert not any("could not be used" in item.value for item in whole(app).warning)


def test_the_step_of_a_link_stays_in_the_address_until_the_run_goes_on() -> None:
    app = open_page({"v": "1", "data.kind": "moons", "view.step": "40"})
    visit = app.session_state["gradient_playground"]
    entry = stage.pool().get(visit.entry_id)
    wait_for(lambda: entry.status == "paused")
    whole(app)
    assert app.query_params["view.step"] == "40"
    stage.pool().step(entry, 1)
    wait_for(lambda: entry.run.steps == 41 and entry.status == "paused")
    whole(app)
    assert "view.step" not in app.query_params


def test_what_a_refusal_quotes_from_a_link_is_no_markdown() -> None:
    app = open_page({"edits": "1:![p](//host/x.png)=1|2:[c](//evil)=1"})
    (said,) = [item.value for item in app.warning if "could not be used" in item.value]
    outside = "".join(said.split("`")[::2])
    assert "![" not in outside
    assert "](" not in outside.replace(r"\]\(", "")


def test_where_a_slider_stood_before_a_number_was_typed_does_not_take_it_back(
    playground: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, slider = "form.training.optimizer.adam.lr", "form.training.optimizer.adam.lr/slider"
    monkeypatch.setattr(knobs, "STALE_SECONDS", 60.0)
    whole(playground).number_input(key=number).set_value(0.02).run()
    whole(playground).select_slider(key=slider).set_value(0.01).run()
    assert now(playground).training.optimizer.lr == 0.02
    monkeypatch.setattr(knobs, "STALE_SECONDS", 0.0)
    whole(playground).select_slider(key=slider).set_value(0.01).run()
    assert now(playground).training.optimizer.lr == 0.01


def test_a_setting_moved_and_moved_back_while_the_run_is_busy_is_back() -> None:
    app = open_page({"v": "1", "view.step": "60"})
    entry = stage.pool().get(app.session_state["gradient_playground"].entry_id)
    wait_for(lambda: entry.status == "paused")
    entry.looked_at = True
    whole(app).number_input(key="form.training.optimizer.adam.lr").set_value(0.02).run()
    whole(app).number_input(key="form.training.optimizer.adam.lr").set_value(0.01).run()
    entry.looked_at = False
    stage.pool().step(entry, 1)
    wait_for(lambda: entry.run.steps == 61 and not entry.patches)
    assert entry.run.experiment == now(app)
    assert entry.run.experiment.training.optimizer.lr == 0.01


def test_take_it_home_offers_every_file_and_shows_the_script_of_the_run(playground: AppTest) -> None:
    wait_for(lambda: stage.opening_run().status == "finished")
    playground.segmented_control(key="further").set_value("Take it home").run()
    assert not playground.exception
    assert len(playground.get("download_button")) == 6
    text = playground.code[0].value
    assert "training loss" in text and "import torch" in text and "engine" not in text
    assert any("The script at step 3,000" in item.value for item in playground.markdown)


def test_a_link_that_is_pasted_is_opened(playground: AppTest) -> None:
    playground.segmented_control(key="further").set_value("Take it home").run()
    playground.text_input(key="take_home.link").set_value(
        "https://x.example/?v=1&data.kind=xor&seed=9&model.wings=2"
    ).run()
    assert now(playground).data.kind == "xor" and now(playground).seed == 9
    assert any("model.wings" in item.value for item in whole(playground).warning)


def test_text_that_is_neither_link_nor_experiment_is_refused_there(playground: AppTest) -> None:
    playground.segmented_control(key="further").set_value("Take it home").run()
    playground.text_input(key="take_home.link").set_value("**hello**").run()
    assert any("neither an experiment file" in item.value for item in playground.error)
    assert now(playground) == Experiment()
