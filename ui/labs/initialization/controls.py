"""The controls of the page of initialization, section by section."""

from typing import Any, get_args

import streamlit as st

from engine.activations import Activation
from engine.choice import catalog
from engine.choice import knobs as knobs_of
from engine.initializers import Initializer
from engine.labs.initialization.inputs import Source
from engine.labs.initialization.state import (
    Compared,
    Gain,
    InitializationLab,
    Measuring,
    Network,
    Section,
    Symmetry,
    Widths,
)
from engine.labs.lab import Lab
from ui import knobs, lab

TITLES: dict[str, str] = {
    "layers": "Layer by layer",
    "gain": "Find the gain",
    "widths": "Widths that differ",
    "symmetry": "Symmetry",
}
ALIKE = ("zeros", "constant")


def section(of: Lab, now: InitializationLab) -> Section:
    """Which part of the page is shown."""
    key = knobs.keep(knobs.key_of(lab.path(of, "section")), now.section)
    chosen: Section = lab.FORM.widget(
        st.segmented_control,
        "Section",
        list(get_args(Section)),
        key=key,
        format_func=lambda name: TITLES[name],
        required=True,
        label_visibility="collapsed",
    )
    return chosen


def controls(of: Lab, now: InitializationLab, shown: Section) -> dict[str, Any]:
    """The controls of the section that is shown."""
    if shown == "symmetry":
        return {"symmetry": _symmetry(of, now.symmetry)}
    if shown == "widths":
        rest: dict[str, Any] = {"widths": _widths(of, now.widths)}
    elif shown == "gain":
        rest = {"gain": _gain(of, now.gain), "network": _network(of, now.network)}
    else:
        rest = {"compared": _compared(of, now.compared), "network": _network(of, now.network)}
    if shown != "gain":
        rest["quantity"] = _one(of, InitializationLab, "", "quantity", now)
    return {**rest, "measuring": _measuring(of, now.measuring)}


def _one(of: Lab, model: Any, place: str, name: str, current: Any) -> Any:
    """The control of one field."""
    knob = next(knob for knob in knobs_of(model) if knob.name == name)
    below = [part for part in (place, name) if part]
    return knobs.widget(lab.FORM, knob, lab.path(of, *below), getattr(current, name))


def _row(of: Lab, union: Any, place: str, current: Any, title: str, offered: Any = None) -> dict[str, Any]:
    return knobs.choose(lab.FORM, union, lab.path(of, *place.split("/")), current, title, offered)


def _network(of: Lab, now: Network) -> dict[str, Any]:
    rest = {"activation": _row(of, Activation, "network/activation", now.activation, "Activation")}
    return {**rest, **knobs.fields(lab.FORM, Network, lab.path(of, "network"), now)}


def _compared(of: Lab, now: Compared) -> dict[str, Any]:
    count = _one(of, Compared, "compared", "count", now)
    found: dict[str, Any] = {"count": count}
    for name in ("first", "second", "third"):
        current = getattr(now, name)
        place = f"compared/{name}"
        is_shown = len(found) <= count
        found[name] = _row(of, Initializer, place, current, f"{name.title()} initializer") if is_shown else current
    return found


def _gain(of: Lab, now: Gain) -> dict[str, Any]:
    row = _row(of, Initializer, "gain/initializer", now.initializer, "Initializer")
    return {"gain": _one(of, Gain, "gain", "gain", now), "initializer": row}


def _widths(of: Lab, now: Widths) -> dict[str, Any]:
    row = _row(of, Activation, "widths/activation", now.activation, "Activation")
    return {"activation": row, **knobs.fields(lab.FORM, Widths, lab.path(of, "widths"), now)}


def _measuring(of: Lab, now: Measuring) -> dict[str, Any]:
    row = _row(of, Source, "measuring/source", now.source, "Inputs")
    return {"source": row, **knobs.fields(lab.FORM, Measuring, lab.path(of, "measuring"), now)}


def _symmetry(of: Lab, now: Symmetry) -> dict[str, Any]:
    drawn = [kind for kind in catalog(Initializer) if kind not in ALIKE]
    return {
        "equal": _row(of, Initializer, "symmetry/equal", now.equal, "Equal first weights", ALIKE),
        "drawn": _row(of, Initializer, "symmetry/drawn", now.drawn, "Drawn first weights", drawn),
        "activation": _row(of, Activation, "symmetry/activation", now.activation, "Activation"),
        **knobs.fields(lab.FORM, Symmetry, lab.path(of, "symmetry"), now),
    }
