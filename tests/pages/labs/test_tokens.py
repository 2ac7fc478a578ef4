"""The page of tokens and embeddings: every section, what its controls change, own files, links."""

import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.data.own.store import store
from engine.labs.tokens.own_ratings import EXAMPLE
from engine.settings import settings
from engine.text import server_vectors
from engine.text.text import Text
from tests.pages.labs.bench import address, figures, open_lab

KEY = "form.lab.tokens."
SHORT = {
    "cut": {},
    "merges": {},
    "sizes": {"text.kind": "countries"},
    "onehot": {},
    "skipgram": {"skipgram.epochs": "2", "skipgram.batch_size": "1024"},
    "counts": {"skipgram.epochs": "2", "skipgram.batch_size": "1024"},
    "vectors": {
        "skipgram.epochs": "2",
        "skipgram.batch_size": "1024",
        "classifier.seeds": "3",
        "classifier.epochs": "2",
        "classifier.labelled": "40",
    },
    "ratings": {"ratings.epochs": "5"},
}
SAID = {
    "cut": "a border is a cut",
    "merges": "of 250 merges",
    "sizes": "held-out characters",
    "onehot": "Largest difference between product and row: 0.",
    "skipgram": "it cannot go below",
    "counts": "the correlation is **",
    "vectors": "has the highest median",
    "ratings": "of their variance. A line joins",
}
COUNTS = {"cut": 1, "merges": 3, "sizes": 2, "onehot": 3, "skipgram": 5, "counts": 7, "vectors": 6, "ratings": 5}


def opened(section: str, **more: str) -> AppTest:
    """A section with short runs."""
    asked = {"v": "1", **({} if section == "cut" else {"section": section}), **SHORT[section], **more}
    return finished(open_lab("tokens", asked if len(asked) > 1 else {}))


def finished(app: AppTest, seconds: float = 60.0) -> AppTest:
    """The page once its longer work is over."""
    until = time.monotonic() + seconds
    while (app.get("progress") or any("begins when" in c.value for c in app.caption)) and time.monotonic() < until:
        time.sleep(0.1)
        app.run()
    assert not app.get("progress") and not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    """All words under the pictures and in boxes."""
    parts = (*app.caption, *app.markdown, *app.info, *app.warning, *app.error)
    return " ".join(item.value for item in parts).replace("\\", "")


def html(app: AppTest) -> str:
    """The coloured tokens."""
    return " ".join(item.proto.body for item in app.get("html"))


def control(app: AppTest, path: str) -> Any:
    """The widget of a setting, by its dotted path."""
    for group in (
        app.selectbox, app.number_input, app.slider, app.toggle, app.text_area, app.text_input, app.button_group,
    ):  # fmt: skip
        for widget in group:
            if str(widget.key).split("#")[0] == f"{KEY}{path}":
                return widget
    raise AssertionError(f"no control {path}")


@pytest.mark.parametrize("section", SHORT)
def test_every_section_shows_its_pictures_and_its_link_is_the_one_it_came_from(section: str) -> None:
    app = opened(section)
    assert not app.error and not app.warning
    assert len(figures(app)) == COUNTS[section] and SAID[section] in said(app)
    asked = {"v": "1", "section": section, **SHORT[section]}
    assert address(app) == ({} if section == "cut" else asked)


def test_another_section_is_one_click_away_and_in_the_address() -> None:
    app = opened("cut")
    control(app, "section").set_value("merges").run()
    assert address(app) == {"v": "1", "section": "merges"} and "merges" in said(finished(app))


# --- the sentence -----------------------------------------------------------------------------------------------------


def test_a_sentence_is_cut_as_it_is_written_and_stands_in_the_address() -> None:
    app = opened("cut")
    assert html(app).count("gp-token-unknown") == 2, "two words are not in the vocabulary of words"
    control(app, "sentence").set_value("The king and the queen.").run()
    finished(app)
    assert address(app)["sentence"] == "The king and the queen."
    assert "gp-token-unknown" not in html(app) and ">king<sub>" in html(app)


def test_a_sentence_is_never_markup() -> None:
    bad = "<script>alert(1)</script> <b>*x*</b> & \"quoted\" 'king'"
    app = opened("cut", sentence=bad, **{"pairs.byte_level": "true"})
    shown = html(app)
    assert "<script" not in shown and "<b>" not in shown and "&lt;" in shown and "&amp;" in shown
    assert shown.count("<span") == shown.count("</span>") and 'onerror="' not in shown
    assert not any("<script" in item.value for item in (*app.caption, *app.markdown))


def test_nothing_as_a_sentence_is_told_and_the_last_one_stays() -> None:
    app = opened("cut")
    control(app, "sentence").set_value("  ").run()
    assert "got nothing" in said(app) and address(app) == {} and figures(app)


def test_the_slider_over_merges_cuts_the_sentence_as_it_was_by_then() -> None:
    app = opened("merges", **{"merges.made": "0"})
    before = html(app).count("<span")
    control(app, "merges.made").set_value(150).run()
    assert address(app)["merges.made"] == "150" and html(finished(app)).count("<span") < before
    assert control(app, "merges.made").max == 250
    control(app, "merges.of").set_value("wordpiece").run()
    assert "WordPiece" in said(finished(app)) and address(app)["merges.of"] == "wordpiece"


def test_a_token_is_chosen_to_be_looked_up() -> None:
    app = opened("onehot")
    assert "`young`, id" in said(app)
    control(app, "onehot.token").set_value(2).run()
    assert "`queen`, id" in said(app) and address(app)["onehot.token"] == "2"
    control(app, "sentence").set_value("🙂").run()
    assert "`<unk>`, id 1" in said(app)


# --- words ------------------------------------------------------------------------------------------------------------


def test_words_are_looked_up_and_one_without_a_vector_is_told() -> None:
    app = opened("skipgram", **{"skipgram.epochs": "20", "skipgram.optimizer.lr": "0.03"})
    assert control(app, "look.word").value == "" and control(app, "look.word").placeholder == "king"
    control(app, "look.word").set_value("cat").run()
    assert address(app)["look.word"] == "cat" and "Nearest to** *cat*" in said(app)
    assert not app.get("progress"), "nothing is trained anew"
    control(app, "look.a").set_value("quen").run()
    assert "'quen' is none of the" in said(app) and "did you mean 'queen'?" in said(app)


def test_where_no_analogy_is_shown_none_is_asked_for_and_its_words_are_kept() -> None:
    app = opened("counts", **{"look.a": "girl"})
    control(app, "look.word").set_value("cat").run()
    with pytest.raises(AssertionError, match=r"no control look\.a"):
        control(app, "look.a")
    assert address(app)["look.a"] == "girl" and address(app)["look.word"] == "cat"


def test_of_two_numbers_a_plane_hides_nothing() -> None:
    assert "all there is of them" in said(opened("skipgram", **{"skipgram.dim": "2"}))
    assert "cannot be seen here" in said(opened("skipgram"))


def test_an_error_that_only_jumps_is_not_called_learning_the_noise() -> None:
    app = opened("ratings", **{"ratings.lr": "1", "ratings.penalty": "10", "ratings.epochs": "60"})
    assert "learns the noise" not in said(app) and "A lower rate helps." in said(app)


def test_a_text_of_too_few_words_is_refused() -> None:
    app = opened("skipgram", **{"text.kind": "countries"})
    assert "pairs of words; at least 20 are needed: choose a longer text." in said(app) and not figures(app)


def test_where_no_example_has_a_vector_frequent_words_are_looked_up() -> None:
    app = opened("skipgram", **{"skipgram.words": "20"})
    assert "Nearest to** *the*" in said(app) and not app.warning


def test_vectors_are_learned_once_for_all_sections() -> None:
    app = opened("skipgram")
    control(app, "section").set_value("counts").run()
    assert not app.get("progress") and "the correlation is **" in said(app)


# --- own files --------------------------------------------------------------------------------------------------------


def token(app: AppTest) -> str:
    return str(app.session_state["gradient_playground"].token)


def test_a_pasted_text_is_looked_at_and_forgotten() -> None:
    app = opened("cut", **{"text.kind": "own"})
    assert "No text has been pasted or uploaded yet" in said(app) and not figures(app)
    app.text_area(key="text.paste").set_value("secret words of mine\nand more of them").run()
    app.button(key="text.use").click().run()
    finished(app)
    assert figures(app) and "2 pieces, 37 characters" in said(app)
    kept = store().find(token(app), address(app)["text.file"], Text)
    assert kept is not None and kept.lines[0] == "secret words of mine"
    assert "secret" not in str(address(app))
    app.button(key="text.forget").click().run()
    finished(app)
    assert address(app) == {} and store().find(token(app), kept.digest, Text) is None


def test_a_text_that_is_none_is_refused_with_its_place_and_the_last_one_stays() -> None:
    app = opened("cut", **{"text.kind": "own"})
    app.file_uploader[0].upload("latin *1*.txt", "fine\ncaf\xe9 au lait".encode("latin-1"), "text/plain").run()
    assert "latin *1*.txt: Byte 9 (line 2): 0xE9 is not UTF-8" in said(app)
    app.file_uploader[0].upload("good.txt", b"The king is here.\n" * 20, "text/plain").run()
    finished(app)
    assert figures(app) and not app.error and "good.txt: 20 pieces" in said(app)


def test_a_link_to_somebody_elses_text_asks_for_it() -> None:
    app = open_lab("tokens", {"v": "1", "text.kind": "own", "text.file": "0123456789abcdef"})
    assert "stays with its owner" in said(app) and address(app)["text.file"] == "0123456789abcdef"


def test_own_ratings_are_factorized_and_bad_ones_refused() -> None:
    app = opened("ratings", **{"ratings.table": "own"})
    assert "No table has been uploaded yet" in said(app)
    app.file_uploader[0].upload("bad.csv", b"user,item,rating\na,b,good\n", "text/csv").run()
    assert "bad.csv: Line 2, column 'rating': 'good' is no rating" in said(app)
    app.file_uploader[0].upload("mine.csv", EXAMPLE.encode(), "text/csv").run()
    finished(app)
    assert "mine.csv: 6 users, 6 items, 30 ratings" in said(app) and len(figures(app)) == 5
    assert "The directions have no names of their own" in said(app)
    control(app, "ratings.factors").set_value(1).run()
    finished(app)
    assert address(app)["ratings.factors"] == "1" and address(app)["ratings.table"] == "own" and figures(app)


def test_biases_are_switched_off() -> None:
    app = opened("ratings")
    control(app, "ratings.user_bias").set_value(False).run()
    finished(app)
    control(app, "ratings.item_bias").set_value(False).run()
    assert "Both are switched off" in said(finished(app)) and "no biases" in said(app)


LINES = b"the 0.1 0.2\nking 0.9 0.1\nqueen 0.8 0.3\nman 0.5 0.0\nwoman 0.4 0.2\ngood -1 0.5\nbad -0.9 -0.4\nsoup 0 1\n"


def test_own_vectors_are_looked_up_and_used_and_bad_ones_refused() -> None:
    app = opened("vectors", **{"vectors.source": "own"})
    assert "No vectors have been uploaded yet" in said(app)
    app.file_uploader[0].upload("bad.txt", b"the 0.1 x\n", "text/plain").run()
    assert "bad.txt: Line 1: 'x' is no number" in said(app)
    app.file_uploader[0].upload("mine.txt", LINES, "text/plain").run()
    finished(app)
    assert "mine.txt: 8 words, 2 numbers each" in said(app) and "has the highest median" in said(app)
    assert len(figures(app)) == 6 and "vectors.file" in address(app)


@pytest.fixture
def _server_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "glove.tiny.txt"
    path.write_bytes(LINES)
    monkeypatch.setenv("GP_VECTORS_FILE", str(path))
    server_vectors._read.clear()
    settings.cache_clear()


@pytest.mark.usefixtures("_server_file")
def test_the_servers_file_is_looked_up_and_used() -> None:
    app = opened("vectors", **{"vectors.source": "server"})
    assert "glove.tiny.txt: 8 words" in said(app) and str(Path("/")) + "tmp" not in said(app)
    assert "Nearest to** *king*" in said(app) and len(figures(app)) == 6


def test_without_a_file_of_the_server_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GP_VECTORS_FILE", raising=False)
    app = opened("vectors", **{"vectors.source": "server"})
    assert "GP_VECTORS_FILE=" in said(app)


def test_learned_vectors_can_be_taken_home() -> None:
    app = opened("vectors")
    assert [item.proto.label for item in app.get("download_button")] == ["Download these vectors"]


# --- links and edges --------------------------------------------------------------------------------------------------

EDGES = [
    {"section": "skipgram", "skipgram.optimizer.kind": "sgd", "skipgram.optimizer.lr": "10.0", "skipgram.epochs": "3"},
    {"section": "skipgram", "skipgram.dim": "2", "skipgram.window": "8", "skipgram.epochs": "1", "skipgram.subsample": "0.001"},
    {"section": "skipgram", "text.kind": "reviews", "skipgram.epochs": "1", "skipgram.words": "20"},
    {"section": "counts", "skipgram.epochs": "1", "skipgram.negatives": "1", "skipgram.batch_size": "4096"},
    {"section": "ratings", "ratings.users": "10", "ratings.items": "10", "ratings.known": "0.02", "ratings.epochs": "2"},
    {"section": "ratings", "ratings.factors": "20", "ratings.lr": "1.0", "ratings.penalty": "10.0", "ratings.epochs": "2"},
    {"section": "merges", "merges.of": "wordpiece", "pieces.by": "score", "merges.made": "8000"},
    {"section": "merges", "pairs.size": "8", "merges.made": "3"},
    {"section": "cut", "pairs.byte_level": "true", "sentence": "naïve 東京 🙂"},
    {"section": "onehot", "words.size": "8", "onehot.dim": "1", "onehot.token": "399"},
]  # fmt: skip


@pytest.mark.parametrize("query", EDGES, ids=lambda query: "-".join(list(query.values())[:3]))
def test_edge_settings_and_divergence_are_shown(query: dict[str, str]) -> None:
    app = finished(open_lab("tokens", {"v": "1", **query}))
    assert figures(app) and not app.error and not app.warning


def test_a_link_with_bad_values_keeps_the_good_ones() -> None:
    app = open_lab("tokens", {"v": "1", "section": "merges", "merges.made": "-1", "pairs.size": "9999", "seed": "3"})
    told = said(app)
    assert "merges.made" in told and "pairs.size" in told
    assert address(app) == {"v": "1", "section": "merges", "seed": "3"}


def test_bytes_without_room_are_told_and_the_last_choice_stays() -> None:
    app = opened("merges", **{"pairs.size": "100"})
    control(app, "pairs.byte_level").set_value(True).run()
    assert "at least 260 where it begins with bytes" in said(app)
    assert "pairs.byte_level" not in address(app)


def test_a_proof_shows_what_it_measured() -> None:
    app = opened("cut")
    app.button("prove.tokens.same_layer").click().run()
    assert "gradient in 8 rows" in said(app)


def test_where_few_words_have_a_vector_the_reviews_are_proposed() -> None:
    app = opened("vectors")
    app.button(key="tokens.vectors.reviews").click().run()
    finished(app)
    assert address(app)["text.kind"] == "reviews"
    assert not [item for item in app.button if item.key == "tokens.vectors.reviews"]
