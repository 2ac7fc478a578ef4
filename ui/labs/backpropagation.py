"""The controls of the backpropagation page, its steps and its formulas."""

import math
from collections.abc import Callable
from typing import Any

import streamlit as st
from pydantic import ValidationError

from engine.choice import knobs as knobs_of
from engine.initializers import Initializer
from engine.labs.backpropagation.changes import after_update, changed, reshaped, taken_back
from engine.labs.backpropagation.heads import Head
from engine.labs.backpropagation.notation import plain_text
from engine.labs.backpropagation.quantity import Quantity, Sheet, difference
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import (
    CHAIN,
    MAX_DEPTH,
    MAX_UPDATES,
    BackpropagationLab,
    Elementwise,
    HiddenLayer,
)
from engine.labs.backpropagation.steps import next_phase, same_step, step_of, steps
from engine.labs.lab import LABS
from ui import knobs, lab

LAB = LABS["backpropagation"]
LAYOUTS = {"rows": "Rows: PyTorch", "columns": "Columns: Wᵀx"}
SECTIONS = {
    "numbers": "Edit the numbers",
    "quantities": "Every quantity",
    "shapes": "Shapes",
    "losses": "Losses",
}
WIDE = 12
"""A quantity of more numbers has the page's whole width."""
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
    refill("step", "entry", "cells")


# --- controls -------------------------------------------------------------------------------------------------------


def controls(now: BackpropagationLab) -> dict[str, Any]:
    """The network, what it begins with, and the learning rate; in the sidebar."""
    _networks()
    plain = {knob.name: knob for knob in knobs_of(BackpropagationLab)}

    def number(name: str) -> Any:
        return knobs.widget(lab.FORM, plain[name], lab.path(LAB, name), getattr(now, name))

    st.subheader("Network", anchor=False)
    found = {"inputs": number("inputs"), "hidden": _hidden(now)}
    found["head"] = knobs.choose(lab.FORM, Head, lab.path(LAB, "head"), now.head, "Output and loss")
    st.subheader("Update", anchor=False)
    found["rate"] = number("rate")
    st.subheader("First numbers", anchor=False)
    found["batch"] = number("batch")
    start = lab.path(LAB, "initializer")
    found["initializer"] = knobs.choose(lab.FORM, Initializer, start, now.initializer, "First weights")
    return {**found, "biases": number("biases"), "seed": _seed(now)}


def _networks() -> None:
    with st.container(horizontal=True):
        st.button("Chain 1-1-1-1", key="backpropagation.chain", on_click=_begin, args=(CHAIN,), help="Six parameters.")
        st.button("Network 2-3-2-1", key="backpropagation.default", on_click=_begin, args=({},))


def _begin(values: dict[str, Any]) -> None:
    """Another network from the first step, in the same notation."""
    kept = {name: getattr(here(), name) for name in ("layout", "bias_unit", "section", "rate")}
    lab.put(LAB, BackpropagationLab(**{**kept, **values}))


def _hidden(now: BackpropagationLab) -> tuple[dict[str, Any], ...]:
    key = knobs.keep(knobs.key_of(lab.path(LAB, "depth")), len(now.hidden))
    depth = lab.FORM.widget(st.segmented_control, "Hidden layers", range(MAX_DEPTH + 1), key=key, required=True)
    found = []
    for place in range(depth):
        layer = now.hidden[place] if place < len(now.hidden) else HiddenLayer(units=2)
        below = lab.path(LAB, f"hidden.{place}")
        units = knobs.keep(knobs.key_of(f"{below}.units"), layer.units)
        name = f"Units of hidden layer {place + 1}"
        count = lab.FORM.widget(st.segmented_control, name, range(1, 5), key=units, required=True)
        title = f"Activation of hidden layer {place + 1}"
        chosen = knobs.choose(lab.FORM, Elementwise, f"{below}.activation", layer.activation, title)
        found.append({"units": count, "activation": chosen})
    return tuple(found)


def _seed(now: BackpropagationLab) -> int:
    field = next(knob for knob in knobs_of(BackpropagationLab) if knob.name == "seed")
    key = knobs.keep(knobs.key_of(lab.path(LAB, "seed")), now.seed)
    seed = knobs.typed(lab.FORM, field.title, 0, int(field.high or 0), key, now.seed, step=1, help=field.help)
    knobs.refusal(lab.FORM, key)
    return int(seed)


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
                on_click=_go,
                args=(place,),
                disabled=disabled,
                shortcut=shortcut,
                type="primary" if label == "Next" else "secondary",
            )
        _update_buttons(now)
    key = knobs.keep(knobs.key_of(lab.path(LAB, "step")), step)
    return {"step": lab.FORM.widget(st.slider, f"Step, of {last}", 1, last, key=key)}


def _go(place: int) -> None:
    move(lambda state: changed(state, step=min(max(place, 1), len(steps(state))), entry=1))


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


def example(now: BackpropagationLab) -> dict[str, Any]:
    """Which example of the batch is drawn; nothing to choose where there is one."""
    if now.batch == 1:
        return {}
    shown = min(now.example, now.batch)
    key = knobs.keep(knobs.key_of(lab.path(LAB, "example")), shown, range(1, now.batch + 1))
    options = range(1, now.batch + 1)
    return {"example": lab.FORM.widget(st.segmented_control, "Example on the drawing", options, key=key, required=True)}


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


def section(now: BackpropagationLab) -> dict[str, Any]:
    """Which further part of the page is shown."""
    key = knobs.keep(knobs.key_of(lab.path(LAB, "section")), now.section)
    options = list(SECTIONS)
    chosen = lab.FORM.widget(
        st.segmented_control, "More of this pass", options, format_func=SECTIONS.__getitem__, key=key, required=True
    )
    return {"section": chosen}


def taken(now: BackpropagationLab, values: dict[str, Any]) -> BackpropagationLab:
    """What the controls say as the new state; another network begins anew, another notation keeps the quantity."""
    try:
        values = reshaped(now, values)
    except ValidationError:
        return lab.take(LAB, now, values)  # tells what does not go together
    new = lab.take(LAB, now, values)
    if steps(new) != steps(now):
        lab.put(LAB, changed(new, step=same_step(now, new), entry=1), refill=False)
        refill("step", "entry", "cells", "example")
        st.rerun()
    if (new.updates, new.edits) != (now.updates, now.edits) or any(
        getattr(new, name) != getattr(now, name) for name in BackpropagationLab.SHAPE
    ):
        refill("cells")
    return new


# --- the step on screen ---------------------------------------------------------------------------------------------


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


def in_words(now: BackpropagationLab, quantity: Quantity) -> str:
    """The drawing for those who do not see it."""
    sizes = "-".join(map(str, now.sizes))
    return f"A network {sizes} with its weights and values; step {step_of(now)}, {quantity.phase}, is marked"


def what_to_look_for(now: BackpropagationLab, quantity: Quantity) -> str:
    """The caption of the drawing."""
    which = f" Example {min(now.example, now.batch)} of {now.batch} is drawn." if now.batch > 1 else ""
    back = (
        " Green under a circle: how the loss changes with it (dL/da, then dL/dz); on an edge dL/dw, over a circle dL/db."
        if quantity.phase in ("backward", "update")
        else ""
    )
    bias = "the unit marked 1 has the biases as its weights" if now.bias_unit else "b is a unit's bias"
    return (
        f"In a circle: z, then a, once known. On an edge: its weight; thicker is larger, "
        f"orange positive, blue negative; {bias}. Pink: this step.{back}{which}"
    )


def formula(now: BackpropagationLab, sheet: Sheet, quantity: Quantity, told: Story) -> None:
    """The quantity on screen: its formula, its numbers, its shape; and autograd's value beside each."""
    st.markdown(f"#### Step {step_of(now)}: ${quantity.symbol(sheet)}$ \n{quantity.words}")
    wide = now.batch > 1 or quantity.value(sheet.done, sheet.notation).size > WIDE
    left, right = (st.container(), st.container()) if wide else st.columns([3, 2], gap="medium")
    with left:
        st.latex(rf"{quantity.symbol(sheet)} = {quantity.formula(sheet)}")
        st.latex(rf"= {quantity.substituted(sheet)}")
        st.latex(rf"= {quantity.result(sheet)}")
        st.caption(f"Shape {quantity.shape(sheet)}. m = {now.batch} in the batch, K = {now.head.outputs} outputs.")
        _one_number(now, sheet, quantity)
    with right:
        _beside_autograd(sheet, quantity, told)


def _one_number(now: BackpropagationLab, sheet: Sheet, quantity: Quantity) -> None:
    entries = quantity.entries(sheet)
    chosen = min(now.entry, len(entries))
    if len(entries) > 1:
        names = [plain_text(quantity.name(sheet, *entry)) for entry in entries]
        key = knobs.keep(knobs.key_of(lab.path(LAB, "entry")), chosen, range(1, len(entries) + 1))
        options = range(1, len(entries) + 1)

        def moved() -> None:
            lab.put(LAB, changed(here(), entry=st.session_state[key]), refill=False)

        lab.FORM.widget(
            st.selectbox, "One number of it", options, key=key, before=moved, format_func=lambda place: names[place - 1]
        )
        chosen = st.session_state[key]
    st.latex(quantity.spelled(sheet, *entries[chosen - 1]))


def _beside_autograd(sheet: Sheet, quantity: Quantity, told: Story) -> None:
    hand = quantity.value(told.hand, sheet.notation)
    auto = quantity.value(told.auto, sheet.notation)
    apart = difference(hand, auto)
    places = [(row, column) for row in range(hand.shape[0]) for column in range(hand.shape[1])]
    scalar = quantity.kind == "loss"
    rows = [
        (
            "L" if scalar else plain_text(quantity.name(sheet, *place)),
            f"{hand[place]:.6g}",
            f"{auto[place]:.6g}",
            f"{apart[place]:.1e}" if apart[place] else "0",
        )
        for place in places
    ]
    st.markdown(lab.table(("Number", "By hand", "Autograd", "Difference"), rows))
    st.caption(
        "By hand: the formula in NumPy. Autograd: PyTorch, which keeps track of every operation and differentiates it. "
        "Both compute with about 16 digits; a difference of 1e-16 is rounding."
    )
