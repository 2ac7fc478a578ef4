"""The page of activations and losses: every section, what its controls change, links, edge settings."""

from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from engine.labs.activations.proofs import PROOFS
from engine.labs.activations.state import Section
from tests.pages.labs.bench import address, figures, open_lab

LAB = "activations"
KEY = f"form.lab.{LAB}."
COUNTS = {"curves": 4, "layers": 6, "softmax": 4, "maxout": 3, "collapse": 4, "losses": 2}


def section(name: str, **query: str) -> AppTest:
    chosen = {"v": "1", **query} if name == "curves" else {"v": "1", "section": name, **query}
    return open_lab(LAB, chosen)


def names(app: AppTest) -> set[str]:
    return {trace.get("name", "") for drawn in figures(app) for trace in drawn["data"]}


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.caption])


def number(app: AppTest, path: str) -> Any:
    (found,) = [item for item in app.number_input if item.key.split("#")[0] == KEY + path]
    return found


def menu(app: AppTest, path: str) -> Any:
    (found,) = [item for item in app.selectbox if item.key.split("#")[0] == KEY + path]
    return found


@pytest.mark.parametrize("name", get_args(Section))
def test_every_section_opens_from_a_link_with_its_pictures(name: str) -> None:
    app = section(name)
    for _ in range(20):  # the depths of the collapse come in the background
        if len(figures(app)) == COUNTS[name]:
            break
        app.run()
    drawn = figures(app)
    assert len(drawn) == COUNTS[name]
    assert all(item["data"] for item in drawn)
    assert not app.warning and not app.error
    assert address(app) == ({} if name == "curves" else {"v": "1", "section": name})


def test_another_activation_changes_the_picture_and_the_address() -> None:
    app = section("curves")
    menu(app, "second.kind").set_value("elu").run()
    assert {"ELU", "ELU, derivative", "saturated"} <= names(app)
    assert address(app) == {"v": "1", "second.kind": "elu"}
    number(app, "second.elu.alpha").set_value(2.5).run()
    assert address(app)["second.alpha"] == "2.5"
    assert "ELU" in said(app)


def test_inputs_change_the_saturated_share() -> None:
    before = said(section("curves", **{"second.kind": "tanh"}))
    wide = section("curves", **{"second.kind": "tanh", "inputs.spread": "5.0"})
    assert "Saturated: **" in before and before != said(wide)
    menu(wide, "inputs.kind").set_value("clusters").run()
    assert address(wide)["inputs.kind"] == "clusters"


def test_depth_and_first_weights_change_what_is_left() -> None:
    app = section("layers")
    before = said(app)
    number(app, "stack.depth").set_value(5).run()
    assert "What is left of the inputs after 5 layers?" in said(app)
    menu(app, "stack.initializer.kind").set_value("he_normal").run()
    assert address(app)["stack.initializer.kind"] == "he_normal"
    assert said(app) != before
    menu(app, "stack.scale").set_value("own").run()
    assert "standard deviation" in figures(app)[0]["layout"]["yaxis"]["title"]["text"]
    number(app, "stack.look").set_value(4).run()
    assert "**Layer 4**" in said(app)


def test_the_largest_stack_is_worked_on_beside_the_page_and_a_look_does_not_begin_it_anew() -> None:
    app = section("layers", **{"stack.depth": "50", "stack.width": "128", "stack.look": "50"})
    for _ in range(40):
        if "**Layer 50**, marked" in said(app):
            break
        app.run()
    assert "**Layer 50**, marked" in said(app)
    assert any("fewer or narrower" in item.value for item in app.caption)


def test_logits_and_temperature_change_the_probabilities() -> None:
    app = section("softmax")
    assert figures(app)[0]["data"][0]["text"][0] == "0.644"
    number(app, "softmax.temperature").set_value(0.01).run()
    assert figures(app)[0]["data"][0]["text"][0] == "1.000"
    assert "come out as nan" in said(app)
    (count,) = [item for item in app.slider if item.key.startswith(f"{KEY}softmax.logits.count")]
    count.set_value(6).run()
    assert address(app)["softmax.logits"] == "2.0,1.0,0.0,-1.0,0.0,0.0"
    assert figures(app)[2]["data"][0]["text"][2][0] == "≈ 0"
    number(app, "softmax.logits.6").set_value(9.0).run()
    assert figures(app)[0]["data"][0]["text"] == ["0.000"] * 5 + ["1.000"]


def test_a_logit_out_of_bounds_is_not_taken_and_the_reader_is_told() -> None:
    app = section("softmax")
    number(app, "softmax.logits.1").set_value(99.0).run()
    assert any("choose from -10 to 10" in item.value for item in app.warning)
    assert figures(app)[0]["data"][0]["text"][0] == "0.644"


def test_shapes_of_maxout_fill_the_pieces() -> None:
    app = section("maxout")
    app.button(key="activations.maxout.Near x²/2").click().run()
    assert address(app)["maxout.slopes"] == "-2.0,-1.0,0.0,1.0,2.0"
    assert number(app, "maxout.slope.0").value == -2.0
    assert {"piece 5"} <= names(app)
    number(app, "maxout.offset.2").set_value(-4.0).run()
    assert "1 piece is never on top" in said(app)


def test_equal_pieces_of_maxout_are_on_top_together() -> None:
    app = section("maxout", **{"maxout.slopes": "1,1", "maxout.offsets": "0,0"})
    assert "pieces 1 and 2, which are equal, everywhere" in said(app)
    assert "never on top" not in said(app)


def test_a_collapsed_network_without_a_boundary_in_the_picture_claims_none() -> None:
    app = section("collapse", **{"collapse.depth": "50", "collapse.width": "1"})
    assert "lies outside" in said(app) and "The green line" not in said(app)
    assert r"\cdot 10^{-13}" in said(app)
    assert "The green line" in said(section("collapse"))


def test_one_layer_is_told_in_the_singular_and_no_spread_as_none() -> None:
    one = said(section("layers", **{"stack.depth": "1", "stack.width": "1"}))
    assert "after 1 layer?" in one and "each of 1 feature," in one and "The spread over the examples is **" in one
    alike = said(section("layers", **{"stack.initializer.kind": "zeros"}))
    assert "the spread is 0, which has no place" in alike and "n/a" not in alike


def test_the_collapse_states_its_difference_at_the_smallest_and_the_largest_network() -> None:
    for depth, width in (("1", "1"), ("50", "64")):
        app = section("collapse", **{"collapse.depth": depth, "collapse.width": width, "collapse.bias": "false"})
        assert "Largest difference between the first two pictures" in said(app)
    menu(app, "collapse.beside.kind").set_value("tanh").run()
    assert "The same weights with Tanh" in said(app)


@pytest.mark.parametrize(("name", "kind"), [("linear", "linear"), ("beside", "relu")])
def test_the_playground_opens_with_the_same_stack(name: str, kind: str) -> None:
    app = section("collapse", **{"collapse.depth": "3", "collapse.width": "4"})
    app.button(key=f"activations.collapse.play.{name}").click().run()
    assert not app.exception
    assert any(item.key and "model.activation" in item.key and item.value == kind for item in app.selectbox)


@pytest.mark.parametrize("task", ["regression", "two classes", "many classes"])
def test_every_task_shows_its_losses_with_two_gradients(task: str) -> None:
    app = section("losses", **{"losses.task": task})
    assert "Mean squared error" in names(app)
    assert ("Binary cross-entropy" in names(app)) == (task == "two classes")
    assert ("Huber" in names(app)) == (task == "regression")
    assert "gradient by autograd and by the formula" in said(app)
    assert len(figures(app)) == (3 if task == "many classes" else 2)


def test_a_gradient_beyond_the_picture_is_a_triangle_at_its_border() -> None:
    app = section("losses", **{"losses.task": "regression"})
    marks = [trace["marker"]["symbol"] for trace in figures(app)[1]["data"] if trace["mode"] == "markers"]
    assert marks == ["triangle-down", "circle", "circle"]
    assert "a triangle: beyond the border" in said(app)


def test_a_task_shows_its_own_settings_and_the_others_are_kept() -> None:
    app = section("losses", **{"losses.logit": "3.0"})
    menu(app, "losses.task").set_value("regression").run()
    number(app, "losses.target").set_value(-4.0).run()
    assert address(app) == {
        "v": "1",
        "section": "losses",
        "losses.task": "regression",
        "losses.target": "-4.0",
        "losses.logit": "3.0",
    }
    assert not [item for item in app.number_input if "losses.logit" in item.key]


def test_over_the_probability_two_losses_are_left() -> None:
    app = section("losses", **{"losses.against": "probability", "losses.label": "0", "losses.logit": "10.0"})
    assert {"Binary cross-entropy", "Squared error"} <= names(app)
    assert "Hinge" not in names(app)


def test_a_true_class_that_is_not_there_is_the_last() -> None:
    app = section("losses", **{"losses.task": "many classes", "losses.truth": "6"})
    assert "the true class is 3" in said(app)


def test_another_section_keeps_what_was_set_in_the_first() -> None:
    app = section("curves", **{"first.kind": "gelu"})
    (chosen,) = [item for item in app.get("button_group") if item.key.startswith(f"{KEY}section")]
    chosen.set_value("softmax").run()
    assert address(app) == {"v": "1", "section": "softmax", "first.kind": "gelu"}


def test_bad_links_say_what_is_wrong_and_use_the_rest() -> None:
    bad = {"section": "nowhere", "stack.depth": "99", "softmax.logits": "1,2", "maxout.slopes": "1,x", "reach": "9.0"}
    app = open_lab(LAB, {"v": "1", **bad})
    (warning,) = [item.value for item in app.warning if "could not be used" in item.value]
    assert all(word in warning for word in ("section", "depth", "logits", "slopes"))
    assert address(app) == {"v": "1", "reach": "9.0"}


def test_every_proof_is_run_by_its_button() -> None:
    app = section("maxout")
    for proof in PROOFS:
        app.button(key=f"prove.{LAB}.{proof.id}").click().run()
        assert not app.exception
    text = said(app)
    assert "within 0e+00 of PyTorch's sigmoid" in text or "of PyTorch's sigmoid" in text
    assert "the larger function, not the largest input" in text
