"""What the files of the backpropagation page share: its state, and how it is moved."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from pydantic import ValidationError

from engine.labs.backpropagation.changes import changed, reshaped
from engine.labs.backpropagation.picking import at_step, followed
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import same_step, steps
from engine.labs.lab import LABS
from ui import knobs, lab

LAB = LABS["backpropagation"]
PHASES = {"forward": "Forward", "loss": "Loss", "backward": "Backward", "update": "Update"}


def here() -> BackpropagationLab:
    """The state as it is when a control is moved."""
    return lab.state(LAB, BackpropagationLab)


def refill(*names: str) -> None:
    """Let some controls follow the state again."""
    for name in names:
        knobs.forget(lab.path(LAB, name))


def move(change: Callable[[BackpropagationLab], BackpropagationLab]) -> None:
    """A button's callback: another state, which the steps and the numbers to edit follow."""
    lab.put(LAB, change(here()), refill=False)
    refill("step", "entry", "cells", "picked")


def go(step: int) -> None:
    """Another step of the same pass."""
    move(lambda state: at_step(state, step))


def taken(now: BackpropagationLab, values: dict[str, Any]) -> BackpropagationLab:
    """What the controls say as the new state; another network begins anew, another notation keeps the quantity."""
    try:
        values = reshaped(now, values)
        if values["step"] != now.step:
            values = {**values, "entry": at_step(changed(now, **values), values["step"]).entry}
            refill("entry")
    except ValidationError:
        return lab.take(LAB, now, values)  # tells what does not go together
    new = lab.take(LAB, now, values)
    if steps(new) != steps(now):
        lab.put(LAB, followed(changed(new, step=same_step(now, new), entry=1)), refill=False)
        refill("step", "entry", "cells", "picked", "selected", "example")
        st.rerun()
    if (new.updates, new.edits) != (now.updates, now.edits) or any(
        getattr(new, name) != getattr(now, name) for name in BackpropagationLab.SHAPE
    ):
        refill("cells", "picked", "selected")
    return new
