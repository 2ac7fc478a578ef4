"""Regularization: what keeps a network from learning the noise."""

import streamlit as st

from engine.choice import knobs as knobs_of
from engine.labs.lab import LABS
from engine.labs.regularization.proofs import PROOFS
from engine.labs.regularization.state import RegularizationLab
from ui import knobs, lab
from ui.labs.regularization.sections import SECTIONS

LAB = LABS["regularization"]
now = lab.state(LAB, RegularizationLab)
lab.head(LAB)
key = knobs.keep(knobs.key_of(lab.path(LAB, "section")), now.section, list(SECTIONS))
section = lab.FORM.widget(
    st.segmented_control,
    "Section",
    list(SECTIONS),
    key=key,
    required=True,
    format_func=lambda name: name[0].upper() + name[1:],
    label_visibility="collapsed",
)
with st.sidebar:
    seed = next(knob for knob in knobs_of(RegularizationLab) if knob.name == "seed")
    values = {
        "section": section,
        **SECTIONS[section].controls(now),
        "seed": knobs.widget(lab.FORM, seed, lab.path(LAB, "seed"), now.seed),
    }
now = lab.take(LAB, now, values)
SECTIONS[now.section].show(now)
lab.proofs(LAB, PROOFS)
