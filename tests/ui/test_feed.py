"""What a browser is sent, for what it says it has: everything, the rest, or nothing until there is news."""

import asyncio
import gzip
import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response

from engine import stage
from engine.entry import Entry
from engine.experiment import Experiment
from ui import feed as feeds
from ui.feed import Known, feed
from ui.visit import Kept, Visit

SMALL = Experiment().patched({"model.hidden": (4,), "data.samples": 60})


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    monkeypatch.setattr(feeds, "HOLD_SECONDS", 0.3)
    visit = Visit(begun=SMALL, now=SMALL)
    begun = show(visit)
    yield visit
    stage.pool().close_entry(begun)


def show(visit: Visit) -> Entry:
    """Begin a run on the visitor's screen."""
    entry = stage.pool().open(stage.recipe(SMALL))
    rested(entry)
    visit.entry_id = entry.id
    return entry


def rested(entry: Entry) -> None:
    """Wait until no worker has anything to do with it."""
    end = time.monotonic() + 30
    while (entry.status != "paused" or not entry.version) and time.monotonic() < end:
        time.sleep(0.005)
    assert entry.status == "paused"


def ask(visit: Visit, known: dict[str, Any] | None = None, zipped: bool = False) -> Response:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "path_params": {"token": visit.token},
        "query_string": urlencode(known or {}).encode(),
        "headers": [(b"accept-encoding", b"gzip")] if zipped else [],
    }
    return asyncio.run(feed(Request(scope)))


def header(response: Response) -> dict[str, Any]:
    assert response.status_code == 200
    body = bytes(response.body)
    return json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])


def had(said: dict[str, Any]) -> dict[str, Any]:
    """What a browser knows after that answer."""
    names = ("run", "version", "done", "tag")
    return {"set_up": 1, "status": said["state"]["status"]} | {name: said[name] for name in names}


def test_a_browser_that_has_nothing_gets_the_charts_and_the_film(visit: Visit) -> None:
    said = header(ask(visit))
    assert said["run"] == visit.entry_id
    assert said["reset"]
    assert said["setup"]["figures"]
    assert len(said["records"]) == 1
    assert said["state"]["status"] == "paused"


def test_a_browser_that_has_everything_waits_and_hears_nothing(visit: Visit) -> None:
    said = header(ask(visit))
    began = time.monotonic()
    assert ask(visit, had(said)).status_code == 204
    assert time.monotonic() - began >= 0.3


def test_only_the_frames_that_are_missing_come(visit: Visit) -> None:
    said = header(ask(visit))
    entry = stage.pool().get(visit.entry_id)
    assert entry is not None
    stage.pool().step(entry, 3)
    assert entry.wait(said["version"], 30.0)
    rested(entry)
    more = header(ask(visit, had(said)))
    assert (more["reset"], "setup" in more, len(more["records"])) == (False, False, 1)
    assert more["state"]["step"] == 3


@pytest.mark.parametrize("what", ["another run", "a command done"])
def test_who_waits_is_told_at_once(visit: Visit, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "HOLD_SECONDS", 60.0)
    monkeypatch.setattr(feeds, "LOOK_SECONDS", 60.0)
    known = had(header(ask(visit)))
    other = stage.pool().open(stage.recipe(SMALL))
    rested(other)

    def happen() -> None:
        if what == "another run":
            visit.entry_id = other.id
        else:
            visit.done = 7
        visit.bell.ring()

    threading.Timer(0.2, happen).start()
    began = time.monotonic()
    said = header(ask(visit, known))
    assert time.monotonic() - began < 30
    assert said["run" if what == "another run" else "done"] == (other.id if what == "another run" else 7)
    stage.pool().close_entry(other)


def test_the_page_hears_that_the_player_has_the_run(visit: Visit) -> None:
    known = had(header(ask(visit)))
    assert not visit.heard.is_set()
    ask(visit, known)
    assert visit.heard.is_set()


def test_an_answer_is_compressed_where_the_browser_takes_that(visit: Visit) -> None:
    zipped = ask(visit, zipped=True)
    assert zipped.headers["content-encoding"] == "gzip"
    assert len(zipped.body) < len(gzip.decompress(bytes(zipped.body)))
    assert "content-encoding" not in ask(visit).headers


def test_nobody_else_is_answered() -> None:
    assert ask(Visit(token="known")).status_code == 410
    gone = Visit()
    stranger = Visit()
    stranger.token = gone.token + "x"
    assert ask(stranger).status_code == 404


def test_a_forgotten_run_is_said_to_be_gone(visit: Visit) -> None:
    entry = stage.pool().get(visit.entry_id)
    assert entry is not None
    stage.pool().close_entry(entry)
    assert ask(visit, {"run": visit.entry_id, "version": 3}).status_code == 410


@pytest.mark.parametrize("value", ["", "-1", "1e9", "²", "9" * 4000, "null", "<b>", "1.5"])
def test_what_can_not_be_read_counts_as_not_known(value: str) -> None:
    assert Known.read({"version": value, "done": value, "set_up": value}) == Known()


def test_the_first_answer_of_a_run_begun_meanwhile_has_its_first_frame(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "HOLD_SECONDS", 60.0)
    monkeypatch.setattr(feeds, "FIRST_FRAME_SECONDS", 20.0)
    known = had(header(ask(visit)))
    begun: list[Entry] = []

    def begin() -> None:
        begun.append(stage.pool().open(stage.recipe(SMALL)))
        visit.entry_id = begun[0].id
        visit.bell.ring()

    threading.Timer(0.3, begin).start()
    said = header(ask(visit, known))
    assert said["run"] == begun[0].id
    assert said["setup"]
    assert said["records"]
    stage.pool().close_entry(begun[0])


def test_the_time_of_a_step_is_sent_in_thousandths_of_a_second(visit: Visit) -> None:
    entry = stage.pool().get(visit.entry_id)
    assert entry is not None
    entry.seconds_per_step = None
    assert header(ask(visit))["state"]["ms_per_step"] is None
    entry.seconds_per_step = 0.00123
    assert header(ask(visit))["state"]["ms_per_step"] == pytest.approx(1.23)


# --- the run kept as A ----------------------------------------------------------------------------------------------


@pytest.fixture
def kept(visit: Visit) -> Iterator[Entry]:
    """A run kept beside the one on screen."""
    entry = stage.pool().open(stage.recipe(SMALL))
    rested(entry)
    visit.beside = Kept(entry.id, SMALL, SMALL.patched({"training.optimizer.lr": 0.1}), (), 0)
    yield entry
    stage.pool().close_entry(entry)


def test_of_the_kept_run_comes_its_own_film_and_not_the_one_on_screen(visit: Visit, kept: Entry) -> None:
    stage.pool().step(kept, 4)
    rested(kept)
    said = header(ask(visit, {"side": "beside"}))
    assert (said["run"], said["state"]["step"], len(said["records"])) == (kept.id, 4, 2)
    assert said["setup"]["figures"] and said["state"]["beside"] is None and said["state"]["link"] == ""
    assert header(ask(visit))["run"] == visit.entry_id


def test_the_run_on_screen_tells_which_is_kept_and_what_differs(visit: Visit, kept: Entry) -> None:
    said = header(ask(visit))["state"]["beside"]
    assert said == {"run": kept.id, "differs": ["Learning rate: 0.1 → 0.01"]}


def test_of_the_kept_run_too_only_what_is_missing_comes(visit: Visit, kept: Entry) -> None:
    said = header(ask(visit, {"side": "beside"}))
    assert ask(visit, had(said) | {"side": "beside"}).status_code == 204
    stage.pool().step(kept, 2)
    assert kept.wait(said["version"], 30.0)
    rested(kept)
    more = header(ask(visit, had(said) | {"side": "beside"}))
    assert (more["reset"], "setup" in more, len(more["records"])) == (False, False, 1)


def test_points_that_change_send_the_charts_anew_and_keep_the_film(visit: Visit) -> None:
    said = header(ask(visit))
    entry = stage.pool().get(visit.entry_id)
    assert entry is not None and said["setup"]["edition"] == 1
    stage.pool().patch(entry, {"hand": "0_0_1"})
    assert entry.wait(said["version"], 30.0)
    rested(entry)
    more = header(ask(visit, had(said)))
    assert (more["setup"]["edition"], more["reset"]) == (2, False)


def test_a_kept_run_that_was_let_go_of_is_no_error(visit: Visit, kept: Entry) -> None:
    said = header(ask(visit, {"side": "beside"}))
    visit.beside = None
    assert ask(visit, had(said) | {"side": "beside"}).status_code == 204


def test_a_kept_run_that_is_let_go_of_meanwhile_ends_the_wait(
    visit: Visit, kept: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "HOLD_SECONDS", 60.0)
    monkeypatch.setattr(feeds, "LOOK_SECONDS", 0.2)
    known = had(header(ask(visit, {"side": "beside"}))) | {"side": "beside"}

    def let_go() -> None:
        visit.beside = None
        stage.pool().close_entry(kept)
        visit.bell.ring()

    threading.Timer(0.3, let_go).start()
    began = time.monotonic()
    assert ask(visit, known).status_code == 204
    assert time.monotonic() - began < 30


def test_a_kept_run_that_the_pool_had_to_forget_is_said_to_be_gone(visit: Visit, kept: Entry) -> None:
    stage.pool().close_entry(kept)
    assert ask(visit, {"run": kept.id, "version": 1, "side": "beside"}).status_code == 410


def test_what_was_refused_is_told_also_while_it_plays_and_that_all_epochs_are_done_is_not(visit: Visit) -> None:
    entry = stage.pool().open(stage.recipe(SMALL.patched({"training.epochs": 2})), play=True)
    visit.entry_id = entry.id
    end = time.monotonic() + 30
    while entry.status != "finished" and time.monotonic() < end:
        time.sleep(0.005)
    assert (header(ask(visit))["state"]["status"], header(ask(visit))["state"]["message"]) == ("finished", "")
    entry.note = "A change could not be made"
    assert header(ask(visit))["state"]["message"] == "A change could not be made"
    stage.pool().close_entry(entry)


def test_a_run_that_stopped_early_has_a_mark_where_it_stopped_and_one_where_its_weights_come_from(visit: Visit) -> None:
    patience = {"training.stopping": {"kind": "patience", "epochs": 1, "least_gain": 1.0}}
    entry = stage.pool().open(stage.recipe(SMALL.patched(patience)), play=True, speed=5)
    end = time.monotonic() + 30
    while entry.status != "stopped" and time.monotonic() < end:
        stage.pool().touch(entry)
        time.sleep(0.01)
    assert entry.run is not None and entry.run.ending is not None
    marks = feeds._state(visit, entry)["marks"]
    stage.pool().close_entry(entry)
    assert [mark["step"] for mark in marks] == [entry.run.steps, entry.run.ending.best_step]
    assert "weights are back" in marks[1]["label"]
