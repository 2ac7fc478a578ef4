"""What the sections share: their protocol, the state as it is when a control is moved, and small controls."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

import streamlit as st
from pydantic import ValidationError

from engine.choice import Frozen
from engine.labs.attention.changes import changed, reshaped
from engine.labs.attention.state import AttentionLab
from engine.labs.lab import LABS
from ui import knobs, lab
from ui.plain import bare, escaped

LAB = LABS["attention"]
Values = dict[str, Any]


class Shown(Protocol):
    """One section: a module of this folder."""

    TITLE: str

    def controls(self, now: AttentionLab) -> Values:
        """What the section's widgets in the sidebar say, by the name of the setting."""

    def above(self, now: AttentionLab) -> Values:
        """The same for those that stand over its pictures."""

    def show(self, now: AttentionLab) -> None:
        """Draw it."""


def told(text: str) -> str:
    """A sentence with words of a person in it, for Markdown."""
    return escaped(bare(text, 900))


def here() -> AttentionLab:
    """The state as it is when a control is moved."""
    return lab.state(LAB, AttentionLab)


def refill(*names: str) -> None:
    """Let some controls follow the state again."""
    for name in names:
        knobs.forget(lab.path(LAB, name))


def move(change: Callable[[AttentionLab], AttentionLab], *names: str) -> None:
    """A callback: another state, which the controls with these names follow."""
    lab.put(LAB, change(here()), refill=False)
    refill(*names)


def tell(name: str, value: Any) -> None:
    """From a callback: the setting with a dotted path, at once, for controls that are drawn before the state is taken.

    A value that is refused is left to ``taken``, which tells why.
    """
    now = here()
    first, _, second = name.partition(".")
    given = {first: {**getattr(now, first).model_dump(), second: value} if second else value}
    with suppress(ValidationError):
        lab.put(LAB, changed(now, **reshaped(now, given)), refill=False)


def segments(name: str, value: str, offered: Mapping[str, str], label: str, *, is_bare: bool = False) -> str:
    """A row of choices, of which one is on; what is chosen is told to whatever stands in a piece of its own."""
    told = lambda key: tell(name, st.session_state[key])  # noqa: E731
    return lab.segments(LAB, name, value, offered, label, is_bare=is_bare, before=told)


def only(now: AttentionLab, *names: str) -> Values:
    """The widgets of some settings of the whole lab."""
    others = [name for name in AttentionLab.model_fields if name not in names]
    return knobs.fields(lab.FORM, AttentionLab, lab.path(LAB), now, skip=others)


def part(name: str, now: Frozen, *names: str) -> Values:
    """The widgets of some settings of one section's part of the state, beside its other values."""
    others = [each for each in type(now).model_fields if each not in names]
    return {**now.model_dump(), **knobs.fields(lab.FORM, type(now), lab.path(LAB, name), now, skip=others)}


def taken(now: AttentionLab, *said: Values) -> AttentionLab:
    """What the controls say as the new state; of one part of the state, several groups of controls may say some.

    Numbers set by hand stay where they still have a place.
    """
    values: Values = {}
    for group in said:
        for name, value in group.items():
            both = isinstance(value, dict) and isinstance(values.get(name), dict)
            values[name] = {**values[name], **value} if both else value
    try:
        values = reshaped(now, values)
    except ValidationError:
        return lab.take(LAB, now, values)  # tells what does not go together
    new = lab.take(LAB, now, values)
    if any(getattr(new, name) != getattr(now, name) for name in ("text", "d_model", "head", "heads", "seed", "edits")):
        refill("cells", "picked")
    return new
