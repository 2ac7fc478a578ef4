"""A field for every number of one layer, or for the inputs and targets."""

import streamlit as st

from engine.labs.backpropagation.changes import changed
from engine.labs.backpropagation.edits import Place
from engine.labs.backpropagation.picking import value_at
from engine.labs.backpropagation.quantity import Sheet
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import BackpropagationLab
from ui import knobs, lab
from ui.labs.backpropagation.fields import field
from ui.labs.backpropagation.parts import LAB, here


def numbers(now: BackpropagationLab, sheet: Sheet, told: Story) -> None:
    """A field for every number of one layer, or for the inputs and targets."""
    names = ["Inputs and targets", *(f"Layer {layer}" for layer in range(1, now.depth + 1))]
    key = knobs.keep(knobs.key_of(lab.path(LAB, "editing")), min(now.editing, now.depth), range(len(names)))

    def moved() -> None:
        lab.put(LAB, changed(here(), editing=st.session_state[key]), refill=False)

    shown = lab.FORM.widget(
        st.segmented_control,
        "Numbers of",
        range(len(names)),
        format_func=names.__getitem__,
        key=key,
        before=moved,
        required=True,
    )
    begun = told.hand.begun
    for title, places in _groups(now, shown, sheet.notation.columns):
        st.caption(title)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for place in places:
                field(now, place, value_at(begun, place, now.takes_classes))
    count = len(now.edits)
    st.caption(
        f"A change counts from this pass on. {count} set by hand so far."
        if count
        else "A change counts from this pass on, and the whole pass follows it."
    )


def _groups(now: BackpropagationLab, shown: int, columns: bool) -> list[tuple[str, list[Place]]]:
    """The fields, row by row, in the order of the notation."""
    listed = list(now.places())
    if shown == 0:
        rows = range(1, now.batch + 1)
        return [
            (
                f"Example {row}; a target is {now.head.target_words}.",
                [p for p in listed if p.letter in "xy" and p.first == row],
            )
            for row in rows
        ]
    here_ = [place for place in listed if place.letter in "wb" and place.first == shown]
    if not columns:
        return [(f"To unit {unit}", [p for p in here_ if p.unit == unit]) for unit in range(1, now.sizes[shown] + 1)]
    sources = [*range(1, now.sizes[shown - 1] + 1), 0]
    said = {source: f"From unit {source}" for source in sources} | {0: "Biases"}
    return [(said[source], [p for p in here_ if p.source == source]) for source in sources]
