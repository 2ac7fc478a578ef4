"""What the sections share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from engine.choice import Frozen
from engine.labs.convolution.changes import reshaped
from engine.labs.convolution.state import ConvolutionLab
from engine.labs.lab import LABS
from ui import knobs, lab
from ui.plain import bare, escaped
from ui.visit import visit

LAB = LABS["convolution"]
Values = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """One question of the page."""

    label: str
    controls: Callable[[ConvolutionLab], Values]
    """Draws its controls in the sidebar; returns what they say, by the name of the setting."""
    show: Callable[[ConvolutionLab], None]


segments = partial(lab.segments, LAB)


def settings(current: Frozen, *path: str, skip: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> Values:
    """A control for each plain setting of a part of the state, all or ``only`` some; all its values after them."""
    model = type(current)
    left_out = [name for name in model.model_fields if name in skip or (only and name not in only)]
    return {**current.model_dump(), **knobs.fields(lab.FORM, model, lab.path(LAB, *path), current, skip=left_out)}


def seed(now: ConvolutionLab) -> Values:
    """The seed alone, for sections that have no picture to choose."""
    others = [name for name in ConvolutionLab.model_fields if name != "seed"]
    return knobs.fields(lab.FORM, ConvolutionLab, lab.path(LAB), now, skip=others)


def here() -> ConvolutionLab:
    """The state as it is when a control is moved."""
    found = visit().labs[LAB.id].state
    if not isinstance(found, ConvolutionLab):
        raise TypeError("another lab's state")
    return found


def put(part: str, **values: object) -> None:
    """From a callback: other values of some settings of a part."""
    now = here()
    inner = getattr(now, part).model_copy(update=values)
    lab.put(LAB, now.model_copy(update={part: inner}), refill=False)


def refusal(error: Exception) -> None:
    """Why something can't be shown, in words that may hold a visitor's own."""
    st.warning(escaped(bare(str(error), 400)), icon=":material/rule:")


def taken(now: ConvolutionLab, values: Values) -> ConvolutionLab:
    """What the controls say as the new state; weights set by hand stay where they still have a place."""
    try:
        values = reshaped(now, values)
    except ValidationError:
        return lab.take(LAB, now, values)  # tells what does not go together
    return lab.take(LAB, now, values)
