"""The field of a number that can be set by hand."""

import math

import streamlit as st

from engine.labs.backpropagation.changes import with_number
from engine.labs.backpropagation.edits import Place
from engine.labs.backpropagation.notation import short
from engine.labs.backpropagation.state import BackpropagationLab
from ui import knobs, lab
from ui.labs.backpropagation.parts import LAB, here, refill

WIDTHS = {"cells": 170, "picked": 220}
"""In pixels, by where a number can have a field: among those of its layer, and beside the drawing."""


def field(now: BackpropagationLab, place: Place, value: float, where: str = "cells") -> None:
    """A field for the number at ``place``, which is ``value``; one out of bounds is not taken, and told."""
    if not math.isfinite(value):
        st.markdown(f"{place.label}: {short(value)}")
        return
    key = knobs.keep(knobs.key_of(lab.path(LAB, f"{where}.{place}")), value)
    low, high = now.bounds(place)

    def typed() -> None:
        given = st.session_state[key]
        if given == value:
            return
        try:
            lab.put(LAB, with_number(here(), place, given), refill=False)
            refill(*(other for other in WIDTHS if other != where))
        except ValueError as error:
            st.session_state[key] = value
            st.session_state[f"{key}/refused"] = f"{place.label}: got {given:g}; {error}. {value:g} stays."

    whole = place.letter == "y" and now.takes_classes
    style = {"step": 1.0 if whole else 0.1, "format": "%.6g"}
    with st.container(width=WIDTHS[where]):
        knobs.typed(lab.FORM, place.label, low, high, key, value, then=typed, **style)
        knobs.refusal(lab.FORM, key)
