"""The further parts of the backpropagation page: numbers to edit, all quantities, shapes, losses."""

import math
from collections.abc import Callable

import numpy as np
import streamlit as st

from charts.backpropagation import losses_figure
from engine.labs.backpropagation.changes import changed, with_number
from engine.labs.backpropagation.drawing import short
from engine.labs.backpropagation.edits import Place
from engine.labs.backpropagation.quantity import Sheet, difference
from engine.labs.backpropagation.results import Numbers, Story
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import steps
from ui import knobs, lab
from ui.figure import figure
from ui.labs.backpropagation import LAB, PHASES, here

FIELD_WIDTH = 130


# --- numbers --------------------------------------------------------------------------------------------------------


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
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for place in places:
                _cell(now, place, _value(now, begun, place))
        if title:
            st.caption(title)
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


def _value(now: BackpropagationLab, begun: Numbers, place: Place) -> float:
    first, unit = place.first - 1, place.unit - 1
    if place.letter == "w":
        return float(begun.weights[first][unit, place.source - 1])
    if place.letter == "b":
        return float(begun.biases[first][unit])
    if place.letter == "x":
        return float(begun.x[first, unit])
    return float(begun.y[first].argmax() + 1) if now.takes_classes else float(begun.y[first, unit])


def _label(place: Place) -> str:
    return {
        "w": f"w to {place.unit} from {place.source}",
        "b": f"b of unit {place.unit}",
        "x": f"x{place.unit}",
        "y": f"target y{place.unit}",
    }[place.letter]


def _cell(now: BackpropagationLab, place: Place, value: float) -> None:
    if not math.isfinite(value):
        st.markdown(f"{_label(place)}: {short(value)}")
        return
    key = knobs.keep(knobs.key_of(lab.path(LAB, f"cells.{place}")), value)
    low, high = now.bounds(place)

    def typed() -> None:
        given = st.session_state[key]
        if given == value:
            return
        try:
            lab.put(LAB, with_number(here(), place, given), refill=False)
        except ValueError as error:
            st.session_state[key] = value
            st.session_state[f"{key}/refused"] = f"{_label(place)}: got {given:g}; {error}. {value:g} stays."

    whole = place.letter == "y" and now.takes_classes
    with st.container(width=FIELD_WIDTH):
        knobs.typed(
            lab.FORM,
            _label(place),
            low,
            high,
            key,
            value,
            then=typed,
            step=1.0 if whole else 0.1,
            format="%.6g",
        )
        knobs.refusal(lab.FORM, key)


# --- all quantities, shapes, losses ---------------------------------------------------------------------------------


def quantities(now: BackpropagationLab, sheet: Sheet, told: Story) -> None:
    """The list of steps: every quantity with its numbers, and how far autograd's are away."""
    rows, worst = [], 0.0
    for place, quantity in enumerate(steps(now), 1):
        hand, auto = (quantity.value(done, sheet.notation) for done in (told.hand, told.auto))
        apart = float(np.max(difference(hand, auto)))
        worst = max(worst, apart)
        shown = hand if quantity.kind == "loss" else sheet.notation.turned(hand)
        text = "; ".join(", ".join(short(value) for value in row) for row in shown)
        rows.append(
            (quantity.title(sheet), str(place), PHASES[quantity.phase], quantity.shape(sheet), text, f"{apart:.1e}")
        )
    st.markdown(
        lab.table(("Quantity", "Step", "Phase", "Shape", "Numbers, rows apart by ;", "Largest difference"), rows)
    )
    st.caption(
        f"Autograd's numbers are at most {worst:.1e} away: both round to about 16 digits, each in its own order."
    )


def shapes(now: BackpropagationLab, sheet: Sheet, told: Story) -> None:
    """The shapes in every layer, in the notation that is switched on."""
    notation, rows = sheet.notation, []
    for layer in range(1, now.depth + 1):
        fed = told.hand.fed(layer)
        out = told.hand.z[layer - 1]
        units = now.sizes[layer]
        bias = "in W" if notation.bias_unit else f"({units}, 1)" if notation.columns else f"({units},)"
        ones = np.ones((len(fed), fed.shape[1] + notation.bias_unit))
        shape = notation.shape(sheet.weights(layer))
        rows.append((str(layer), notation.shape(ones), shape, bias, notation.shape(out), notation.shape(out)))
    st.markdown(lab.table(("Layer", "Input x (or a before)", "W", "b", "z", "a"), rows))
    order = "(units, examples)" if notation.columns else "(examples, units)"
    weights = "(in, out)" if notation.columns else "(out, in)"
    bias_said = " The 1 of the bias unit is counted as one of the inputs." if notation.bias_unit else ""
    st.caption(
        f"x, z and a are {order}, W is {weights}. Each gradient has the shape of what it belongs to: dL/dW that of W, "
        f"dL/dz that of z.{bias_said} The inner sizes of a product must be equal, and the outer ones remain."
    )


def losses(now: BackpropagationLab, sheet: Sheet, told: Story) -> None:
    """The loss before and after each update."""
    drawn = losses_figure(told.losses, told.after, now.head.unit)
    figure(drawn, "backpropagation.losses", "The loss of every pass so far, and after the next update", 300)
    before = told.losses[-1]
    said = "fall" if told.after < before else "rise" if told.after > before else "stay"
    st.caption(
        f"With a learning rate of {now.rate:g}, the update on screen lets the loss {said}: from {before:.4g} to "
        f"{told.after:.4g}, on the same {'example' if now.batch == 1 else 'examples'}."
    )


SECTIONS: dict[str, Callable[[BackpropagationLab, Sheet, Story], None]] = {
    "numbers": numbers,
    "quantities": quantities,
    "shapes": shapes,
    "losses": losses,
}
