"""What the sections share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from engine.choice import Frozen
from engine.labs.lab import LABS
from engine.labs.recurrent.state import RecurrentLab
from engine.refusal import Refusal
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.tasks.catalog import built
from ui import knobs, lab
from ui.plain import escaped
from ui.sequence_form import experiment
from ui.visit import visit

LAB = LABS["recurrent"]
Values = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """One question of the page."""

    label: str
    controls: Callable[[RecurrentLab], Values]
    """Draws its controls in the sidebar; returns what they say, by the name of the setting."""
    show: Callable[[RecurrentLab], None]


def network(now: RecurrentLab) -> Values:
    """Task, network and training."""
    return {"experiment": experiment(LAB, now.experiment, ("recurrent",))}


def seed(now: RecurrentLab) -> Values:
    """The seed alone, for sections whose networks are their own."""
    path = lab.path(LAB, "experiment")
    others = [name for name in SequenceExperiment.model_fields if name != "seed"]
    said = knobs.fields(lab.FORM, SequenceExperiment, path, now.experiment, skip=others)
    return {"experiment": {**now.experiment.model_dump(), **said}}


def settings(current: Frozen, *path: str, skip: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> Values:
    """A control for each plain setting of a part of the state, all or ``only`` some; all its values after them."""
    model = type(current)
    left_out = [name for name in model.model_fields if name in skip or (only and name not in only)]
    return {**current.model_dump(), **knobs.fields(lab.FORM, model, lab.path(LAB, *path), current, skip=left_out)}


segments = partial(lab.segments, LAB)


def typed(label: str, value: str, most: int, *path: str) -> str:
    """A line to type."""
    key = knobs.keep(knobs.key_of(lab.path(LAB, *path)), value)
    return str(lab.FORM.widget(st.text_input, label, key=key, max_chars=most))


def ready(experiment: SequenceExperiment) -> bool:
    """Whether the examples of a task can be had: else the page says why not."""
    try:
        built(experiment.task, experiment.seed)
    except Refusal as refused:
        st.error(escaped(str(refused)), icon=":material/rule:")
        return False
    return True


def within(label: str, low: int, high: int, part: str, name: str) -> int:
    """A whole number of a part of the state, between bounds that only what is shown knows.

    It may stand in a piece of the page that is drawn by itself: what it says is put into the state at once. A piece that is
    drawn twice in a row may take from the browser what the server said of the control the first time; so with other bounds,
    or moved by the server, it is another control, which begins with its value.
    """
    place = lab.path(LAB, part, name)
    held = min(max(getattr(getattr(here(), part), name), low), high)
    if low == high:
        st.caption(f"{label}: {low}")
        return low
    turn = int(st.session_state.get(f"{place}/turn", 0))
    key = f"{knobs.key_of(place)}/{low}..{high}/{turn}"
    if st.session_state.get(key, held) != held or st.session_state.get(knobs.TOLD):
        st.session_state[f"{place}/turn"] = turn + 1
        key = f"{knobs.key_of(place)}/{low}..{high}/{turn + 1}"

    def moved() -> None:
        put(part, name, st.session_state[key])

    return int(lab.FORM.widget(st.slider, label, low, high, held, key=key, before=moved))


def put(part: str, name: str, value: object) -> None:
    """From a callback: another value of one setting."""
    now = here()
    inner = getattr(now, part).model_copy(update={name: value})
    lab.put(LAB, now.model_copy(update={part: inner}), refill=False)


def here() -> RecurrentLab:
    """The state as it is when a control is moved."""
    found = visit().labs[LAB.id].state
    if not isinstance(found, RecurrentLab):
        raise TypeError("another lab's state")
    return found


def told() -> RecurrentLab:
    """The same, written into the address: for what is drawn by itself after such a control."""
    return lab.take(LAB, here(), {})


def asked(now: RecurrentLab, values: Values) -> SequenceExperiment:
    """The experiment that controls just said, so that others can follow it; the one before where it is none."""
    try:
        return SequenceExperiment.model_validate(values.get("experiment", now.experiment.model_dump()))
    except ValidationError:
        return now.experiment
