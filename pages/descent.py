"""Optimizers on a network: what a rate, a schedule, a batch, a curvature and a seed do to a real run."""

import streamlit as st

from engine.activations import Activation
from engine.labs.descent.state import DescentLab, SmallData
from ui import knobs, lab
from ui.labs.descent import range_test
from ui.labs.descent.parts import LAB, Section, row, settings

SECTIONS = {
    "sweep": Section("Rate range test", range_test.controls, range_test.show),
}
NOT_ASKED = ("validation_share", "test_share", "scaling", "hand", "test_noise", "features", "balance", "waves", "turns")

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
        "data": row(SmallData, now.data, "Data", "data", apart=NOT_ASKED),
        **settings(DescentLab, now, skip=("section",)),
        "activation": row(Activation, now.activation, "Activation", "activation"),
    }
now = lab.take(LAB, now, values)
SECTIONS[now.section].show(now)
