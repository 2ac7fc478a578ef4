"""What the page hands out of a run, and what a report is told of it."""

import time
from collections.abc import Iterator

import pytest

from engine import stage
from engine.cost import cost_of
from engine.data.toy import Moons
from engine.doctor.case import case_of
from engine.doctor.catalog import examine
from engine.entry import Entry
from engine.experiment import Experiment, Training
from engine.export.experiment_file import read_experiment
from engine.export.record import record
from engine.film import Film
from engine.model import LayerOverride, Model
from engine.norms import BatchNorm
from engine.presets import preset
from engine.run import Edit
from engine.supervised import SupervisedRun
from tests.engine.export.running import ran
from ui.offers import OFFERS
from ui.settings_table import settings_of
from ui.take_home import Taken, facts_of

EDITS = (Edit(7, (("training.optimizer.lr", 0.05),)), Edit(9, (("weight.1.2.1", 0.5),)))
BEGUN = Experiment(
    data=Moons(samples=100),
    model=Model(hidden=(5, 4), norm=BatchNorm(), dropout=0.25, layers=(LayerOverride(layer=2, dropout=0.0),)),
    training=Training(epochs=10),
)


@pytest.fixture
def entry() -> Iterator[Entry]:
    """A run in the pool that came to its end."""
    opened = stage.pool().open(stage.recipe(BEGUN, EDITS), play=True, every=5)
    end = time.monotonic() + 30
    while opened.status != "finished" and time.monotonic() < end:
        time.sleep(0.02)
    assert opened.status == "finished"
    yield opened
    stage.pool().close_entry(opened)


def taken(entry: Entry) -> Taken:
    assert isinstance(entry.run, SupervisedRun)
    return Taken(entry, BEGUN, "https://playground.example/playground", "", record(entry.run, BEGUN))


def test_every_offered_file_is_made_of_the_run_as_it_stands(entry: Entry) -> None:
    mine = taken(entry)
    made = {offer.extension: mine.made(offer) for offer in OFFERS}
    assert all(made.values()) and len(made) == len(OFFERS)
    assert ran(made["py"])["train_loss"] == pytest.approx(mine.now.train_loss, abs=1e-6)
    link, problems = read_experiment(made["json"])
    assert (link.experiment, link.edits, problems) == (BEGUN, EDITS, [])
    assert len(made["csv"].split("\r\n")) == len(entry.film) + 2
    assert "https://playground.example/playground?v=1&" in made["html"]


def test_a_file_is_of_the_step_at_which_it_is_asked_for(entry: Entry) -> None:
    mine = taken(entry)
    stage.pool().patch(entry, {"training.epochs": 12})
    stage.pool().play(entry)
    end = time.monotonic() + 30
    while (entry.run.epochs < 12 or entry.status != "finished") and time.monotonic() < end:
        time.sleep(0.02)
    assert mine.record().steps > mine.now.steps


def test_a_busy_runs_files_are_of_the_step_at_which_the_page_was_drawn(
    entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = taken(entry)
    monkeypatch.setattr(stage.pool(), "look", lambda *_: None)
    assert mine.record() is mine.now
    with pytest.raises(RuntimeError, match="busy"):
        mine.report()


def test_the_report_is_told_of_settings_costs_edits_and_numbers(entry: Entry) -> None:
    run, mine = entry.run, taken(entry)
    assert isinstance(run, SupervisedRun)
    facts = facts_of(run, mine.now, entry.film, mine.address)
    assert facts.title == "Moons: hidden layers 5, 4, Tanh"
    assert "All 10 planned epochs are done." in facts.said
    assert facts.edits == ((7, "Learning rate → 0.05"), (9, "weight of layer 1, unit 2, from 1 → 0.5"))
    assert sum(row[2] for row in facts.costs) == cost_of(run).parameters
    numbers = dict(facts.numbers)
    assert numbers["Step"] == f"{run.steps:,}"
    shown = float(entry.film.last.scores[run.scene.score("test.accuracy")])
    assert numbers["Test accuracy"] == f"{shown * 100:.1f} %"


def test_settings_name_their_part_and_their_values(entry: Entry) -> None:
    assert isinstance(entry.run, SupervisedRun)
    settings = {setting.part: setting for setting in settings_of(entry.run)}
    assert settings["data"].name == "Moons" and ("Samples", "100") in settings["data"].values
    assert ("Learning rate", "0.05") in settings["optimizer"].values
    assert settings["loss"].name == "Binary cross-entropy"
    assert settings["dropout"].values == (("Probability by layer", "0.25, 0"),)
    assert settings["norm"].name == "Batch norm"
    assert ("Hidden layers", "5, 4") in settings["network"].values
    assert ("Epochs", "10") in settings["training"].values


def test_the_report_says_what_the_doctor_found() -> None:
    start = preset("zeros").experiment
    run, film = SupervisedRun(start), Film()
    while run.ending is None:
        film.append(run.snapshot())
        run.advance(60)
    film.append(run.snapshot())
    facts = facts_of(run, record(run, start), film, "")
    assert facts.findings == tuple(found.sentence for found in examine(case_of(run, film)).findings)
    assert len(facts.findings) >= 1
