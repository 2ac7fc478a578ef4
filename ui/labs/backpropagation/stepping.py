"""The buttons that go through a pass and from one to the next, and how the same numbers are written."""

import math
from typing import Any

import streamlit as st

from engine.choice import knobs as knobs_of
from engine.labs.backpropagation.changes import after_update, taken_back
from engine.labs.backpropagation.quantity import Quantity
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import MAX_UPDATES, BackpropagationLab
from engine.labs.backpropagation.steps import next_phase, step_of, steps
from ui import knobs, lab
from ui.labs.backpropagation.parts import LAB, PHASES, go, move

LAYOUTS = {"rows": "Rows: PyTorch", "columns": "Columns: Wᵀx"}


def stepper(now: BackpropagationLab) -> dict[str, Any]:
    """The buttons that go through the pass, and a slider for the step."""
    step, last = step_of(now), len(steps(now))
    places = (
        ("First", ":material/first_page:", 1, step == 1, None),
        ("Back", ":material/chevron_left:", step - 1, step == 1, "B"),
        ("Next", ":material/chevron_right:", step + 1, step == last, "N"),
        ("Next phase", ":material/keyboard_double_arrow_right:", next_phase(now), step == last, None),
        ("Last", ":material/last_page:", last, step == last, None),
    )
    with st.container(horizontal=True):
        for label, icon, place, disabled, shortcut in places:
            st.button(
                label,
                key=f"backpropagation.{label}",
                icon=icon,
                on_click=go,
                args=(place,),
                disabled=disabled,
                shortcut=shortcut,
                type="primary" if label == "Next" else "secondary",
            )
        _update_buttons(now)
    key = knobs.keep(knobs.key_of(lab.path(LAB, "step")), step)
    return {"step": lab.FORM.widget(st.slider, f"Step, of {last}", 1, last, key=key)}


def _update_buttons(now: BackpropagationLab) -> None:
    full = len(now.updates) >= MAX_UPDATES
    st.button(
        "Update and go on",
        key="backpropagation.update",
        icon=":material/south_east:",
        on_click=move,
        args=(after_update,),
        disabled=full,
        help=f"Makes the update and begins the next pass with the new weights; at most {MAX_UPDATES} times.",
    )
    st.button(
        "Take back",
        key="backpropagation.undo",
        icon=":material/undo:",
        on_click=move,
        args=(taken_back,),
        disabled=not (now.updates or now.edits),
        help="The newest number set by hand, or else the newest update.",
    )


def notation(now: BackpropagationLab) -> dict[str, Any]:
    """The switches of how the same numbers are written."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = knobs.keep(knobs.key_of(lab.path(LAB, "layout")), now.layout)
        chosen = lab.FORM.widget(
            st.segmented_control,
            "Notation: examples in",
            list(LAYOUTS),
            format_func=LAYOUTS.__getitem__,
            key=key,
            required=True,
        )
        field = next(knob for knob in knobs_of(BackpropagationLab) if knob.name == "bias_unit")
        bias = knobs.widget(lab.FORM, field, lab.path(LAB, "bias_unit"), now.bias_unit)
    return {"layout": chosen, "bias_unit": bias}


def where(now: BackpropagationLab, told: Story, quantity: Quantity) -> None:
    """Which pass, phase and quantity; the losses so far; what to do where the numbers have left what a float holds."""
    passes = [f"{loss:.4g}" for loss in told.losses]
    so_far = " → ".join(passes if len(passes) < 7 else [passes[0], "…", *passes[-4:]])
    before = f" · loss of each pass so far: {so_far}" if len(passes) > 1 else ""
    st.caption(f"Pass {len(passes)} · {PHASES[quantity.phase]}{before}")
    if not math.isfinite(told.hand.loss):
        st.warning(
            "The loss is no longer a finite number: the weights have grown until a sum overflowed. This is divergence, and "
            "autograd has it too. Take an update back, or set a smaller learning rate or smaller numbers.",
            icon=":material/trending_up:",
        )
