"""What a lab hands out of its live run: the page's section, its files, and an experiment opened again."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlparse

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.codec import decode_model
from engine.entry import Entry
from engine.export.sequences.experiment_file import read_sequence, sequence_json
from engine.export.sequences.record import sequence_record
from engine.limits import RUNS_MB
from engine.run import Edit
from engine.sequences.run import SequenceRun
from engine.settings import Settings
from tests.engine.export.running import ran
from tests.ui.conftest import until
from tests.ui.lab_page import HERE, SMALL, State
from ui import lab, live, live_home
from ui.live_home import LiveTaken, facts_of, without_data
from ui.offers import OFFERS, file_name
from ui.stand import Stand
from ui.visit import Bench, Visit

EDITS = (Edit(4, (("training.optimizer.lr", 0.05),)),)


@pytest.fixture
def entry() -> Iterator[Entry]:
    """A run in the pool that came to its end."""
    opened = stage.pool().open(stage.live_recipe(SMALL, EDITS), play=True, every=3)
    until(lambda: opened.status == "finished")
    yield opened
    stage.pool().close_entry(opened)


def taken(entry: Entry) -> LiveTaken:
    assert isinstance(entry.run, SequenceRun)
    now = sequence_record(entry.run, SMALL)
    findings = lambda run, film: (f"step {run.steps}: {len(film)} frames, <b>nothing</b> wrong",)  # noqa: E731
    return LiveTaken(entry, SMALL, lambda step: f"https://x.example/memory?view.step={step}", "", now, findings)


def test_every_offered_file_is_made_of_the_run_as_it_stands(entry: Entry) -> None:
    mine = taken(entry)
    made = {offer.extension: mine.made(offer) for offer in OFFERS}
    assert all(made.values()) and len(made) == len(OFFERS)
    assert ran(made["py"])["train_loss"] == pytest.approx(mine.now.train_loss, abs=1e-6)
    found, problems = read_sequence(made["json"])
    assert (found.experiment, found.edits, found.step, problems) == (SMALL, EDITS, 12, [])
    assert len(made["csv"].split("\r\n")) == len(entry.film) + 2
    assert (
        "https://x.example/memory?view.step=12" in made["html"]
        and "https://x.example/memory?view.step=12" in made["py"]
    )


def test_the_link_has_what_was_changed_on_the_way(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Visit()
    mine.labs[HERE.id] = Bench(State(experiment=entry.run.experiment))  # type: ignore[union-attr]
    stand = Stand(HERE.id, SMALL, SMALL, edits=EDITS)
    monkeypatch.setattr(live_home, "visit", lambda: mine)
    query = dict(parse_qsl(urlparse(live_home._linked(HERE, stand)(12)).query))
    assert (query["view.step"], query["view.edits"]) == ("12", "4:training.optimizer.lr=0.05")
    state, problems = decode_model(
        State, {key: text for key, text in query.items() if key not in ("view.step", "view.edits")}
    )
    assert state.experiment == SMALL and not problems


def test_the_report_has_charts_settings_changes_parameters_and_findings(entry: Entry) -> None:
    html = taken(entry).report()
    (found,) = [text for text in html.split("<script") if 'id="charts"' in text]
    charts = json.loads(found.partition(">")[2].partition("</script>")[0])
    assert {"loss", "accuracy", "pictures.Hidden state"} <= {chart["id"] for chart in charts}
    for said in ("Delayed recall", "LSTM", "layer 1 W_hh", "16 x 4", "Learning rate → 0.05", "What the doctor found"):
        assert said in html, said
    assert "&lt;b&gt;nothing&lt;/b&gt;" in html


def test_the_report_is_told_the_numbers_of_the_newest_frame(entry: Entry) -> None:
    run, mine = entry.run, taken(entry)
    assert isinstance(run, SequenceRun)
    facts = facts_of(run, mine.files, mine.now, entry.film, "")
    numbers = dict(facts.numbers)
    exact = float(entry.film.last.scores[run.scene.score("validation.exact")])
    assert numbers["Validation sequences without a mistake"] == f"{exact * 100:.1f} %"
    assert sum(row[2] for row in facts.costs) == sum(parameter.numel() for parameter in run.parameters)
    assert facts.findings == ()


def test_the_page_shows_a_script_with_its_data_cut_short() -> None:
    lines = ['"""Head."""', "a = 1", 'X = """', "p", "q", "r", "s", '"""', "b = 2", 'Y = """', "t", '"""', "c = 3"]
    assert without_data(lines) == [*lines[:5], "[2 lines more]", *lines[7:]]


def test_files_are_named_after_the_task() -> None:
    names = [file_name("recall", offer) for offer in OFFERS]
    assert "gradient-playground-recall.py" in names and "gradient-playground-recall-history.csv" in names
    assert len(set(names)) == len(OFFERS)


# --- the page ---------------------------------------------------------------------------------------------------------


def opened_page() -> AppTest:
    def page() -> None:
        from tests.ui import lab_page

        lab_page.page()

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception, app.exception
    return app


def test_the_page_offers_every_file_and_shows_the_script_where_it_is_asked_for() -> None:
    app = opened_page()
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == [offer.name for offer in OFFERS]
    assert not app.code
    app.toggle(key=f"live_home.{HERE.id}.shown").set_value(True).run()
    assert not app.exception and "RecurrentNetwork(row, Asked.of(data), SEED)" in app.code[0].value


def test_a_server_without_room_says_so_and_tries_again_when_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **options: Any) -> Entry:
        RUNS_MB.refuse(72, Settings())

    with monkeypatch.context() as crowded:
        crowded.setattr(stage.pool(), "open", full)
        app = opened_page()
        assert f"{Settings().runs_mb:g} MB for all runs together" in app.warning[0].value and not app.get(
            "bidi_component"
        )
        assert not app.get("download_button")
    app.button(key=f"player.{HERE.id}.again").click().run()
    assert not app.exception and not app.warning and app.get("bidi_component")


def test_an_experiment_from_a_file_is_opened_in_the_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = visited(monkeypatch)
    begun = SMALL.patched({"model.units": 7})
    live_home.opened(HERE, ("recurrent",), sequence_json(begun, EDITS, 9))
    stand = visit.stands[HERE.id]
    now = begun.patched({"training.optimizer.lr": 0.05})
    assert visit.labs[HERE.id].state == State(experiment=now) and stand.begun == begun
    entry = live.entry(stand)
    until(lambda: entry.run is not None and entry.run.steps == 9)
    assert live.stand(HERE, now) is stand and live.entry(stand) is entry, "the page takes it as it is"
    assert entry.run is not None and entry.run.edits == EDITS
    stage.pool().close_entry(entry)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "it must be"),
        (sequence_json(SMALL.patched({"model.kind": "transformer"})), "its network is a transformer"),
    ],
)
def test_a_file_that_is_none_for_this_page_changes_nothing_and_is_told(
    text: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visited(monkeypatch)
    before = visit.stands[HERE.id].entry_id
    live_home.opened(HERE, ("recurrent",), text)
    (told,) = next(iter(visit.warnings.values()))
    assert said in told and visit.stands[HERE.id].entry_id == before


def visited(monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Somebody on the lab's page."""
    made: Any = Visit()
    made.labs[HERE.id] = Bench(State())
    for module in (lab, live, live_home):
        monkeypatch.setattr(module, "visit", lambda: made)
    monkeypatch.setattr(lab.knobs, "forget", lambda path: None)
    live.stand(HERE, SMALL)
    return made
