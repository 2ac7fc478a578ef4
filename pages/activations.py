"""Activations and losses: what each does to its input, and to the gradient on its way back."""

import streamlit as st

from engine.labs.activations.proofs import PROOFS
from engine.labs.activations.state import ActivationsLab
from engine.labs.lab import LABS
from ui import knobs, lab
from ui.labs.activations import collapse, curves, layers, losses, maxout, softmax

LAB = LABS["activations"]
SECTIONS = {
    "curves": ("Curves", curves),
    "layers": ("Through layers", layers),
    "softmax": ("Softmax", softmax),
    "maxout": ("Maxout", maxout),
    "collapse": ("Linear collapse", collapse),
    "losses": ("Losses", losses),
}
now = lab.state(LAB, ActivationsLab)
lab.head(LAB)
section = lab.FORM.widget(
    st.segmented_control,
    "Section",
    list(SECTIONS),
    key=knobs.keep(knobs.key_of(lab.path(LAB, "section")), now.section, list(SECTIONS)),
    format_func=lambda name: SECTIONS[name][0],
    required=True,
    label_visibility="collapsed",
)
_, part = SECTIONS[section]
with st.sidebar:
    values = part.controls(now)
now = lab.take(LAB, now, {"section": section, **values})
part.show(now)
lab.proofs(LAB, PROOFS)
