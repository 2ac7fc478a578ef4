"""The page of attention: every section, what its controls change, numbers set by hand, links, refusals."""

from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from engine.labs.attention.proofs import PROOFS
from engine.labs.attention.state import Section
from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab, send

LAB = "attention"
KEY = f"form.lab.{LAB}."
COUNTS = {
    "one head": 3,
    "several heads": 13,
    "positions": 3,
    "scaling": 4,
    "causal mask": 2,
    "cost": 3,
    "soft dictionary": 4,
    "explanation": 5,
}
QUICK = {
    "scaling": {"scaling.most": "16", "scaling.seeds": "2"},
    "cost": {"length.most": "64", "length.width": "16"},
    "explanation": {"explanation.steps": "50", "explanation.seeds": "2", "explanation.words": "5"},
}


def section(name: str, **query: str) -> AppTest:
    return open_lab(LAB, {"v": "1", **({} if name == "one head" else {"section": name}), **query})


def until_done(app: AppTest, place: str) -> AppTest:
    return bench.until_done(app, f"{LAB}.{place}")


def said(app: AppTest) -> str:
    """All words of the page, as they are read."""
    return "\n".join(item.value for item in [*app.markdown, *app.caption, *app.warning]).replace("\\", "")


def named(items: Any, path: str) -> Any:
    """The widget with this key."""
    (found,) = [item for item in items if str(item.key).split("#")[0] == KEY + path]
    return found


def cells(drawn: dict[str, Any]) -> list[list[str]]:
    """The numbers that stand in a matrix."""
    (heat,) = [each for each in drawn["data"] if each.get("name") == "values"]
    return heat["text"]


@pytest.mark.parametrize("name", get_args(Section))
def test_every_section_opens_from_a_link_with_its_pictures(name: str) -> None:
    app = section(name, **QUICK.get(name, {}))
    if name in QUICK:
        app = until_done(app, name)
    drawn = figures(app)
    assert len(drawn) == COUNTS[name]
    assert all(item["data"] for item in drawn)
    assert not app.warning and not app.error
    expected = {} if name == "one head" else {"v": "1", "section": name, **QUICK.get(name, {})}
    assert address(app) == expected


# --- one head -------------------------------------------------------------------------------------------------------


def test_another_sentence_is_split_drawn_and_in_the_address() -> None:
    app = section("one head")
    assert "differ by at most" in said(app)
    named(app.text_input, "text").set_value("not good, not bad").run()
    drawn = figures(app)
    assert drawn[1]["layout"]["yaxis"]["ticktext"] == ["not", "good", ",", "not", "bad"]
    assert address(app) == {"v": "1", "text": "not good, not bad"}
    assert named(app.selectbox, "query").options == ["1 not", "2 good", "3 ,", "4 not", "5 bad"], "menus follow at once"
    assert "‘not’ stands at 1 and at 4, and has the very same output" in said(app)


def test_a_sentence_too_long_is_refused_in_words_and_the_one_before_stays() -> None:
    app = section("one head")
    named(app.text_input, "text").set_value("a b c d e f g h i j k l m").run()
    assert "at most 12 tokens, and this has 13" in said(app)
    assert figures(app)[1]["layout"]["yaxis"]["ticktext"][1] == "cat"
    assert "text" not in address(app)
    named(app.number_input, "d_model").set_value(5).run()
    assert address(app) == {"v": "1", "d_model": "5", "heads.heads": "1"}, "other controls go on meanwhile"
    named(app.text_input, "text").set_value("   ").run()
    assert "write at least one word" in said(app)


def test_words_of_a_person_are_no_markdown_and_no_tags() -> None:
    app = section("one head", text="<b>x *y* `c`", query="1")
    raw = "\n".join(item.value for item in [*app.markdown, *app.caption])
    assert "‘<" not in raw and "*y*" not in raw and "`c`" not in raw
    shown = [text for item in figures(app) for text in item["layout"]["yaxis"].get("ticktext", [])]
    assert "&lt;" in shown and "<" not in shown


@pytest.mark.parametrize("kind", ["causal", "window"])
def test_a_mask_takes_weight_away(kind: str) -> None:
    app = section("one head")
    named(app.selectbox, "mask.kind").set_value(kind).run()
    assert address(app)["mask.kind"] == kind
    assert cells(figures(app)[1])[0][-1] == "0"


def test_padding_is_a_choice_of_tokens_and_a_token_that_sees_nothing_is_told() -> None:
    app = section("one head", **{"mask.kind": "causal"})
    named(app.multiselect, "removed").set_value([1]).run()
    assert address(app)["removed"] == "1"
    assert "Nothing is left to look at for token 1" in said(app)
    assert cells(figures(app)[1])[0] == ["0"] * 6
    named(app.text_input, "text").set_value("two words").run()
    assert not app.exception


def test_every_step_shows_its_matrices_and_the_formula_with_numbers() -> None:
    app = section("one head")
    counts = []
    for _ in range(6):
        app.button("attention.next").click().run()
        counts.append(len(figures(app)) - 2)
    assert counts == [7, 3, 2, 2, 2, 3]
    assert address(app)["head.step"] == "output"
    assert app.button("attention.next").disabled
    assert any("o_{2,1}" in item.value for item in app.markdown)
    app.button("attention.back").click().run()
    assert address(app)["head.step"] == "softmax"
    named(app.toggle, "head.whole").set_value(True).run()
    assert len(figures(app)) == 2 + 12


def test_the_pair_that_is_followed_is_chosen_by_menu_or_by_a_click() -> None:
    app = section("one head", **{"head.step": "scores"})
    named(app.selectbox, "query").set_value(4).run()
    assert any("s_{4,1} =" in item.value for item in app.markdown)
    send(app, "attention.map", "clicked", {"x": 3.0, "y": 6.0, "across": 30, "up": 30})
    assert any("s_{6,3} =" in item.value for item in app.markdown)
    assert (address(app)["query"], address(app)["key"]) == ("6", "3")
    send(app, "attention.looks", "clicked", {"x": 0.0, "y": 0.2, "across": 30, "up": 30})
    assert address(app)["query"] == "1" and named(app.selectbox, "query").value == 1


def test_a_click_on_a_number_picks_it_and_a_typed_one_changes_what_follows() -> None:
    app = section("one head", **{"head.step": "projections"})
    before = cells(figures(app)[6])
    send(app, "attention.q", "clicked", {"x": 2.0, "y": 3.0, "across": 30, "up": 30})
    assert address(app)["picked"] == "q3.2"
    named(app.number_input, "cells.q3.2").set_value(2.5).run()
    assert address(app)["edits"] == "q3.2=2.5"
    drawn = figures(app)
    assert cells(drawn[3])[2][1] == "2.5" and cells(drawn[6]) != before
    assert "1 number was set by hand" in said(app)
    again = open_lab(LAB, address(app))
    assert cells(figures(again)[3])[2][1] == "2.5", "the link has it"
    app.button("attention.undo").click().run()
    assert "edits" not in address(app) and cells(figures(app)[6]) == before


def test_a_number_out_of_bounds_is_not_taken_and_the_reader_is_told() -> None:
    app = section("one head", picked="x2.1")
    named(app.number_input, "cells.x2.1").set_value(21.0).run()
    assert "choose from -20 to 20" in said(app)
    assert "edits" not in address(app)


def test_a_number_is_also_picked_from_a_menu_and_goes_with_its_matrix() -> None:
    app = section("one head", edits="v4.3=9")
    named(app.selectbox, "picked").set_value("v4.3").run()
    assert named(app.number_input, "cells.v4.3").value == 9.0
    named(app.number_input, "head.d_k").set_value(2).run()
    assert "edits" not in address(app) and "picked" not in address(app)
    assert not app.exception


# --- the other sections ---------------------------------------------------------------------------------------------


def test_another_number_of_heads_makes_as_many_maps_and_the_width_decides_which_there_are() -> None:
    app = section("several heads")
    (row,) = [item for item in app.button_group if item.label == "Heads h"]
    row.select(4).run()
    assert address(app)["heads.heads"] == "4" and len(figures(app)) == 15
    assert "MultiheadAttention" in said(app)
    named(app.number_input, "d_model").set_value(6).run()
    assert address(app)["heads.heads"] == "3" and not app.exception


def test_w_o_is_set_by_hand_too() -> None:
    app = section("several heads", picked="mo1.1")
    named(app.number_input, "cells.mo1.1").set_value(-3.0).run()
    assert address(app)["edits"] == "mo1.1=-3"


@pytest.mark.parametrize("kind", ["rotary", "learned"])
def test_each_kind_of_positions_is_drawn(kind: str) -> None:
    app = section("positions", **{"positions.drawn.kind": kind, "positions.training.steps": "50"})
    if kind == "learned":
        app = until_done(app, "learned")
    assert len(figures(app)) == 3
    assert ("distance alone" in said(app)) and address(app)["positions.drawn.kind"] == kind


def test_the_other_order_is_shown_beside_the_first_one() -> None:
    app = section("positions", **{"positions.view": "permuted"})
    assert len(figures(app)) == 3 and "None: the outputs only changed places" in said(app)
    named(app.selectbox, "positions.told.kind").set_value("sinusoidal").run()
    assert "now depends on where it stands" in said(app)
    (row,) = [item for item in app.button_group if item.label == "The other order"]
    row.select("shuffled").run()
    assert address(app)["positions.order"] == "shuffled"


def test_heads_are_trained_on_a_task_and_what_they_learned_is_told() -> None:
    quick = {"positions.training.steps": "50", "positions.training.seeds": "2", "positions.training.length": "4"}
    app = section("positions", **{"positions.view": "trained", **quick})
    app = until_done(app, "trained")
    assert len(figures(app)) == 5
    assert "most frequent token" in said(app)
    named(app.selectbox, "positions.training.task.kind").set_value("before").run()
    assert address(app)["positions.training.task.kind"] == "before"


def test_the_view_decides_which_controls_there_are_at_once() -> None:
    app = section("positions")
    (row,) = [item for item in app.button_group if item.label == "View"]
    row.select("permuted").run()
    assert named(app.text_input, "text").value == "the cat sat on the mat"
    assert not [item for item in app.number_input if "positions.positions" in str(item.key)]


def test_the_causal_mask_is_proven_in_two_ways() -> None:
    app = section("causal mask")
    assert said(app).count("is exactly 0") == 2
    upper = [row[place + 1 :] for place, row in enumerate(cells(figures(app)[1]))]
    assert all(text == "0" for row in upper for text in row)
    (row,) = [item for item in app.button_group if item.label == "Measured"]
    row.select("derivative").run()
    assert address(app)["proven"] == "derivative"


def test_a_shared_width_that_does_not_fit_is_told() -> None:
    app = section("cost", **QUICK["cost"])
    named(app.number_input, "length.width").set_value(18).run()
    assert "a multiple of 4" in said(app) and address(app)["length.width"] == "16"


def test_the_query_is_turned_by_drag_click_and_number() -> None:
    app = section("soft dictionary")
    assert "Nearest is **k1**" in said(app)
    send(
        app, "attention.dictionary.circle", "dragged", {"name": "query", "x": -0.9, "y": 0.5, "held": False, "count": 1}
    )
    assert "Nearest is **k3**" in said(app) and address(app)["dictionary.query"] == "150.9"
    send(app, "attention.dictionary.circle", "clicked", {"x": 0.0, "y": -1.0, "across": 100, "up": 100})
    assert address(app)["dictionary.query"] == "270.0"
    send(
        app, "attention.dictionary.circle", "dragged", {"name": "key 1", "x": 0.0, "y": -1.0, "held": False, "count": 2}
    )
    assert address(app)["dictionary.keys"] == "270.0,80.0,150.0,260.0" and "Nearest is **k1**" in said(app)
    named(app.number_input, "dictionary.values.1").set_value(7.5).run()
    assert address(app)["dictionary.values"].startswith("7.5,")


def test_keys_are_added_and_taken_away() -> None:
    app = section("soft dictionary")
    named(app.slider, "dictionary.count").set_value(6).run()
    assert len(address(app)["dictionary.keys"].split(",")) == 6
    named(app.slider, "dictionary.count").set_value(2).run()
    assert address(app)["dictionary.keys"] == "20.0,80.0"


def test_another_map_and_two_classifiers_are_shown() -> None:
    app = until_done(section("explanation", **QUICK["explanation"]), "explanation")
    assert "same outputs (largest difference" in said(app)
    assert "Words mixed first" in said(app) and "rank correlation" in said(app)
    before = said(app)
    named(app.number_input, "explanation.shown").set_value(7).run()
    assert "sentence 7" in said(app) and said(app) != before


@pytest.mark.parametrize(
    "query",
    [
        {"text": "word", "d_model": "2", "head.d_k": "1", "query": "12", "key": "12"},
        {"text": "The animal did not cross the street because it was too tired", "d_model": "8", "head.d_k": "8"},
        {"removed": "1,2,3,4,5,6", "head.step": "softmax"},
        {"head.start.kind": "even", "head.scaled": "false", "head.step": "scaling"},
        {"head.start.kind": "alike", "head.whole": "true", "mask.kind": "window", "mask.reach": "0"},
        {"section": "several heads", "removed": "1,2,3,4,5,6"},
        {"section": "explanation", "removed": "1,2,3,4,5,6", **QUICK["explanation"]},
        {"section": "causal mask", "text": "word"},
        {"section": "positions", "positions.positions": "128", "positions.width": "4", "positions.drawn.base": "2.0"},
    ],
)
def test_edge_settings_are_shown(query: dict[str, str]) -> None:
    app = open_lab(LAB, {"v": "1", **query})
    assert not app.exception and not app.error and not app.warning
    assert all(item["data"] for item in figures(app))


def test_a_proof_is_run_by_its_button() -> None:
    app = section("one head")
    assert len([item for item in app.button if str(item.key).startswith("prove.attention.")]) == len(PROOFS)
    app.button("prove.attention.mask_after").click().run()
    assert "had been in their sums" in said(app)
