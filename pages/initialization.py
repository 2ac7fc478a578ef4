"""Initialization: how large the first weights should be, and why they must differ."""

import streamlit as st

from engine.labs.initialization.proofs import PROOFS
from engine.labs.initialization.state import InitializationLab
from engine.labs.lab import LABS
from ui import lab
from ui.labs.initialization.controls import controls, section
from ui.labs.initialization.gain import gain
from ui.labs.initialization.layers import layers
from ui.labs.initialization.symmetry import twins
from ui.labs.initialization.widths import widths

LAB = LABS["initialization"]
SECTIONS = {"layers": layers, "gain": gain, "widths": widths, "symmetry": twins}
now = lab.state(LAB, InitializationLab)
lab.head(LAB)
shown = section(LAB, now)
with st.sidebar:
    values = {"section": shown, **controls(LAB, now, shown)}
now = lab.take(LAB, now, values)
SECTIONS[now.section](LAB, now)
lab.proofs(LAB, PROOFS)
