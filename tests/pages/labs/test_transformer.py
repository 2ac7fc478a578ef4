"""The page of transformers: every section, the visitor's own text, clicks, links, what is refused."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from charts.transformer.wall import tiles
from engine.labs.transformer import classifying
from engine.labs.transformer.trained import DONE
from tests.engine.labs.transformer.tiny import experiment
from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab, send, with_picture

LAB = "transformer"
TINY = {
    "v": "1",
    "experiment.task.length": "4",
    "experiment.task.symbols": "4",
    "experiment.task.samples": "400",
    "experiment.model.width": "32",
    "experiment.model.feed_forward": "32",
    "experiment.training.updates": "40",
}
CHARACTERS = {
    "v": "1",
    "experiment.task.kind": "language",
    "experiment.task.corpus.kind": "countries",
    "experiment.task.context": "12",
    "experiment.model.encoder": "false",
    "experiment.model.width": "16",
    "experiment.training.updates": "10",
}


def until_done(app: AppTest, place: str = "training") -> AppTest:
    return bench.until_done(app, f"{LAB}.{place}")


def names(app: AppTest) -> list[str]:
    """The names of all traces on the page."""
    return [trace.get("name", "") for figure in figures(app) for trace in figure["data"]]


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.caption])


def test_maps_are_there_before_the_network_is_trained_and_after() -> None:
    app = with_picture(open_lab(LAB, TINY))
    assert len(figures(app)) == 6 and "cross 2, head 2" in names(app)
    until_done(app)
    assert len(figures(app)) == 6
    assert "Validation loss after 40 updates" in said(app) and "on up to 64 examples" in said(app)
    assert "**cross 1, head 1** on this example" in said(app)


def test_the_visitor_s_own_text_is_read_at_once_and_one_that_cannot_be_is_refused() -> None:
    app = until_done(open_lab(LAB, TINY))
    box = next(item for item in app.text_input if item.label == "Your own text")
    began = time.monotonic()
    box.set_value("dcba").run()
    assert time.monotonic() - began < 3, "about 0.1 s on a quiet machine"
    wall, large = figures(app)[:2]
    assert large["layout"]["xaxis"]["ticktext"] == ["d", "c", "b", "a"]
    assert wall["data"][0]["customdata"][0][1] == "d looks at c"
    assert address(app)["looking.text"] == "dcba"
    next(item for item in app.text_input if item.label == "Your own text").set_value("<i>x</i>").run()
    assert any("this task is written in" in item.value for item in app.warning)
    assert len(figures(app)) == 6, "the validation example takes its place"


def test_while_it_trains_the_page_says_that_the_own_text_waits() -> None:
    app = with_picture(open_lab(LAB, {**TINY, "experiment.training.updates": "3000", "looking.text": "dcba"}))
    assert "Your own text is read when the network is trained" in said(app)


def test_a_click_on_a_tile_puts_that_head_up_and_one_on_a_row_its_lines() -> None:
    app = until_done(open_lab(LAB, TINY))
    trained = DONE.get(experiment().patched({})) or next(iter(DONE._held.values()))[0]
    tile = next(tile for tile in tiles(trained.course.shown) if tile.head == ("cross 2", 1))
    app = send(
        app, "transformer.wall", "clicked", {"x": tile.left + 0.5, "y": tile.top + 0.5, "across": 100, "up": 100}
    )
    assert address(app)["looking.attention"] == "cross 2"
    app = send(app, "transformer.large", "clicked", {"x": 1, "y": 2, "across": 30, "up": 30})
    assert address(app)["looking.query"] == "3"
    assert figures(app)[1]["layout"]["shapes"]
    app = send(app, "transformer.large", "clicked", {"x": 1, "y": 2, "across": 30, "up": 30})
    assert "looking.query" not in address(app)


def test_cross_attention_is_measured_where_its_right_places_are_known() -> None:
    app = until_done(open_lab(LAB, {**TINY, "section": "cross"}))
    assert "of its weight on the source token that the answer comes from" in said(app)
    assert "right source token" in names(app)
    app = open_lab(LAB, {**CHARACTERS, "section": "cross"})
    assert not figures(app) and any("begin with *Reverse*" in item.value for item in app.info)


def test_a_head_is_switched_off_and_a_token_masked() -> None:
    app = until_done(open_lab(LAB, {**TINY, "section": "heads"}))
    assert "A map is not an explanation" in said(app)
    assert any(note["text"].startswith(("+", "-")) for note in figures(app)[0]["layout"]["annotations"])
    assert names(app).count("with the change") == 0
    app.multiselect[0].set_value(["decoder 1.2", "cross 1.1"]).run()
    assert address(app)["switching.off"] == "decoder 1.2,cross 1.1"
    assert "With 2 heads off, over validation examples: the loss from" in said(app)
    assert names(app).count("with the change") == 1
    pills = next(item for item in app.button_group if item.label.startswith("Mask tokens"))
    pills.set_value([2]).run()
    app.run()
    assert address(app)["switching.masked"] == "2"
    assert "With 1 token of this example masked" in said(app)


def test_a_role_is_followed_over_training() -> None:
    app = until_done(open_lab(LAB, {**TINY, "section": "heads", "switching.role": "previous"}))
    assert any("weight on the token before" in str(figure["layout"]["yaxis"]) for figure in figures(app))
    app = until_done(open_lab(LAB, {**CHARACTERS, "section": "heads", "switching.role": "aligned"}))
    assert "that role is not measured" in said(app)


def test_the_stream_is_read_out_after_every_block() -> None:
    app = until_done(open_lab(LAB, {**TINY, "section": "stream"}))
    assert figures(app)[0]["layout"]["yaxis"]["ticktext"] == ["embeddings", "after block 1", "after block 2"]
    assert "most of it falls in block" in said(app)
    app = open_lab(LAB, {**TINY, "section": "stream", "experiment.model.residual": "false"})
    assert "Residuals are off in this network" in said(app)


def test_parts_are_left_out_from_several_seeds() -> None:
    few = {"section": "ablations", "ablating.updates": "20", "ablating.seeds": "2", "experiment.model.layers": "1"}
    app = until_done(open_lab(LAB, {**CHARACTERS, **few}), "ablations")
    dots = figures(app)[0]["data"][0]
    assert len(dots["customdata"]) == 14
    assert "By itself:" in said(app) and "nats with the text cut off" in said(app)


def test_few_labels_and_a_rare_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifying, "COUNTS", (8,))
    quick = {
        "v": "1",
        "section": "labels",
        "labels.texts": "drawn",
        "labels.reading": "50",
        "labels.updates": "20",
        "labels.seeds": "1",
        "labels.width": "16",
        "labels.layers": "1",
    }
    app = until_done(open_lab(LAB, quick), "few")
    assert "Reading first is better in" in said(app)
    assert "language model first" in names(app)
    app = until_done(open_lab(LAB, {**quick, "labels.view": "rare"}), "rare")
    assert "Recognised of the rare class (glad)" in said(app)


def test_without_the_library_the_section_says_how_to_get_networks_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GP_PRETRAINED", raising=False)
    app = open_lab(LAB, {"v": "1", "section": "pretrained"})
    (told,) = [item.value for item in app.info]
    assert "requirements" in told or "GP\\_PRETRAINED" in told
    assert "txtThe" not in told, "two sentences have run into each other"


def test_a_preset_takes_the_place_of_the_experiment() -> None:
    app = open_lab(LAB, TINY)
    pills = next(item for item in app.button_group if item.label == "Begin with")
    pills.set_value("dates").run()
    assert address(app)["experiment.task.kind"] == "dates"
    assert "experiment.model.width" not in address(app)


def test_a_task_without_a_source_turns_the_encoder_off_and_says_so() -> None:
    app = open_lab(LAB, TINY)
    next(item for item in app.selectbox if item.label == "Task").set_value("brackets").run()
    assert address(app)["experiment.task.kind"] == "brackets"
    assert address(app)["experiment.model.encoder"] == "false"
    assert "*Encoder and decoder* is off" in said(app)


DRAWN = {"experiment.model.encoder": "false", "experiment.training.updates": "3"}


@pytest.mark.parametrize(
    ("section", "query"),
    [
        ("maps", {"experiment.model.layers": "1", "experiment.model.heads": "1", "experiment.model.width": "16"}),
        ("heads", {"experiment.model.layers": "6", "experiment.model.heads": "1", "experiment.model.width": "16"}),
        ("maps", {"experiment.model.layers": "1", "experiment.model.heads": "8", "experiment.model.width": "16"}),
        (
            "cross",
            {
                "experiment.model.positions.kind": "none",
                "experiment.model.norm": "post",
                "experiment.model.tied": "true",
            },
        ),
        ("heads", {"experiment.model.encoder": "false", "experiment.model.feed_forward": "0"}),
        ("heads", {**DRAWN, "experiment.task.kind": "sine", "experiment.task.samples": "60"}),
        ("stream", {**DRAWN, "experiment.task.kind": "mood"}),
        ("maps", {**DRAWN, "experiment.task.kind": "names"}),
        ("stream", {**DRAWN, "experiment.task.kind": "recall", "experiment.task.samples": "60"}),
    ],
    ids=str,
)
def test_edge_settings_are_shown(section: str, query: dict[str, str]) -> None:
    other_task = "experiment.task.kind" in query
    tiny = {name: value for name, value in TINY.items() if not (other_task and ".task." in name)}
    app = until_done(open_lab(LAB, {**tiny, "experiment.training.updates": "3", **query, "section": section}))
    assert figures(app)


def test_a_network_that_is_too_large_is_refused_with_the_limit() -> None:
    app = open_lab(LAB, {**TINY, "experiment.model.width": "256", "experiment.model.layers": "6"})
    ends = time.monotonic() + 20
    while time.monotonic() < ends and not app.error:
        time.sleep(0.1)
        app.run()
    assert any("250,000 parameters in one network" in item.value.replace("\\", "") for item in app.error)


def test_a_link_to_somebody_s_own_text_says_that_it_is_not_here() -> None:
    own = {**CHARACTERS, "experiment.task.corpus.kind": "own", "experiment.task.corpus.file": "0" * 16}
    for section in ("maps", "ablations"):
        app = open_lab(LAB, {**own, "section": section})
        assert any("This text stays with its owner" in item.value.replace("\\", "") for item in app.warning)


def test_the_live_section_has_its_player_and_the_doctors_line() -> None:
    app = open_lab(LAB, {**TINY, "section": "train"})
    assert app.get("bidi_component"), "the player"
    assert any(item.value.startswith("**Doctor.**") for item in app.caption)


def test_a_recurrent_network_in_a_link_is_refused_by_name() -> None:
    app = with_picture(open_lab(LAB, {**TINY, "experiment.model.kind": "recurrent"}))
    assert any("transformer" in item.value for item in app.warning)
    assert figures(app)
