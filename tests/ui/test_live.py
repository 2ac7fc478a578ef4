"""A lab's live run: begun with the page, following its controls, told to the browser like the Playground's."""

import json
import struct
from collections.abc import Iterator
from contextvars import Context
from typing import Any

import pytest

from engine import stage
from engine.data.own.store import read_as, store
from engine.labs.lab import Lab
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.recurrent import Recurrent
from engine.sequences.run import SequenceRun
from engine.sequences.tasks.texts import Language
from engine.text.corpora import OwnText
from engine.text.own import pasted
from engine.text.tokenizers import Words
from tests.ui.conftest import until
from ui import live
from ui.feed import Known, answer
from ui.stand import Stand
from ui.visit import Bench, Visit
from ui.visitors import visit_of

LAB = Lab("memory", "Memory", "Why?", "Look.", ":material/memory:", "Sequences")
SMALL = SequenceExperiment().patched({"task.samples": 60, "task.delay": 3, "model.units": 4, "training.updates": 400})


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """A visitor of a lab with a live run."""
    made = Visit()
    made.labs[LAB.id] = Bench(SMALL, written={"v": "1", "x": "2"})
    monkeypatch.setattr(live, "visit", lambda: made)
    yield made
    for stand in made.stands.values():
        if (entry := stage.pool().get(stand.entry_id)) is not None:
            stage.pool().close_entry(entry)


def at_rest(stand: Stand) -> SequenceRun:
    entry = live.entry(stand)

    def rests() -> bool:
        stage.pool().touch(entry)
        return not entry.wants_work and not entry.busy

    until(rests)
    assert isinstance(entry.run, SequenceRun), entry.failure
    live.entry(stand)
    return entry.run


def paused(stand: Stand) -> SequenceRun:
    live.COMMANDS["pause"](stand, None)
    return at_rest(stand)


def header(stand: Stand) -> dict[str, Any]:
    raw = answer(stand, live.entry(stand), Known())
    assert raw is not None
    (length,) = struct.unpack("<I", raw[:4])
    return json.loads(raw[4 : 4 + length])


def test_it_plays_as_soon_as_the_page_opens_and_stays_the_same_run(visit: Visit) -> None:
    stand = live.stand(LAB, SMALL)
    assert live.entry(stand).wants_to_play
    assert live.stand(LAB, SMALL) is stand and visit_of(stand.token) is stand


def test_the_browser_is_told_of_charts_but_of_no_plane(visit: Visit) -> None:
    stand = live.stand(LAB, SMALL)
    paused(stand)
    said = header(stand)
    assert {"loss", "accuracy", "gradient", "pictures.Hidden state"} <= {f["id"] for f in said["setup"]["figures"]}
    assert not {"network", "plane", "shades"} & set(said["setup"])
    assert said["state"]["link"] == "?v=1&x=2"
    assert said["state"]["off"]["branch"] == said["state"]["off"]["new_seed"] == "hidden"


def test_a_step_an_epoch_and_a_reset_do_what_they_say(visit: Visit) -> None:
    stand = live.stand(LAB, SMALL)
    begun = paused(stand).steps
    live.COMMANDS["step"](stand, None)
    assert at_rest(stand).steps == begun + 1
    live.COMMANDS["epoch"](stand, None)
    assert at_rest(stand).steps == begun + 1 + 2  # 60 examples, 32 at a time
    live.COMMANDS["reset"](stand, None)
    assert at_rest(stand).steps == 0


def test_a_reset_still_reads_the_visitors_own_text(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> Visit:
        read_as(visit.token)
        return visit

    monkeypatch.setattr(live, "visit", asked)
    text = pasted("the quick brown fox jumps over the lazy dog\n" * 40)
    store().put(visit.token, text)
    own = SequenceExperiment(
        task=Language(corpus=OwnText(file=text.digest), tokenizer=Words()),
        model=Recurrent(units=2),
        training=SMALL.training,
    )
    stand = live.stand(LAB, own)
    paused(stand)
    Context().run(live.COMMANDS["reset"], stand, None)  # a command comes with a thread that has read for nobody yet
    assert "quick" in at_rest(stand).data.tokens


def test_a_rate_goes_on_with_the_same_weights_and_a_wider_network_begins_anew(visit: Visit) -> None:
    stand = live.stand(LAB, SMALL)
    paused(stand)
    live.COMMANDS["epoch"](stand, None)
    run = at_rest(stand)
    faster = SMALL.patched({"training.optimizer.lr": 0.05})
    live.stand(LAB, faster)
    assert at_rest(stand) is run and run.experiment == faster and run.edits
    assert any("Learning rate" in mark["label"] for mark in header(stand)["state"]["marks"])
    wider = faster.patched({"model.units": 5})
    live.stand(LAB, wider)
    other = at_rest(stand)
    assert other is not run and other.steps == 0 and other.experiment == wider and not other.edits


def test_a_run_that_the_pool_forgot_comes_back_where_it_stood(visit: Visit) -> None:
    stand = live.stand(LAB, SMALL)
    paused(stand)
    live.COMMANDS["epoch"](stand, None)
    before = at_rest(stand)
    stage.pool().close_entry(live.entry(stand))
    after = at_rest(stand)
    assert after is not before and after.steps == before.steps
    assert (after.snapshot().scores == before.snapshot().scores).all()


def test_a_finished_run_begins_again_where_it_is_played(visit: Visit) -> None:
    short = SMALL.patched({"training.updates": 2})
    stand = live.stand(LAB, short)
    until(lambda: live.entry(stand).status == "finished")
    first = live.entry(stand).id
    live.COMMANDS["play"](stand, None)
    assert live.entry(stand).id != first


def test_a_network_too_large_for_this_server_says_so(visit: Visit) -> None:
    huge = SMALL.patched({"model.kind": "transformer", "model.width": 256, "model.layers": 6})
    stand = live.stand(LAB, huge)
    entry = live.entry(stand)
    until(lambda: bool(entry.failure))
    assert entry.status == "refused" and "parameters in one network" in entry.failure


@pytest.mark.parametrize("name", ["touch", "place", "branch", "new_seed", "drop", "__class__"])
def test_what_only_the_playground_can_do_is_no_command_of_a_lab(name: str) -> None:
    assert name not in live.COMMANDS


def test_a_command_is_done_also_where_it_has_the_page_drawn_anew(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    stand = live.stand(LAB, SMALL)
    asked: list[object] = []

    class Drawn(Exception):
        """What Streamlit raises to leave a callback."""

    def rerun(parts: object) -> None:
        asked.append(parts)
        raise Drawn

    monkeypatch.setattr(live.st, "rerun", rerun)
    monkeypatch.setattr(live.mounted, "new_commands", lambda key, done: [{"id": 7, "name": "rested"}])
    with pytest.raises(Drawn):
        live._heard(stand, "player")
    assert stand.done == 7, "else the browser asks for it again and again"
    assert asked == [["player.memory", "doctor.memory"]]
