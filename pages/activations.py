"""Activations: what each does to its input, and to the gradient on its way back."""

import streamlit as st

from charts.activations import curve_figure
from engine.activations import Activation
from engine.labs.activations.curves import curve
from engine.labs.activations.state import ActivationsLab
from engine.labs.lab import LABS
from ui import knobs, lab
from ui.figure import figure

LAB = LABS["activations"]
now = lab.state(LAB, ActivationsLab)
lab.head(LAB)
with st.sidebar:
    values = {
        "first": knobs.choose(lab.FORM, Activation, lab.path(LAB, "first"), now.first, "Activation"),
        "second": knobs.choose(lab.FORM, Activation, lab.path(LAB, "second"), now.second, "Beside it"),
        **knobs.fields(lab.FORM, ActivationsLab, lab.path(LAB), now),
    }
now = lab.take(LAB, now, values)
shown = [curve(now.first, now.reach), curve(now.second, now.reach)]
figure(curve_figure(shown), "activations.curves", "Two activations and their derivatives over the pre-activation")
