"""The drawn network: which example it shows, and what it says in words."""

from functools import partial
from typing import Any

import streamlit as st

from charts.backpropagation.network import network_figure, network_height
from charts.backpropagation.places import in_focus, network_width
from engine.labs.backpropagation.drawing import drawing
from engine.labs.backpropagation.quantity import Quantity, Sheet
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import step_of
from ui import knobs, lab
from ui.figure import figure
from ui.labs.backpropagation.parts import LAB
from ui.labs.backpropagation.picking import clicked, field_of, picking


def example(now: BackpropagationLab) -> dict[str, Any]:
    """Which example of the batch is drawn; nothing to choose where there is one."""
    if now.batch == 1:
        return {}
    shown = min(now.example, now.batch)
    key = knobs.keep(knobs.key_of(lab.path(LAB, "example")), shown, range(1, now.batch + 1))
    options = range(1, now.batch + 1)
    return {"example": lab.FORM.widget(st.segmented_control, "Example on the drawing", options, key=key, required=True)}


def network(now: BackpropagationLab, told: Story, sheet: Sheet, quantity: Quantity) -> None:
    """The network at the step on screen, and the number that is picked on it."""
    drawn = drawing(now, told)
    left, right = st.columns([3, 1], gap="medium")
    with left:
        figure(
            network_figure(drawn),
            "backpropagation.network",
            _in_words(now, quantity),
            network_height(drawn),
            on_click=partial(clicked, drawn),
            focus=field_of(now),
            least_width=network_width(drawn),
            look_at=in_focus(drawn),
        )
        st.caption(_what_to_look_for(now, quantity))
    with right:
        picking(now, sheet, quantity)


def _in_words(now: BackpropagationLab, quantity: Quantity) -> str:
    """The drawing for those who do not see it."""
    sizes = "-".join(map(str, now.sizes))
    return f"A network {sizes} with its weights and values; step {step_of(now)}, {quantity.phase}, is marked"


def _what_to_look_for(now: BackpropagationLab, quantity: Quantity) -> str:
    """The caption of the drawing."""
    which = f" Example {min(now.example, now.batch)} of {now.batch} is drawn." if now.batch > 1 else ""
    back = (
        " Green under a circle: how the loss changes with it (dL/da, then dL/dz); on an edge dL/dw"
        f"{', at its own step' if now.bias_unit else ', over a circle dL/db, each at its own step'}."
        if quantity.phase in ("backward", "update")
        else ""
    )
    bias = "the unit marked 1 has the biases as its weights" if now.bias_unit else "b is a unit's bias"
    return (
        f"In a circle: z, then a, once known. On an edge: its weight; thicker is larger, "
        f"orange positive, blue negative; {bias}. Pink: this step.{back}{which}"
    )
