"""What the player is sent, over HTTP: a page keeps one request open, and it is answered when there is news of its run.

The browser says what it has; the answer is the rest, so that nothing is lost with a lost answer. While a run plays an
answer carries some frames every 200 ms; a new run, a finished command or another status is told at once.
"""

import asyncio
import base64
import gzip
import json
import time
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from charts import theme
from charts.board import board
from charts.sentences import sentences
from engine import stage
from engine.entry import SPEEDS, Entry, Setting
from engine.packing import message, pack
from engine.run import Ending
from engine.scene import Scene
from ui.turnstile import Ticket
from ui.visitors import is_connected, visit_of
from ui.watched import Watched

FIRST_FRAME_SECONDS = 0.15
"""How long an answer waits for the first frame of a new network."""
PACE_SECONDS, PACE_WHEN_MANY = 0.2, 0.4
"""Between two answers while a run plays; longer where ``MANY`` runs do: answering takes time from them."""
MANY = 12
MAKING_SECONDS = 0.005
"""How often it is asked whether a new run has its first frame."""
HOLD_SECONDS = 3.0
"""How long a request is kept while nothing happens; a server that is stopped waits for it."""
LOOK_SECONDS = 0.5
"""How often a kept request looks for what no bell rings for."""
COMPRESSION = 2
"""Of zlib's 1 to 9: half of the bytes for half a millisecond; higher levels win 5 % for double the time."""
LIVE = ("playing", "waiting")
_MAKERS = ThreadPoolExecutor(4, "feed")
"""Make the answers: threads of their own, so that they keep nobody else waiting."""
BACKGROUNDS = {"light": theme.LIGHT, "dark": theme.DARK}


@dataclass(frozen=True)
class Known:
    """What a browser has."""

    run: str = ""
    set_up: int = 0
    """Which edition of the run's charts it has; 0 for none."""
    version: int = 0
    """Of the newest frame."""
    done: int = 0
    status: str = ""
    tag: str = ""
    """Of the newest state."""
    side: str = ""
    """Which run is asked for: the one on screen, or the one kept beside it."""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Known":
        """From a request; what can not be read counts as not known."""
        texts = {name: query.get(name, "") for name in ("run", "status", "tag", "side")}
        numbers = {name: _whole(query, name) for name in ("set_up", "version", "done")}
        return cls(**texts, **numbers)  # type: ignore[arg-type]


def _whole(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


async def feed(request: Request) -> Response:
    """News of a visit's run: 200 with a message, 204 for none, 410 where the run was forgotten.

    404 where the visit is not known, 409 where its session has gone, 429 where the page asks too often at once.
    """
    visit = visit_of(request.path_params["token"])
    if visit is None:
        return Response(status_code=404)
    with visit.turnstile.pass_through(visit.bell.ring) as ticket:
        answered = await _answered(request, visit, ticket) if ticket is not None else None
    return answered or Response(status_code=429, headers={"Retry-After": "1"})


async def _answered(request: Request, visit: Watched, ticket: Ticket) -> Response | None:
    """The answer to one request; None where newer ones took its place."""
    known = Known.read(request.query_params)
    if known.version and not known.side and known.run == visit.entry_id:
        visit.heard.set()
    entry = await _news(visit, known, ticket)
    if entry is None and known.side and not visit.has_beside:
        await visit.bell.wait(visit.bell.rung, LOOK_SECONDS)  # the other request says that A was let go of
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    if entry is None:
        return Response(status_code=410)
    if not is_connected(visit):
        return Response(status_code=409)
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": "no-store"} | ({"Content-Encoding": "gzip"} if zipped else {})
    visit.told[known.side] = time.monotonic()
    async with visit.turnstile.turn(ticket) as has_come:
        if not has_come:
            return None
        make = partial(answer, visit, entry, known, zipped=zipped)
        body = await asyncio.get_running_loop().run_in_executor(_MAKERS, make)
    if body is None:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return Response(body, media_type="application/octet-stream", headers=headers)


async def _news(visit: Watched, known: Known, ticket: Ticket) -> Entry | None:
    """The run on screen, as soon as there is something to say of it; None where the pool has forgotten it."""
    began, run = time.monotonic(), known.run
    while True:
        rung = visit.bell.rung
        entry = stage.pool().get(visit.shown(known.side))
        if entry is None:
            return None
        if entry.id != run:
            began, run = time.monotonic(), entry.id
        stage.pool().touch(entry)
        rest = _rest(visit, entry, known, time.monotonic() - began)
        if not rest or ticket.sent_away:
            return entry
        await visit.bell.wait(rung, rest)


def _rest(visit: Watched, entry: Entry, known: Known, passed: float) -> float:
    """Seconds until it is worth looking again; 0 when there is an answer.

    ``passed`` are the seconds since the request, or since the run came up.
    """
    is_new = entry.id != known.run
    if passed >= HOLD_SECONDS:
        return 0.0
    if entry.setting is None and not entry.failure:
        soon = passed < FIRST_FRAME_SECONDS
        return 0.0 if is_new and not soon else MAKING_SECONDS if soon else PACE_SECONDS
    has_charts = known.set_up == entry.edition
    if is_new or not has_charts or visit.done != known.done or entry.status != known.status:
        return 0.0
    live = entry.status in LIVE
    pace = PACE_WHEN_MANY if stage.pool().playing > MANY else PACE_SECONDS
    early = visit.told.get(known.side, 0.0) + pace - time.monotonic()
    if live and early > 0:
        return early
    if entry.version != known.version or _tag(_state(visit, entry, known.side)) != known.tag:
        return 0.0
    return pace if live else LOOK_SECONDS


# --- messages -------------------------------------------------------------------------------------------------------


def answer(visit: Watched, entry: Entry, known: Known, *, zipped: bool = False) -> bytes | None:
    """Everything of ``entry`` that is not ``known``, packed; None when there is nothing to say."""
    visit.note(entry)
    setting, edition, state = entry.setting, entry.edition, _state(visit, entry, known.side)
    mine = known if known.run == entry.id else Known()
    whole, frames, version = entry.frames_after(mine.version) if setting else (False, [], 0)
    tag = _tag(state)
    if mine.run and not frames and mine.set_up == edition and (visit.done, tag) == (mine.done, mine.tag):
        return None
    header: dict[str, Any] = {
        "run": entry.id,
        "version": version,
        "reset": whole,
        "done": visit.done,
        "state": state,
        "tag": tag,
    }
    if setting is None:
        return _zipped(message(header, []), zipped)
    if mine.set_up != edition:
        header["setup"] = _setup(entry, setting) | {"edition": edition}
    records = [pack(frame, sentences(setting.scene, frame)) for frame in frames]
    return _zipped(message(header, records), zipped)


def _zipped(body: bytes, zipped: bool) -> bytes:
    return gzip.compress(body, COMPRESSION, mtime=0) if zipped else body


def _tag(state: Mapping[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(state).encode()):x}"


def _state(visit: Watched, entry: Entry, side: str = "") -> dict[str, Any]:
    """What the control bar shows."""
    run = entry.run
    ending = run.ending if run else None
    marks = [{"step": edit.step, "label": visit.said_of(edit, side)} for edit in run.edits] if run else []
    if ending is not None and ending.kind in ("diverged", "stopped early"):
        marks.append({"step": ending.step, "label": ending.message})
    if ending is not None and ending.best_step is not None:
        marks.append({"step": ending.best_step, "label": "The lowest validation loss: these weights are back."})
    query = "" if side else urlencode(visit.query)
    return {
        "status": entry.status,
        "message": entry.failure or entry.note or _said_of(ending),
        "refused": visit.refused,
        "step": run.steps if run else 0,
        "epoch": run.epochs if run else 0,
        "last_step": run.last_step if run else 0,
        "steps_per_epoch": run.steps_per_epoch if run else 1,
        "speed": visit.speed,
        "speeds": [speed.label for speed in SPEEDS],
        "ms_per_step": None if entry.seconds_per_step is None else round(entry.seconds_per_step * 1000, 2),
        "marks": marks,
        "link": f"?{query}" if query else "",
        **visit.particulars(entry, side),
    }


def _said_of(ending: Ending | None) -> str:
    """What the control bar does not say by itself: that all epochs are done needs no banner."""
    return "" if ending is None or ending.kind == "finished" else ending.message


def _setup(entry: Entry, setting: Setting) -> dict[str, Any]:
    """Everything about a run that stays the same: layout, colours, names, figures."""
    scene = setting.scene
    shared = {
        "layout": setting.layout.as_json(),
        "max_frames": entry.film.max_frames,
        "figures": [figure.as_json for figure in board(scene)],
    }
    return shared | (_plane(scene) if isinstance(scene, Scene) else {})


def _plane(scene: Scene) -> dict[str, Any]:
    """What the boundary and the diagram of a network on a plane need."""
    shades = scene.shades
    scores = bool(scene.classes)
    luts = {name: theme.packed(theme.shade_colours(shades, back, scores=scores)) for name, back in BACKGROUNDS.items()}
    maps = {name: theme.packed(theme.diverging_colours(back)) for name, back in BACKGROUNDS.items()}
    levels = shades.levels if shades.scale == "classes" else 0
    return {
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
                {
                    "name": name,
                    "map": base64.b64encode(scene.input_maps[i].tobytes()).decode(),
                    "range": scene.input_range[i].tolist(),
                }
                for i, name in enumerate(scene.inputs)
            ],
            "more_inputs": scene.more_inputs,
            "biases": scene.has_biases,
            "layers": [{"label": layer.label, "units": layer.units, "shown": layer.drawn} for layer in scene.layers],
        },
    }
