"""The page of recurrent networks: every section, edge settings, links."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.sequences.run import SequenceRun
from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab
from ui import live

LAB = "recurrent"
SMALL = {
    "v": "1",
    "experiment.task.context": "8",
    "experiment.model.units": "4",
    "experiment.training.updates": "20",
}


def until_done(app: AppTest) -> AppTest:
    return bench.until_done(app, LAB)


@pytest.mark.parametrize(
    ("section", "query"),
    [
        ("unrolled", {}),
        ("shapes", {}),
        ("gradients", {"gradients.length": "6", "gradients.units": "4"}),
        ("lengths", {"lengths.updates": "50", "lengths.lengths": "2,4", "lengths.seeds": "2", "lengths.units": "4"}),
        ("padding", {"padding.updates": "20"}),
        ("next", {}),
        ("speed", {"speed.longest": "64", "speed.units": "16", "speed.batch": "1"}),
    ],
)
def test_every_section_opens_from_a_link_and_draws_what_it_measured(section: str, query: dict[str, str]) -> None:
    app = until_done(open_lab(LAB, {**SMALL, "section": section, **query}))
    assert figures(app)
    assert address(app).get("section", "unrolled") == section


def test_the_live_section_has_its_player_the_doctors_line_and_a_way_home() -> None:
    app = open_lab(LAB, {**SMALL, "section": "train"})
    assert app.get("bidi_component"), "the player"
    assert any(item.value.startswith("**Doctor.**") for item in app.caption)
    home = next(item for item in app.toggle if item.label.startswith("Take this run home"))
    home.set_value(True).run()
    assert not app.exception
    assert any("Take it home" in item.value for item in app.subheader)


def test_what_goes_in_and_out_leads_on_to_sounds_and_clips() -> None:
    app = until_done(open_lab(LAB, {**SMALL, "section": "shapes"}))
    links = [item.proto.label for item in app.get("page_link")]
    assert links == ["Vision: networks that listen", "Vision: networks that watch"]


def test_another_cell_is_in_the_address_and_has_its_own_gates() -> None:
    app = open_lab(LAB, {**SMALL, "section": "unrolled"})
    app = until_done(app)
    before = len(figures(app))
    box = next(item for item in app.selectbox if item.label == "Cell")
    box.select("rnn").run()
    app = until_done(app)
    assert address(app)["experiment.model.cell.kind"] == "rnn"
    assert len(figures(app)) < before, "a plain cell has no gates"


def test_what_would_see_ahead_is_refused_by_name_and_the_page_stays() -> None:
    app = open_lab(LAB, {**SMALL, "experiment.model.bidirectional": "true"})
    assert any("bidirectional" in item.value for item in app.warning)
    assert figures(until_done(app))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm", "peephole"])
def test_the_worked_example_opens_for_every_cell(cell: str) -> None:
    app = open_lab(LAB, {**SMALL, "section": "unrolled", "unroll.view": "worked", "experiment.model.cell.kind": cell})
    assert figures(app) and not app.exception


RUN = {
    "v": "1",
    "section": "train",
    "experiment.task.kind": "recall",
    "experiment.task.delay": "3",
    "experiment.task.samples": "60",
    "experiment.model.units": "4",
    "experiment.training.updates": "40",
}


def test_a_link_of_a_run_that_was_changed_on_its_way_opens_that_run() -> None:
    edits = "10:training.optimizer.lr=0.05|20:training.batch_size=8"
    app = open_lab(LAB, {**RUN, "view.edits": edits, "view.step": "30"})
    visit = app.session_state["gradient_playground"]
    stand = visit.stands[LAB]
    ends = time.monotonic() + 30
    while time.monotonic() < ends and (live.run_of(stage.pool().get(stand.entry_id)) is None or not stand.now):
        time.sleep(0.05)
    run = stage.pool().get(stand.entry_id).run
    assert [(edit.step, dict(edit.patch)) for edit in stand.edits] == [
        (10, {"training.optimizer.lr": 0.05}),
        (20, {"training.batch_size": 8}),
    ]
    assert stand.begun.training.optimizer.lr != 0.05 and visit.labs[LAB].state.experiment == stand.now
    while time.monotonic() < ends and run.steps < 30:
        time.sleep(0.05)
    alone = SequenceRun(stand.begun, stand.edits)
    alone.advance(run.steps)
    assert run.experiment.training.batch_size == 8 == alone.experiment.training.batch_size
    app.run()
    assert stage.pool().get(stand.entry_id).run is run, "the controls ask for nothing else"


def test_changes_that_no_run_can_make_are_told_and_the_rest_of_the_link_counts() -> None:
    edits = "10:model.units=8|20:training.optimizer.lr=nonsense|30:training.batch_size=8"
    app = open_lab(LAB, {**RUN, "view.edits": edits})
    said = "\n".join(item.value for item in app.warning).replace("\\", "")
    assert "these settings need a new run" in said and "nonsense" in said
    assert [edit.step for edit in app.session_state["gradient_playground"].stands[LAB].edits] == [30]
