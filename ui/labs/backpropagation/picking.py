"""The number that is picked on the drawing: its field, and where in the pass it comes in."""

import streamlit as st

from charts.backpropagation.places import place_at
from engine.labs.backpropagation.edits import Place, read_place
from engine.labs.backpropagation.notation import latex, plain_text
from engine.labs.backpropagation.picking import picked, shown_of, steps_with, value_at
from engine.labs.backpropagation.quantity import Quantity, Sheet
from engine.labs.backpropagation.results import Drawing
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import step_of, steps
from ui import knobs, lab
from ui.figure import Spot
from ui.labs.backpropagation.fields import field
from ui.labs.backpropagation.parts import LAB, go, here, refill

WORDS = {
    "w": "A weight of layer {0.first}: to unit {0.unit} from unit {0.source}.",
    "b": "The bias of unit {0.unit} in layer {0.first}; what the unit works out belongs to it.",
    "x": "Input {0.unit} of example {0.first}.",
    "y": "What output {0.unit} of example {0.first} should be: {1}.",
}
CLASS = "The true class of example {0.first}: {1}."


def clicked(drawn: Drawing, spot: Spot) -> None:
    """A click on the drawing: picks what stands there."""
    _pick(place_at(drawn, spot.x, spot.y, spot.across, spot.up))


def _pick(place: Place | None) -> None:
    if place is not None and not here().has(place):
        return  # the network has become another one since it was drawn
    lab.put(LAB, picked(here(), place), refill=False)
    refill("selected", "editing", "entry", "example", "picked")


def field_of(now: BackpropagationLab) -> str:
    """The key of the container in which the picked number has its field; empty where none is picked."""
    return f"backpropagation.picked.{now.selected}" if now.selected else ""


def picking(now: BackpropagationLab, sheet: Sheet, quantity: Quantity) -> None:
    """A menu of all numbers, the field of the picked one, and what of the pass belongs to it."""
    _menu(now)
    place = now.picked
    if place is None:
        st.caption(
            "Click a line or a circle of the picture to set its number by hand. The line to the loss is the target."
        )
        return
    with st.container(key=field_of(now)):
        field(now, place, value_at(sheet.done.begun, place, now.takes_classes), "picked")
    words = CLASS if place.letter == "y" and now.takes_classes else WORDS[place.letter]
    st.caption(words.format(place, now.head.target_words))
    found = shown_of(sheet, place, quantity)
    equations = [rf"${quantity.name(sheet, *at)} = {latex(quantity.number(sheet, *at))}$" for at in found]
    st.markdown("In this step: " + ", ".join(equations) if found else "It has no part in this step.")
    _its_steps(now, sheet, place)


def _menu(now: BackpropagationLab) -> None:
    places = {str(place): place for place in sorted(now.places(), key=lambda place: "xwby".index(place.letter))}
    key = knobs.keep(knobs.key_of(lab.path(LAB, "selected")), now.selected, ["", *places])

    def moved() -> None:
        chosen = st.session_state[key]
        _pick(read_place(chosen) if chosen else None)

    lab.FORM.widget(
        st.selectbox,
        "Number to change",
        ["", *places],
        key=key,
        before=moved,
        format_func=lambda name: places[name].full_label if name else "none",
    )


def _its_steps(now: BackpropagationLab, sheet: Sheet, place: Place) -> None:
    st.caption("It comes in at step")
    with st.container(horizontal=True, gap="small"):
        for step in steps_with(now, place):
            quantity = steps(now)[step - 1]
            found = shown_of(sheet, place, quantity)
            name = plain_text(quantity.name(sheet, *found[0])) if len(found) == 1 else quantity.title(sheet)
            st.button(
                f"{step}: {name}",
                key=f"backpropagation.to.{step}",
                on_click=go,
                args=(step,),
                disabled=step == step_of(now),
            )
