"""A visitor's own text, pasted where a network is trained: it is read at once, stays out of the address, and is forgotten."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.data.own.store import store
from engine.text.text import Text
from tests.pages.labs.bench import address, figures, open_lab

TEXT = "the quick brown fox jumps over the lazy dog\n" * 40
SMALL = {"v": "1", "experiment.training.updates": "5"}
PLACES = [
    ("recurrent", "unrolled", "experiment.task.corpus"),
    ("recurrent", "train", "experiment.task.corpus"),
    ("recurrent", "next", "next.task.corpus"),
    ("transformer", "maps", "experiment.task.corpus"),
]
LANGUAGE = {"experiment.task.kind": "language", "experiment.model.encoder": "false", "experiment.task.context": "12"}


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.caption, *app.warning, *app.error, *app.info])


def shown(app: AppTest, is_there) -> AppTest:  # type: ignore[no-untyped-def]
    """The page once ``is_there`` holds of it."""
    ends = time.monotonic() + 60
    while not is_there(app) and time.monotonic() < ends:
        time.sleep(0.1)
        app.run()
    assert not app.exception and is_there(app), said(app)
    return app


@pytest.mark.parametrize(("lab", "section", "place"), PLACES, ids=lambda item: item)
def test_a_pasted_text_is_trained_on_and_forgotten(lab: str, section: str, place: str) -> None:
    query = {**SMALL, "section": section, f"{place}.kind": "own"} | (LANGUAGE if lab == "transformer" else {})
    app = open_lab(lab, query | ({"next.updates": "20"} if section == "next" else {}))
    assert "No text has been pasted or uploaded yet" in said(app).replace("\\", "") and not figures(app)
    app.text_area(key="text.paste").set_value(TEXT).run()
    app.button(key="text.use").click().run()
    assert "40 pieces" in said(app)
    visit = app.session_state["gradient_playground"]
    kept = store().find(visit.token, address(app)[f"{place}.file"], Text)
    assert kept is not None and "quick" not in str(address(app))
    if section == "train":
        shown(app, lambda _: getattr(stage.pool().get(visit.stands[lab].entry_id), "run", None) is not None)
        entry = stage.pool().get(visit.stands[lab].entry_id)
        assert entry is not None and "quick" in entry.run.data.tokens
    else:
        shown(app, figures)
    app.button(key="text.forget").click().run()
    assert f"{place}.file" not in address(app) and store().find(visit.token, kept.digest, Text) is None


def test_a_text_that_is_too_short_says_how_long_it_must_be() -> None:
    app = open_lab("recurrent", {**SMALL, "section": "unrolled", "experiment.task.corpus.kind": "own"})
    app.text_area(key="text.paste").set_value("too short").run()
    app.button(key="text.use").click().run()
    shown(app, lambda app: any("needs at least" in item.value for item in app.error))
    app.text_area(key="text.paste").set_value("  ").run()
    app.button(key="text.use").click().run()
    assert any("The text is empty" in item.value for item in app.error)
