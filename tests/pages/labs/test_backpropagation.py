"""The page of backpropagation: stepping, editing, updating, notations, links."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.choice import catalog
from engine.codec import decode_model
from engine.labs.backpropagation.heads import Head
from engine.labs.backpropagation.proofs import PROOFS
from engine.labs.backpropagation.quantity import difference
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import notation_of, steps
from engine.labs.backpropagation.story import story
from tests.pages.labs.bench import address, figures, open_lab

LARGEST = {
    "v": "1",
    "inputs": "4",
    **{f"hidden.{k}.units": "4" for k in range(3)},
    **{f"hidden.{k}.activation.kind": kind for k, kind in enumerate(("gelu", "elu", "softplus"))},
    "batch": "4",
    "head.kind": "softmax_cross_entropy",
    "head.outputs": "4",
}
SMALLEST = {"v": "1", "inputs": "1", "hidden": "", "head.kind": "linear_mse"}


def widget(app: AppTest, kind: str, name: str) -> Any:
    """A control of the lab by the end of its path, wherever the server has moved it."""
    found = [
        item for item in getattr(app, kind) if (item.key or "").split("#")[0].endswith(f"lab.backpropagation.{name}")
    ]
    assert len(found) == 1, (name, [item.key for item in getattr(app, kind)])
    return found[0]


def bare(text: str) -> str:
    """Markdown without the signs that keep it plain text."""
    return text.replace("\\", "")


def press(app: AppTest, name: str) -> None:
    app.button(key=f"backpropagation.{name}").click().run()
    assert not app.exception, app.exception


def heading(app: AppTest) -> str:
    return next(item.value for item in app.markdown if item.value.startswith("#### Step"))


def test_it_opens_on_the_first_quantity_with_autograd_beside_it() -> None:
    app = open_lab("backpropagation")
    assert "Z^{(1)}" in heading(app)
    assert any("W^{(1)}" in item.value for item in app.latex)
    table = bare(next(item.value for item in app.markdown if "Autograd" in item.value))
    value = story(BackpropagationLab()).hand.z[0][0, 0]
    assert table.count(f"{value:.6g}") == 2, "by hand and by autograd"


def test_the_buttons_walk_through_every_step_and_the_address_follows() -> None:
    app = open_lab("backpropagation")
    listed, seen = steps(BackpropagationLab()), [heading(app)]
    for step in range(2, len(listed) + 1):
        press(app, "Next")
        assert address(app) == {"v": "1", "step": str(step)}
        assert widget(app, "slider", "step").value == step
        seen.append(heading(app))
    assert len(set(seen)) == len(listed)
    assert app.button(key="backpropagation.Next").disabled
    press(app, "Back")
    assert heading(app) == seen[-2]
    press(app, "First")
    assert (heading(app), address(app)) == (seen[0], {})
    press(app, "Next phase")
    assert "$L$" in heading(app)
    press(app, "Last")
    assert heading(app) == seen[-1]


def test_the_slider_moves_the_step() -> None:
    app = open_lab("backpropagation")
    widget(app, "slider", "step").set_value(10).run()
    assert "W^{(3)}" in heading(app)
    assert address(app)["step"] == "10"


def test_an_update_begins_the_next_pass_and_is_taken_back() -> None:
    app = open_lab("backpropagation")
    before = json.dumps(figures(app)[0])
    press(app, "update")
    assert address(app) == {"v": "1", "updates": "0.5"}
    told = story(BackpropagationLab(updates=(0.5,)))
    assert any(f"{told.losses[0]:.4g} → {told.losses[1]:.4g}" in item.value for item in app.caption)
    assert json.dumps(figures(app)[0]) != before
    press(app, "undo")
    assert (address(app), json.dumps(figures(app)[0])) == ({}, before)


def test_a_typed_number_changes_the_pass_and_is_kept_in_the_link() -> None:
    app = open_lab("backpropagation")
    before = json.dumps(figures(app)[0])
    widget(app, "number_input", "cells.x1.1").set_value(-1.5).run()
    assert address(app) == {"v": "1", "edits": "x1.1=-1.5"}
    assert json.dumps(figures(app)[0]) != before
    again = open_lab("backpropagation", address(app))
    assert figures(again)[0] == figures(app)[0]
    assert widget(again, "number_input", "cells.x1.1").value == -1.5


def test_a_weight_can_be_typed_and_out_of_bounds_is_refused_in_its_place() -> None:
    app = open_lab("backpropagation", {"v": "1", "editing": "2"})
    widget(app, "number_input", "cells.w2.1.3").set_value(0.25).run()
    assert address(app)["edits"] == "w2.1.3=0.25"
    widget(app, "number_input", "cells.w2.1.3").set_value(1e6).run()
    assert address(app)["edits"] == "w2.1.3=0.25"
    assert widget(app, "number_input", "cells.w2.1.3").value == 0.25
    said = [item.value for item in app.warning]
    assert any("w to 1 from 3" in item and "choose from -100 to 100" in item for item in said), said


def test_the_fields_follow_an_update() -> None:
    app = open_lab("backpropagation", {"v": "1", "editing": "3"})
    first = widget(app, "number_input", "cells.b3.1").value
    press(app, "update")
    new = story(BackpropagationLab()).hand.updated.biases[2][0]
    assert widget(app, "number_input", "cells.b3.1").value == pytest.approx(float(new))
    assert first != new


def test_the_notations_write_the_same_numbers_otherwise() -> None:
    app = open_lab("backpropagation", {"v": "1", "step": "8"})
    shown, quantity = app.latex[0].value, heading(app)
    widget(app, "button_group", "layout").set_value("columns").run()
    assert heading(app) == quantity
    assert address(app)["layout"] == "columns"
    widget(app, "toggle", "bias_unit").set_value(True).run()
    assert heading(app) == quantity, "the quantity stays when the list of steps is another"
    press(app, "First")
    assert r"\tilde W" in app.latex[0].value
    assert app.latex[0].value != shown


def test_one_number_is_spelled_out() -> None:
    app = open_lab("backpropagation")
    widget(app, "selectbox", "entry").set_value(3).run()
    assert address(app)["entry"] == "3"
    assert "z_{3}^{(1)}" in app.latex[-1].value


@pytest.mark.parametrize("head", catalog(Head))
def test_another_output_layer_begins_anew(head: str) -> None:
    app = open_lab("backpropagation", {"v": "1", "updates": "0.5,0.5"})
    widget(app, "selectbox", "head.kind").set_value(head).run()
    assert not app.exception
    assert ("updates" in address(app)) == (head == "sigmoid_bce")
    assert figures(app)[0]["data"]


def test_layers_are_added_and_removed() -> None:
    app = open_lab("backpropagation", {"v": "1", "step": "26"})
    for depth in (0, 3):
        widget(app, "button_group", "depth").set_value(depth).run()
        assert not app.exception
        units = next(trace for trace in figures(app)[0]["data"] if trace.get("name") == "units")
        assert len(set(units["x"])) == depth + 2


def test_the_chain_is_one_press_away() -> None:
    app = open_lab("backpropagation")
    press(app, "chain")
    units = next(trace for trace in figures(app)[0]["data"] if trace.get("name") == "units")
    assert len(units["x"]) == 4
    press(app, "default")
    assert address(app) == {}


@pytest.mark.parametrize("query", [LARGEST, SMALLEST], ids=["largest", "smallest"])
@pytest.mark.parametrize("section", ["numbers", "quantities", "shapes", "losses"])
def test_the_largest_and_the_smallest_network_open_in_every_section(query: dict[str, str], section: str) -> None:
    app = open_lab("backpropagation", {**query, "section": section, "step": "9"})
    assert not [item.value for item in app.warning]
    assert figures(app)[0]["data"]
    expected = {**query, "section": section, "step": "9"}
    if section == "numbers":
        expected.pop("section")
    assert address(app) == expected


def test_a_pass_that_diverges_says_so_and_goes_on() -> None:
    query = {**SMALLEST, "edits": "x1.1=100", "updates": ",".join(["10"] * 100), "rate": "10"}
    for section in ("numbers", "quantities", "shapes", "losses"):
        app = open_lab("backpropagation", {**query, "section": section})
        assert any("divergence" in item.value for item in app.warning)
        assert app.button(key="backpropagation.update").disabled


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"edits": "w9.1.1=1"}, "there is no w9.1.1"),
        ({"edits": "x1.1=1e9"}, "x1.1 goes from -100 to 100"),
        ({"head.kind": "softmax_cross_entropy", "head.outputs": "1"}, "greater than or equal to 2"),
        ({"hidden.0.units": "9"}, "less than or equal to 4"),
        ({"hidden.0.units": "2", "hidden.0.activation.kind": "maxout"}, "maxout"),
        ({"step": "0"}, "greater than or equal to 1"),
        ({"selected": "w3.1.9"}, "there is no w3.1.9"),
        ({"selected": "<i>x"}, "write w<layer>"),
    ],
)
def test_a_bad_link_says_what_is_wrong_and_the_page_goes_on(query: dict[str, str], said: str) -> None:
    app = open_lab("backpropagation", {"v": "1", **query})
    assert any(said in bare(item.value) for item in app.warning), [item.value for item in app.warning]
    assert figures(app)[0]["data"]


@pytest.mark.parametrize("proof", [proof.id for proof in PROOFS])
def test_every_proof_runs_on_the_page(proof: str) -> None:
    app = open_lab("backpropagation")
    count = len(app.markdown)
    app.button(key=f"prove.backpropagation.{proof}").click().run()
    assert not app.exception
    assert len(app.markdown) > count


def test_a_number_is_picked_from_the_menu_changed_and_taken_back() -> None:
    app = open_lab("backpropagation")
    plain = json.dumps(figures(app)[0])
    widget(app, "selectbox", "selected").set_value("w1.2.1").run()
    assert address(app) == {"v": "1", "entry": "2", "selected": "w1.2.1", "editing": "1"}
    names = [trace.get("name") for trace in figures(app)[0]["data"]]
    assert "picked" in names
    told = story(BackpropagationLab())
    assert any(f"z_{{2}}^{{(1)}} = {told.hand.z[0][0, 1]:.4g}" in item.value for item in app.markdown)
    assert "z_{2}^{(1)}" in app.latex[-1].value, "it is spelled out"
    widget(app, "number_input", "picked.w1.2.1").set_value(0.5).run()
    assert address(app)["edits"] == "w1.2.1=0.5"
    assert widget(app, "number_input", "cells.w1.2.1").value == 0.5, "among the numbers of its layer too"
    widget(app, "number_input", "cells.w1.2.1").set_value(0.75).run()
    assert widget(app, "number_input", "picked.w1.2.1").value == 0.75
    press(app, "undo")
    assert widget(app, "number_input", "picked.w1.2.1").value == 0.5
    widget(app, "selectbox", "selected").set_value("").run()
    assert "selected" not in address(app)
    press(app, "undo")
    widget(app, "button_group", "editing").set_value(0).run()
    assert json.dumps(figures(app)[0]) == plain


def test_the_steps_a_picked_number_has_a_part_in_are_one_press_away() -> None:
    app = open_lab("backpropagation", {"v": "1", "selected": "w1.2.1", "step": "5"})
    assert any("no part in this step" in item.value for item in app.markdown)
    press(app, "to.18")
    assert "W^{(1)}" in heading(app)
    gradient = story(BackpropagationLab()).auto.d_w[0][1, 0]
    assert any("In this step" in item.value and f"= {gradient:.4g}$" in item.value for item in app.markdown)
    assert app.button(key="backpropagation.to.18").disabled
    assert "w_{21}^{(1)}" in app.latex[-1].value


def test_what_is_picked_goes_with_the_place_that_is_gone() -> None:
    app = open_lab("backpropagation", {"v": "1", "selected": "w3.1.2"})
    widget(app, "button_group", "depth").set_value(1).run()
    assert not app.exception
    assert "selected" not in address(app)
    assert widget(app, "selectbox", "selected").value == ""


def test_a_number_out_of_bounds_is_refused_beside_the_drawing() -> None:
    app = open_lab("backpropagation", {"v": "1", "selected": "y1.1"})
    widget(app, "number_input", "picked.y1.1").set_value(7.0).run()
    assert widget(app, "number_input", "picked.y1.1").value == 1.0
    assert any("choose from 0 to 1" in bare(item.value) for item in app.warning)


def test_the_table_of_every_quantity_has_every_number() -> None:
    query = {**LARGEST, "section": "quantities", "bias_unit": "true"}
    app = open_lab("backpropagation", query)
    table = bare(next(item.value for item in app.markdown if "Largest difference" in item.value))
    told = story(decode_model(BackpropagationLab, query)[0])
    for layer, (weight, bias) in enumerate(zip(told.auto.updated.weights, told.auto.updated.biases, strict=True), 1):
        row = next(line for line in table.splitlines() if f"new W, layer {layer}" in line)
        assert all(f"{value:.4g}" in row for value in [*weight.ravel(), *bias])


@pytest.mark.parametrize("query", [{"v": "1"}, {**SMALLEST, "edits": "w1.1.1=1"}], ids=["default", "smallest"])
def test_the_largest_difference_of_all_is_told(query: dict[str, str]) -> None:
    app = open_lab("backpropagation", {**query, "section": "quantities"})
    now = decode_model(BackpropagationLab, query)[0]
    told, notation = story(now), notation_of(now)
    apart = [difference(step.value(told.hand, notation), step.value(told.auto, notation)).max() for step in steps(now)]
    said = f"at most {max(apart):.1e} away" if max(apart) else "the same to the last digit"
    assert said in app.caption[-1].value


def test_no_quantity_is_minus_zero() -> None:
    app = open_lab("backpropagation", LARGEST | {"section": "quantities"})
    table = next(bare(item.value) for item in app.markdown if "ends a row" in bare(item.value))
    assert "-0," not in table and "-0;" not in table
