"""What the page of vision hands out of a live run: every file, also of pictures that a script can't carry."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import stage
from engine.data.own.store import store
from engine.entry import Entry
from engine.export.vision.experiment_file import read_vision
from engine.export.vision.record import vision_record
from engine.pictures.folder import Folder, read
from engine.run import Edit
from engine.vision.experiment import VisionExperiment
from engine.vision.run import VisionRun
from engine.vision.sources.own import pictures_of
from tests.engine.export.running import ran
from tests.engine.pictures.test_bad_zips import packed, pets
from tests.ui.conftest import until
from ui.live_home import PICTURES, LiveTaken
from ui.offers import OFFERS

SMALL = VisionExperiment().patched({"training.epochs": 1, "training.batch_size": 200})
EDITS = (Edit(2, (("training.optimizer.lr", 0.05),)),)


def finished(experiment: VisionExperiment) -> LiveTaken:
    entry = stage.pool().open(stage.live_recipe(experiment, EDITS), play=True, every=2)
    until(lambda: entry.status == "finished")
    return of(entry, experiment)


def of(entry: Entry, experiment: VisionExperiment) -> LiveTaken:
    assert isinstance(entry.run, VisionRun)
    now = vision_record(entry.run, experiment)
    return LiveTaken(entry, experiment, lambda step: f"https://x.example/vision?view.step={step}", "", now)


@pytest.fixture
def taken() -> Iterator[LiveTaken]:
    """A run on digits that came to its end."""
    mine = finished(SMALL)
    yield mine
    stage.pool().close_entry(mine.entry)


def test_every_offered_file_is_made_of_the_run_as_it_stands(taken: LiveTaken) -> None:
    made = {offer.extension: taken.made(offer) for offer in OFFERS}
    assert all(made.values()) and len(made) == len(OFFERS)
    assert ran(str(made["py"]))["train_loss"] == pytest.approx(taken.now.train_loss, abs=1e-6)
    found, problems = read_vision(str(made["json"]))
    assert (found.experiment, found.edits, found.step, problems) == (SMALL, EDITS, taken.now.steps, [])
    assert len(str(made["csv"]).split("\r\n")) == len(taken.entry.film) + 2
    for text in (made["html"], made["py"]):
        assert f"https://x.example/vision?view.step={taken.now.steps}" in str(text)
    assert not taken.files.has_beside(taken.now)


def test_the_report_has_charts_blocks_settings_and_changes(taken: LiveTaken) -> None:
    html = taken.report()
    (found,) = [text for text in html.split("<script") if 'id="charts"' in text]
    charts = json.loads(found.partition(">")[2].partition("</script>")[0])
    assert {"loss", "accuracy"} <= {chart["id"] for chart in charts}
    for said in (
        "Digits: Class of the picture",
        "block 1",
        "Max pool" if "Max pool" in html else "Pool",
        "Learning rate → 0.05",
    ):
        assert said in html, said


def test_pictures_that_a_script_can_not_carry_are_offered_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = read(packed(pets(9)), side=16)
    store().put("", folder)
    mine = finished(SMALL.patched({"data": pictures_of(folder).model_dump(), "training.batch_size": 3}))
    try:
        assert mine.files.has_beside(mine.now)
        monkeypatch.chdir(tmp_path)
        (tmp_path / mine.files.beside_name).write_bytes(bytes(mine.made(PICTURES)))  # type: ignore[arg-type]
        assert ran(str(mine.script()))["train_loss"] == pytest.approx(mine.now.train_loss, abs=1e-6)
    finally:
        stage.pool().close_entry(mine.entry)
        store().release("", Folder)


def test_a_script_is_made_fast_enough_to_wait_for(taken: LiveTaken) -> None:
    taken.script()
    began = time.perf_counter()
    taken.script()
    assert time.perf_counter() - began < 5
