"""The player: one browser component, mounted once, that shows any run of the pool.

What a person does in it comes here as commands; what there is to show goes to the browser through ``ui/feed.py``.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from engine import stage
from engine.entry import SPEEDS, Entry
from ui import knobs, session
from ui.feed import FIRST_FRAME_SECONDS
from ui.served import ADDRESS

_COMPONENT = st.components.v2.component(
    "gradient_player",
    html='<div class="gp-player"></div>',
    js=f"""
const module = import(new URL("{ADDRESS}/player.js", document.baseURI).href);
export default (component) => {{
  module.then((m) => m.render(component));
  return () => module.then((m) => m.unmount(component));
}};
""",
    isolate_styles=False,
)


@st.fragment(key="player")
def player(key: str = "player") -> None:
    """Mount it and carry out what the browser asked; what comes of that goes to the browser through the feed."""
    visit = session.visit()
    session.entry()
    letter = _COMPONENT(key=key, data={"feed": visit.token}, on_send_change=lambda: None).send
    commands = _new_commands(letter)
    for command in commands:
        _carry_out(str(command.get("name")), command.get("value"))
        visit.done = _whole(command["id"])
    session.write_address()
    visit.bell.ring()
    if any(command.get("name") in CONCERN_THE_PAGE for command in commands):
        st.rerun()


def _new_commands(letter: Any) -> list[Mapping[str, Any]]:
    """What the browser asks for with this request and was not carried out yet, oldest first."""
    asked = letter.get("commands") if isinstance(letter, Mapping) else None
    commands = [c for c in (asked if isinstance(asked, list) else []) if isinstance(c, dict)]
    new = [command for command in commands if _whole(command.get("id")) > session.visit().done]
    return sorted(new, key=lambda command: _whole(command["id"]))


def _whole(value: Any) -> int:
    """``value`` if it is a whole number, else 0: browsers may send anything."""
    return value if isinstance(value, int) else 0


# --- commands -------------------------------------------------------------------------------------------------------


def _carry_out(name: str, value: Any) -> None:
    """One command of the browser; an unknown one is ignored."""
    act = COMMANDS.get(name)
    if act is not None:
        act(value)


def _own(*, play: bool = False) -> Entry:
    """The run on screen if it is this visitor's and can go on, else a fresh one of the same experiment."""
    entry = session.entry()
    ended = entry.run is not None and entry.run.ending is not None
    if not entry.pinned and not ended:
        return entry
    return session.begin(session.visit().now, play=play)


def _play(value: Any) -> None:
    _until_next_frame(_own(play=True), stage.pool().play)


def _pause(value: Any) -> None:
    entry = session.entry()
    if not entry.pinned:
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
    mine.speed = max(0, min(int(value), len(SPEEDS) - 1)) if isinstance(value, int | float) else mine.speed
    entry = session.entry()
    if not entry.pinned:
        stage.pool().set_speed(entry, mine.speed)


def _look(value: Any) -> None:
    """The pool had to forget the run, or the address is behind: drawing the player's part mends both."""


COMMANDS = {
    "play": _play,
    "pause": _pause,
    "step": _step,
    "epoch": _epoch,
    "reset": _reset,
    "new_seed": _new_seed,
    "speed": _speed,
    "revive": _look,
    "address": _look,
}

CONCERN_THE_PAGE = ("new_seed",)
"""Commands after which controls say something else."""
