"""Optimizers on a network: what a rate, a schedule, a batch, a curvature and a seed do to a real run."""

import streamlit as st

from engine.activations import Activation
from engine.labs.descent.proofs import PROOFS
from engine.labs.descent.state import DescentLab, SmallData
from ui import knobs, lab
from ui.labs.descent import landscape, noise, race, range_test, schedules, sharpness
from ui.labs.descent.parts import LAB, Section, row, settings

SECTIONS = {
    "sweep": Section("Rate range test", range_test.controls, range_test.show),
    "schedules": Section("Schedules", schedules.controls, schedules.show),
    "noise": Section("Batch noise", noise.controls, noise.show),
    "landscape": Section("Landscape", landscape.controls, landscape.show),
    "sharpness": Section("Sharpness", sharpness.controls, sharpness.show),
    "race": Section("Race", race.controls, race.show),
}
LEFT_TO_THE_PLAYGROUND = ("validation_share", "test_share", "scaling", "hand", "test_noise", "features", "balance")

now = lab.state(LAB, DescentLab)
lab.head(LAB)
section = lab.FORM.widget(
    st.segmented_control,
    "What to look at",
    list(SECTIONS),
    key=knobs.keep(knobs.key_of(lab.path(LAB, "section")), now.section, list(SECTIONS)),
    format_func=lambda kind: SECTIONS[kind].label,
    label_visibility="collapsed",
    required=True,
)
with st.sidebar:
    values = SECTIONS[section].controls(now)
    st.subheader("Network and data", anchor=False)
    values |= {
        "section": section,
        "data": row(SmallData, now.data, "Data", "data", apart=LEFT_TO_THE_PLAYGROUND),
        **settings(DescentLab, now, skip=("section",)),
        "activation": row(Activation, now.activation, "Activation", "activation"),
    }
now = lab.take(LAB, now, values)
SECTIONS[now.section].show(now)
lab.proofs(LAB, PROOFS)
