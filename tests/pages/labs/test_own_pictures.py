"""A visitor's own pictures on the page of vision: uploaded, looked at, trained on, forgotten, and asked for by a link."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.data.own.store import store
from engine.pictures.folder import Folder, read
from engine.vision.sources.own import pictures_of
from tests.engine.pictures.test_bad_zips import packed, pets
from tests.pages.labs.bench import address, figures, open_lab

OWN = {"v": "1", "experiment.data.kind": "own", "experiment.training.epochs": "1"}
ZIP = packed({**pets(9), "cats/.DS_Store": b"x"})


def said(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.warning, *app.error, *app.info]
    return "\n".join(item.value for item in parts).replace("\\", "")


def shown(app: AppTest, is_there) -> AppTest:  # type: ignore[no-untyped-def]
    """The page once ``is_there`` holds of it."""
    ends = time.monotonic() + 60
    while not is_there(app) and time.monotonic() < ends:
        time.sleep(0.1)
        app.run()
    assert not app.exception and is_there(app), said(app)
    return app


def sent(app: AppTest, content: bytes, name: str = "pets.zip") -> AppTest:
    app.file_uploader[0].upload(name, content, "application/zip").run()
    assert not app.exception, app.exception
    return app


def test_a_zip_is_trained_on_and_forgotten() -> None:
    app = open_lab("vision", OWN)
    assert "No pictures have been uploaded yet" in said(app)
    app = sent(app, ZIP)
    assert "18 pictures of 2 classes, 32 × 32 pixels" in said(app) and "1 hidden file was left out" in said(app)
    visit = app.session_state["gradient_playground"]
    kept = store().find(visit.token, address(app)["experiment.data.file"], Folder)
    assert kept is not None and "cats" not in str(address(app))
    shown(app, lambda _: getattr(stage.pool().get(visit.stands["vision"].entry_id), "run", None) is not None)
    entry = stage.pool().get(visit.stands["vision"].entry_id)
    assert entry is not None and entry.run.data.classes == ("cats", "dogs")  # type: ignore[union-attr]
    app.button(key="pictures.forget").click().run()
    assert not app.exception and "experiment.data.file" not in address(app)
    assert store().find(visit.token, kept.digest, Folder) is None


def test_a_bad_zip_is_refused_in_words_and_nothing_changes() -> None:
    app = sent(open_lab("vision", OWN), packed({**pets(9), "cats/x.png": b"hello"}), "b*a*d.zip")
    (error,) = [item.value.replace("\\", "") for item in app.error]
    assert error.startswith("b*a*d.zip: cats/x.png: This is a text, whatever its name says")
    assert "experiment.data.file" not in address(app)


def test_the_size_is_chosen_before_the_upload() -> None:
    app = open_lab("vision", OWN)
    app.select_slider(key="pictures.side").set_value(48).run()
    app = sent(app, ZIP)
    assert "48 × 48 pixels" in said(app) and address(app)["experiment.data.side"] == "48"


def test_a_link_asks_for_the_pictures_and_opens_once_they_are_there() -> None:
    own = pictures_of(read(ZIP, side=24))
    app = open_lab("vision", {**OWN, "experiment.data.file": own.file, "experiment.data.side": "24"})
    assert "stay with their owner" in said(app) and not figures(app)
    assert app.select_slider(key="pictures.side").value == 24
    app = sent(app, ZIP)
    assert address(app)["experiment.data.file"] == own.file and "stay with their owner" not in said(app)


@pytest.mark.parametrize("section", ["features", "mistakes"])
def test_other_sections_look_into_a_network_on_own_pictures(section: str) -> None:
    app = sent(open_lab("vision", {**OWN, "section": section}), ZIP)
    shown(app, figures)


def test_a_network_too_large_for_other_pictures_gives_way_to_a_smaller_one() -> None:
    app = open_lab("vision", {"v": "1"})
    app.selectbox(key="form.lab.vision.experiment.data.kind").set_value("scenes").run()
    assert not app.exception and "a smaller one took its place" in said(app)
    assert address(app)["experiment.model.blocks.0.channels"] == "8"
    app.run()
    assert not app.exception and "a smaller one" not in said(app)


def test_without_pictures_no_block_is_said_not_to_fit() -> None:
    app = open_lab("vision", OWN)
    assert not any("does not fit" in item.label for item in app.expander)


def test_pictures_that_can_not_be_downloaded_are_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr("sklearn.datasets.fetch_file", offline)
    app = open_lab("vision", {**OWN, "experiment.data.kind": "fashion_mnist"})
    assert "Fashion-MNIST could not be downloaded: OSError" in said(app)
