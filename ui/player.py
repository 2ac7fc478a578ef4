"""The player: one browser component, mounted once, that shows any run of the pool.

What a person does in it comes here as commands; what there is to show goes to the browser through ``ui/feed.py``.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine import stage
from engine.entry import SPEEDS, Entry
from engine.limits import LimitReached
from ui import beside, knobs, mounted, session, touching
from ui.feed import FIRST_FRAME_SECONDS
from ui.parts import ALL, AT_REST, redraw

KEY = "player"


@st.fragment(key="player")
def player() -> None:
    """Mount it; what the browser asks of it is carried out before anything is drawn."""
    session.entry()
    beside.entry()
    mounted.player(KEY, session.visit().token, _heard)
    session.write_address()
    session.visit().bell.ring()


def _heard() -> None:
    """Carry out what the browser asks for, and draw the parts of the page that this concerns."""
    concerned: dict[str, None] = {}
    for command in mounted.new_commands(KEY, session.visit().done):
        concerned |= dict.fromkeys(_carry_out(str(command.get("name")), command.get("value")))
        session.visit().done = mounted.whole(command["id"])
    session.visit().bell.ring()
    redraw(*concerned, *(() if "player" in concerned else ("player",)))


# --- commands -------------------------------------------------------------------------------------------------------


def _carry_out(name: str, value: Any) -> tuple[str, ...]:
    """One command of the browser: which parts of the page it concerns. An unknown one is ignored.

    So is one that a class link has switched off; a limit that it meets is told in the player's banner.
    """
    asked = COMMANDS.get(name)
    if asked is None or name in session.visit().classroom.off:
        return ()
    try:
        asked.act(value)
    except LimitReached as reached:
        session.refuse(reached)
    return asked.concerns


def _own(*, play: bool = False) -> Entry:
    """The run on screen if it is this visitor's and can go on, else a fresh one of the same experiment."""
    entry = session.entry()
    ended = entry.run is not None and entry.run.ending is not None
    if not entry.pinned and not ended:
        return entry
    return session.begin(session.visit().now, play=play)


def _play(value: Any) -> None:
    session.visit().refused = ""
    if (other := beside.companion()) is not None:
        stage.pool().play(other)
    _until_next_frame(_own(play=True), stage.pool().play)


def _pause(value: Any) -> None:
    for entry in (session.entry(), beside.companion()):
        if entry is not None and not entry.pinned:
            stage.pool().pause(entry)


def _step(value: Any) -> None:
    _steps(1)


def _epoch(value: Any) -> None:
    entry = session.entry()
    _steps(entry.run.steps_per_epoch if entry.run else 1)


def _steps(steps: int) -> None:
    _until_next_frame(_own(), lambda entry: stage.pool().step(entry, steps))


def _until_next_frame(entry: Entry, act: Callable[[Entry], None]) -> None:
    """Act, and wait a moment for what comes of it, so that this very answer carries it."""
    entry.wait(0, FIRST_FRAME_SECONDS)
    version = entry.version
    act(entry)
    entry.wait(version, FIRST_FRAME_SECONDS)


def _reset(value: Any) -> None:
    session.begin(session.visit().now)


def _new_seed(value: Any) -> None:
    session.change(session.visit().now.patched({"seed": time.time_ns() % 1_000_000}))
    knobs.forget("seed")


def _speed(value: Any) -> None:
    mine = session.visit()
    mine.speed = max(0, min(value, len(SPEEDS) - 1)) if isinstance(value, int) else mine.speed
    for entry in (session.entry(), beside.companion()):
        if entry is not None and not entry.pinned:
            stage.pool().set_speed(entry, mine.speed)


def _branch(value: Any) -> None:
    beside.branch(mounted.whole(value))


def _touch(value: Any) -> None:
    if isinstance(value, Mapping):
        touching.touch(str(value.get("path")), value.get("value"))


def _place(value: Any) -> None:
    if isinstance(value, Mapping):
        touching.place(value)


def _resume(value: Any) -> None:
    session.resume(str(value))


def _look(value: Any) -> None:
    """The pool had to forget the run, the address is behind, a run came to rest: drawing the player's part is all."""


@dataclass(frozen=True)
class Command:
    """What the browser may ask for."""

    act: Callable[[Any], None]
    concerns: tuple[str, ...] = ()
    """Parts of the page that say something else then, besides the player's own."""


COMMANDS = {
    "play": Command(_play),
    "pause": Command(_pause),
    "step": Command(_step),
    "epoch": Command(_epoch),
    "reset": Command(_reset),
    "new_seed": Command(_new_seed, ALL),
    "speed": Command(_speed),
    "branch": Command(_branch, ALL),
    "swap": Command(lambda _: beside.swap(), ALL),
    "drop": Command(lambda _: beside.drop()),
    "touch": Command(_touch, ("presets",)),
    "place": Command(_place, ("presets", "data", "further")),
    "resume": Command(_resume, ALL),
    "revive": Command(_look),
    "address": Command(_look),
    "rested": Command(_look, AT_REST),
}
