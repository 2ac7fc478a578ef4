"""The player: one browser component, mounted once, that shows any run of the pool.

The browser asks five times a second while a run plays and says up to where it has everything; the answer is the
frames made since, as bytes. Nothing is lost when an answer is: the next one begins at the last confirmed frame.
"""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from charts import theme
from charts.board import board
from charts.sentences import sentences
from engine import stage
from engine.entry import SPEEDS, Entry, Setting
from engine.packing import message, pack
from engine.permalink import encode
from ui import knobs, session
from ui.parts import ALL, redraw
from ui.served import ADDRESS

FIRST_FRAME_SECONDS = 0.15
"""How long the run that made a change waits for the first frame of the new network."""
ASK_MS, ASK_MS_WHEN_MANY = 200, 400
"""How long a browser waits between two requests; longer where ``MANY`` runs play: answering takes time from them."""
MANY = 12
UNCONFIRMED = 64
"""How many messages are remembered while no confirmation comes."""


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


@dataclass(frozen=True)
class Sent:
    """What the browser has once it confirms a message."""

    run_id: str = ""
    version: int = 0
    """Of the newest frame."""
    set_up: bool = False
    """Whether it has the run's charts."""
    done: int = 0
    state: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Mount:
    """One player of one visitor: what it asked for, and what its browser is known to have."""

    seq: int = 0
    done: int = 0
    """The newest command carried out."""
    known: Sent = Sent()
    sent: dict[int, Sent] = field(default_factory=dict)
    """By message number, those not confirmed yet."""

    def hear(self, heard: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Take in what the browser confirmed; returns its new commands."""
        confirmed = self.sent.get(_whole(heard.get("ack")))
        if confirmed is not None and confirmed.run_id == self.known.run_id:
            self.known = confirmed
        return self.new_commands(heard)

    def new_commands(self, heard: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The browser's commands that were not carried out yet, oldest first."""
        asked = heard.get("commands")
        commands = [c for c in (asked if isinstance(asked, list) else []) if isinstance(c, dict)]
        new = [command for command in commands if _whole(command.get("id")) > self.done]
        return sorted(new, key=lambda command: _whole(command["id"]))

    def begin(self, run_id: str) -> None:
        """Another run is on screen: the browser has nothing of it."""
        self.known = Sent(run_id)

    def tell(self, told: Sent) -> int:
        """The number of a new message that carries ``told``."""
        self.seq += 1
        self.sent = {seq: sent for seq, sent in self.sent.items() if seq > self.seq - UNCONFIRMED}
        self.sent[self.seq] = told
        return self.seq


def _whole(value: Any) -> int:
    """``value`` if it is a whole number, else 0: browsers may send anything."""
    return value if isinstance(value, int) else 0


@st.fragment(key="player")
def player(key: str = "player") -> None:
    """Carry out what the browser asked, then hand it what it has not got."""
    mount = _mount(key)
    for command in mount.hear(_letter(key)):
        mount.done = _whole(command["id"])
        _carry_out(str(command.get("name")), command.get("value"), mount)
    entry = session.entry()
    stage.pool().touch(entry)
    if entry.setting is None:
        entry.wait(0, FIRST_FRAME_SECONDS)
    session.write_address()
    _COMPONENT(key=key, data=_next_message(mount, entry), on_send_change=partial(_heard, key))


def _mount(key: str) -> Mount:
    return session.kept(f"{key}.mount", Mount)


def _letter(key: str) -> Mapping[str, Any]:
    """What the browser sent with this request."""
    letter = (st.session_state.get(key) or {}).get("send")
    return letter if isinstance(letter, Mapping) else {}


def _heard(key: str) -> None:
    """A letter came. Most commands concern the player alone; a new seed shows in other parts too."""
    if any(command.get("name") == "new_seed" for command in _mount(key).new_commands(_letter(key))):
        redraw(*ALL)


# --- commands -------------------------------------------------------------------------------------------------------


def _carry_out(name: str, value: Any, mount: Mount) -> None:
    """One command of the browser; an unknown one is ignored."""
    act = COMMANDS.get(name)
    if act is not None:
        act(mount, value)


def _own(*, play: bool = False) -> Entry:
    """The run on screen if it is this visitor's and can go on, else a fresh one of the same experiment."""
    entry = session.entry()
    ended = entry.run is not None and entry.run.ending is not None
    if not entry.pinned and not ended:
        return entry
    return session.begin(session.visit().now, play=play)


def _play(mount: Mount, value: Any) -> None:
    _until_next_frame(_own(play=True), stage.pool().play)


def _pause(mount: Mount, value: Any) -> None:
    entry = session.entry()
    if not entry.pinned:
        stage.pool().pause(entry)


def _step(mount: Mount, value: Any) -> None:
    _steps(1)


def _epoch(mount: Mount, value: Any) -> None:
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


def _reset(mount: Mount, value: Any) -> None:
    session.begin(session.visit().now)


def _new_seed(mount: Mount, value: Any) -> None:
    session.change(session.visit().now.patched({"seed": time.time_ns() % 1_000_000}))
    knobs.forget("seed")


def _speed(mount: Mount, value: Any) -> None:
    mine = session.visit()
    mine.speed = max(0, min(int(value), len(SPEEDS) - 1)) if isinstance(value, int | float) else mine.speed
    entry = session.entry()
    if not entry.pinned:
        stage.pool().set_speed(entry, mine.speed)


def _resync(mount: Mount, value: Any) -> None:
    mount.begin(mount.known.run_id)


COMMANDS = {
    "play": _play,
    "pause": _pause,
    "step": _step,
    "epoch": _epoch,
    "reset": _reset,
    "new_seed": _new_seed,
    "speed": _speed,
    "resync": _resync,
}


# --- messages -------------------------------------------------------------------------------------------------------


def _next_message(mount: Mount, entry: Entry) -> bytes | None:
    """Everything the browser has not confirmed; None when there is nothing to say."""
    if mount.known.run_id != entry.id:
        mount.begin(entry.id)
    known, setting = mount.known, entry.setting
    whole, frames, version = entry.frames_after(known.version) if setting else (False, [], known.version)
    told = Sent(entry.id, version, known.set_up or setting is not None, mount.done, _state(entry))
    if told == known:
        return None
    header: dict[str, Any] = {
        "seq": mount.tell(told),
        "run": entry.id,
        "reset": whole,
        "done": mount.done,
        "state": told.state,
    }
    if setting is None:
        return message(header, [])
    if not known.set_up:
        header["setup"] = _setup(entry, setting)
    return message(header, [pack(f, sentences(setting.scene, f) if f.detail is not None else None) for f in frames])


def _state(entry: Entry) -> dict[str, Any]:
    """What the control bar shows."""
    run = entry.run
    ending = run.ending if run else None
    mine = session.visit()
    query = urlencode(encode(session.link()))
    marks = [{"step": edit.step, "label": _change(edit.patch)} for edit in run.edits] if run else []
    if ending is not None and ending.kind in ("diverged", "stopped early"):
        marks.append({"step": ending.step, "label": ending.message})
    return {
        "status": entry.status,
        "message": entry.failure or entry.note or (ending.message if ending else ""),
        "step": run.steps if run else 0,
        "epoch": run.epochs if run else 0,
        "last_step": run.last_step if run else 0,
        "steps_per_epoch": run.steps_per_epoch if run else 1,
        "speed": mine.speed,
        "speeds": [speed.label for speed in SPEEDS],
        "ask_ms": ASK_MS_WHEN_MANY if stage.pool().playing > MANY else ASK_MS,
        "ms_per_step": None if entry.seconds_per_step is None else round(entry.seconds_per_step * 1000, 2),
        "marks": marks,
        "link": f"?{query}" if query else "",
    }


def _change(patch: Any) -> str:
    return ", ".join(f"{path.removeprefix('training.')} → {value}" for path, value in patch)


def _setup(entry: Entry, setting: Setting) -> dict[str, Any]:
    """Everything about a run that stays the same: layout, colours, names, figures."""
    scene = setting.scene
    shades = scene.shades
    scores = bool(scene.classes)
    luts = {name: theme.packed(theme.shade_colours(shades, back, scores=scores)) for name, back in BACKGROUNDS.items()}
    maps = {name: theme.packed(theme.diverging_colours(back)) for name, back in BACKGROUNDS.items()}
    levels = shades.levels if shades.scale == "classes" else 0
    return {
        "layout": setting.layout.as_json(),
        "max_frames": entry.film.max_frames,
        "shades": {
            "scale": shades.scale,
            "low": shades.low,
            "high": shades.high,
            "classes": list(scene.classes),
            "levels": levels,
            "gives": scene.gives,
            "target": scene.target,
            "unit": scene.target_unit,
        },
        "lut": luts,
        "map_lut": maps,
        "plane": {"dimensions": scene.dimensions, "extent": list(scene.extent), "held": scene.held},
        "network": {
            "inputs": [
                {"name": name, "map": base64.b64encode(scene.input_maps[i].tobytes()).decode()}
                for i, name in enumerate(scene.inputs)
            ],
            "more_inputs": scene.more_inputs,
            "layers": [{"label": layer.label, "units": layer.units, "shown": layer.drawn} for layer in scene.layers],
        },
        "figures": [figure.as_json for figure in board(scene)],
        "controls": {"new_seed": True},
    }


BACKGROUNDS = {"light": theme.LIGHT, "dark": theme.DARK}
