"""What a visitor's hand does to the run on screen: type a weight, switch a part off, place and move points."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from engine import stage
from engine.choice import problems
from engine.data.canvas import Canvas
from engine.data.hand import placing
from engine.data.source import Handmade
from engine.entry import Entry
from engine.experiment import HAND, Experiment
from engine.touch import read
from ui import knobs, session

MOST_EDITS = 300
"""A link holds no more changes in mid-run."""
MOST_COLUMNS = 8
LONGEST_NOTE = 400


def touch(path: str, value: Any) -> None:
    """Set a weight or bias, or switch a unit or an edge, of the run on screen; a shared one is copied first."""
    try:
        given = read(path, value).given
    except ValueError as error:
        refuse(str(error))
        return
    entry = own()
    if is_full(entry):
        return
    stage.pool().patch(entry, {path: given})
    session.visit().bell.ring()


def place(said: Mapping[str, Any]) -> None:
    """Place a point, give one another class, remove one, or clear the plane, as the browser asks.

    ``{"add": [x, y], "target": 1}``, ``{"row": 17, "target": 0}``, ``{"row": -1}`` (-1 - n is placed point n),
    ``{"clear": true}``. What makes no sense is told by the player, and nothing changes.
    """
    mine = session.visit()
    data = mine.now.data
    if not isinstance(data, Handmade):
        return
    if said.get("clear"):
        classes = max(2, min(5, data.class_count))
        knobs.forget("data")
        session.change(mine.now.patched({"data": Canvas(classes=classes).model_dump()}))
        return
    try:
        text = _text(said)
        new = mine.now.patched({HAND: text})
    except ValidationError as error:
        refuse("; ".join(map(str, problems(error, Experiment))))
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        refuse(f"This point could not be placed: {error}")
    else:
        _take(new, text)


def _text(said: Mapping[str, Any]) -> str:
    """The change as ``engine.data.hand`` writes it. Raises ValueError, TypeError or KeyError for what is none."""
    if "add" in said:
        columns = said["add"]
        if not isinstance(columns, list) or len(columns) > MOST_COLUMNS:
            raise ValueError("write its coordinates as a short list")
        return placing(tuple(float(value) for value in columns), float(said["target"]))
    row, target = int(said["row"]), said.get("target")
    name = f"{row}~" if row >= 0 else f"p{-1 - row}~"
    return name if target is None else f"{name}{float(target):.4g}"


def _take(new: Experiment, text: str) -> None:
    """Go on with the changed data and the same weights; a run that has not begun to learn begins with it."""
    mine, entry = session.visit(), session.entry()
    if not entry.pinned and session.is_untouched(entry):
        session.change(new)
        return
    entry = own()
    if is_full(entry):
        return
    mine.past = [*mine.past[1 - session.UNDO_DEPTH :], mine.now]
    stage.pool().patch(entry, {HAND: text})
    mine.now = new
    mine.bell.ring()


def own() -> Entry:
    """The run on screen, where it is this visitor's own; else a copy of it as it stands."""
    entry = session.entry()
    if not entry.pinned:
        return entry
    mine = session.visit()
    step = entry.film.last.step if len(entry.film) else 0
    return session.begin(mine.begun, goal=step, past=entry.past(step))


def refuse(text: str) -> None:
    """Let the player say why something was not done, in a few lines: a refusal may quote whatever a browser has sent.

    Never on the shared run, where every visitor would read it.
    """
    own().note = text if len(text) <= LONGEST_NOTE else f"{text[: LONGEST_NOTE - 1]}…"
    session.visit().bell.ring()


def is_full(entry: Entry) -> bool:
    """Whether the run has had all the changes that a link can hold; the player then says so."""
    full = entry.run is not None and len(entry.run.edits) >= MOST_EDITS
    if full:
        entry.note = f"A run takes at most {MOST_EDITS} changes, so that its link can hold them: begin anew."
    return full
