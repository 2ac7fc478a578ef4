"""The quantity on screen: its formula, its numbers, its shape; and autograd's value beside each."""

import streamlit as st

from engine.labs.backpropagation.changes import changed
from engine.labs.backpropagation.notation import plain_text
from engine.labs.backpropagation.quantity import Quantity, Sheet, difference
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import step_of
from ui import knobs, lab
from ui.labs.backpropagation.parts import LAB, here

WIDE = 12
"""A quantity of more numbers has the page's whole width."""


def formula(now: BackpropagationLab, sheet: Sheet, quantity: Quantity, told: Story) -> None:
    """The quantity on screen: its formula, its numbers, its shape; and autograd's value beside each."""
    st.markdown(f"#### Step {step_of(now)}: ${quantity.symbol(sheet)}$ \n{quantity.said(sheet)}")
    wide = now.batch > 1 or quantity.value(sheet.done, sheet.notation).size > WIDE
    left, right = (st.container(), st.container()) if wide else st.columns([3, 2], gap="medium")
    with left:
        st.latex(rf"{quantity.symbol(sheet)} = {quantity.formula(sheet)}")
        st.latex(rf"= {quantity.substituted(sheet)}")
        st.latex(rf"= {quantity.result(sheet)}")
        st.caption(
            f"Shape {quantity.shape(sheet)}. Examples in the batch: m = {now.batch}. Outputs: K = {now.head.outputs}."
        )
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
            f"{hand[place] + 0.0:.6g}",
            f"{auto[place] + 0.0:.6g}",
            f"{apart[place]:.1e}" if apart[place] else "0",
        )
        for place in places
    ]
    st.markdown(lab.table(("Number", "By hand", "Autograd", "Difference"), rows))
    st.caption(
        "By hand: the formula in NumPy. Autograd: PyTorch, which keeps track of every operation and differentiates it. "
        "Both compute with about 16 digits; a difference of 1e-16 is rounding."
    )
