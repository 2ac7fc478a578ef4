"""A lab's live run: begun with the page, played, paused, scrubbed and changed like one of the Playground."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from engine import stage
from engine.entry import SPEEDS, Entry
from engine.experiment import differences
from engine.kinds import consequence
from engine.labs.lab import Lab
from engine.limits import LimitReached
from engine.network_run import NetworkRun
from engine.recipe import Recipe
from engine.room import reserve_of
from engine.run import Edit
from ui import mounted, visitors
from ui.stand import Stand
from ui.visit import visit

FRAMES_TO_GOAL = 150
"""Frames filmed on the way to where a link asked for."""
RESERVED = 100_000
"""Parameters that room is kept for before a network is built."""
READY_SECONDS = 2.0
"""How long a page waits for a run that is being made."""
FIRST_FRAME_SECONDS = 0.15
RESTED = "rested"
"""What the browser says when the run on screen has come to rest at a new frame."""


def stand(lab: Lab, experiment: Recipe) -> Stand:
    """The lab's run, begun and playing where this visitor had none, following ``experiment`` else."""
    mine = visit()
    found = mine.stands.get(lab.id)
    if found is None:
        bench = mine.labs[lab.id]
        begun = bench.begun or experiment
        found = mine.stands[lab.id] = Stand(lab.id, begun, begun)
        found.session_id = mine.session_id
        _begin_or_say(found, begun, play=True, goal=bench.goal, edits=bench.edits)
    found.session_id, found.query = mine.session_id, dict(mine.labs[lab.id].written)
    change(found, experiment)
    return found


def player(lab: Lab, experiment: Recipe) -> Entry | None:
    """Show the run. Returns it, for what else a page measures of it; None where the server has no room for it."""
    mine = stand(lab, experiment)
    key = f"player.{lab.id}"

    @st.fragment(key=key)
    def shown() -> None:
        if entry_or_say(mine, key) is None:
            return
        mounted.player(f"{key}.mounted", mine.token, partial(_heard, mine, f"{key}.mounted"))
        mine.bell.ring()

    shown()
    return stage.pool().get(mine.entry_id)


def doctors_key(lab: str) -> str:
    """Of the part of a lab's page that says what ails its run."""
    return f"doctor.{lab}"


def run_of(found: Entry) -> NetworkRun[Any] | None:
    """The run itself, waiting a little where it is just being made; None where it takes longer or can't be."""
    found.wait(0, READY_SECONDS)
    return found.run if isinstance(found.run, NetworkRun) else None


def entry(mine: Stand) -> Entry:
    """The run on screen; made again, up to where it stood, where the pool had to forget it."""
    found = stage.pool().get(mine.entry_id)
    if found is None:
        found = begin(mine, mine.begun, goal=mine.steps, edits=mine.edits)
    mine.note(found)
    return found


def entry_or_say(mine: Stand, place: str) -> Entry | None:
    """The same; where the server has no room for it, the page says so, with a button of ``place`` to try again."""
    try:
        return entry(mine)
    except LimitReached as reached:
        st.warning(str(reached), icon=":material/hourglass_disabled:")
        if st.button("Try again", key=f"{place}.again", icon=":material/refresh:"):
            st.rerun()
        return None


def begin(mine: Stand, experiment: Recipe, *, play: bool = False, goal: int = 0, edits: tuple[Edit, ...] = ()) -> Entry:
    """A new run in place of the present one, at once taken to ``goal``. Raises LimitReached, and nothing has changed."""
    owner = visit().token  # first of all: a recipe has the private data of whoever the thread reads for
    old = stage.pool().get(mine.entry_id)
    found = stage.pool().open(
        stage.live_recipe(experiment, edits),
        play=play,
        goal=goal or None,
        every=max(1, goal // FRAMES_TO_GOAL) if goal else None,
        speed=mine.speed,
        instead_of=old,
        owner=owner,
        reserve=reserve_of(RESERVED, 1),
    )
    mine.heard.clear()
    mine.refused = ""
    mine.entry_id, mine.begun, mine.steps, mine.edits = found.id, experiment, goal, edits
    mine.now = experiment
    for edit in edits:
        mine.now = mine.now.patched(dict(edit.patch))
    mine.bell.ring()
    if old is not None:
        stage.pool().close_entry(old)
    return found


def _begin_or_say(mine: Stand, experiment: Recipe, *, play: bool, goal: int = 0, edits: tuple[Edit, ...] = ()) -> None:
    try:
        begin(mine, experiment, play=play, goal=goal, edits=edits)
    except LimitReached as reached:
        mine.refused = str(reached)


def change(mine: Stand, new: Recipe) -> None:
    """Take in what the controls say: nothing, go on with the same weights, or begin anew (playing if it played)."""
    effect = consequence(mine.now, new)
    found = stage.pool().get(mine.entry_id)
    if effect == "nothing" or found is None:
        if effect != "nothing":
            mine.begun, mine.now, mine.edits, mine.steps = new, new, (), 0
        return
    made = found.run if isinstance(found.run, NetworkRun) else None
    if effect == "continue" and made is not None and made.steps > 0 and made.can_go_on(new):
        stage.pool().patch(found, differences(made.experiment, new) | differences(mine.now, new))
        mine.now = new
        mine.bell.ring()
        return
    _begin_or_say(mine, new, play=found.wants_to_play or found.status == "finished")


# --- commands -------------------------------------------------------------------------------------------------------


def _heard(mine: Stand, key: str) -> None:
    """Carry out what the browser asks for; when the run came to rest, what is said of where it stands is drawn anew."""
    rested = False
    for command in mounted.new_commands(key, mine.done):
        rested = rested or command.get("name") == RESTED
        act = COMMANDS.get(str(command.get("name")))
        try:
            if act is not None:
                act(mine, command.get("value"))
        except LimitReached as reached:
            mine.refused = f"{reached} The run stays as it was."
        mine.done = mounted.whole(command["id"])
    mine.bell.ring()
    if rested:
        # Last of all: it does not come back, and a command that is not noted as done would be asked for again and again.
        with suppress(StreamlitAPIException):  # the page has no such part: then the player's alone is drawn
            st.rerun([f"player.{mine.lab}", doctors_key(mine.lab)])


def _own(mine: Stand, *, play: bool = False) -> Entry:
    """The run on screen if it can go on, else a fresh one of the same experiment."""
    found = entry(mine)
    ended = found.run is not None and found.run.ending is not None
    return begin(mine, mine.now, play=play) if ended else found


def _until_next_frame(found: Entry, act: Callable[[Entry], None]) -> None:
    found.wait(0, FIRST_FRAME_SECONDS)
    version = found.version
    act(found)
    found.wait(version, FIRST_FRAME_SECONDS)


def _play(mine: Stand, value: Any) -> None:
    mine.refused = ""
    _until_next_frame(_own(mine, play=True), stage.pool().play)


def _steps(mine: Stand, steps: int) -> None:
    _until_next_frame(_own(mine), lambda found: stage.pool().step(found, steps))


def _epoch(mine: Stand, value: Any) -> None:
    run = entry(mine).run
    _steps(mine, run.steps_per_epoch if run else 1)


def _speed(mine: Stand, value: Any) -> None:
    mine.speed = max(0, min(value, len(SPEEDS) - 1)) if isinstance(value, int) else mine.speed
    stage.pool().set_speed(entry(mine), mine.speed)


def _resume(mine: Stand, value: Any) -> None:
    """Go on with the run that this browser had before it lost its session."""
    earlier = visitors.visit_of(str(value))
    if isinstance(earlier, Stand) and earlier is not mine and earlier.lab == mine.lab and visitors.has_left(earlier):
        visit().stands[mine.lab] = earlier
        earlier.bell.ring()


COMMANDS: dict[str, Callable[[Stand, Any], object]] = {
    "play": _play,
    "pause": lambda mine, _: stage.pool().pause(entry(mine)),
    "step": lambda mine, _: _steps(mine, 1),
    "epoch": _epoch,
    "reset": lambda mine, _: begin(mine, mine.now),
    "speed": _speed,
    "resume": _resume,
    "revive": lambda mine, _: entry(mine),
}
