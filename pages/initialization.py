"""Initialization: how large the first weights should be, and why they must differ."""

import streamlit as st

from engine.labs.initialization.proofs import PROOFS
from engine.labs.initialization.state import InitializationLab
from engine.labs.lab import LABS
from ui import lab
from ui.labs import initialization as parts

LAB = LABS["initialization"]
now = lab.state(LAB, InitializationLab)
lab.head(LAB)
values = {"section": parts.section(LAB, now)}
with st.sidebar:
    values |= parts.controls(LAB, now, values["section"])
now = lab.take(LAB, now, values)
parts.SECTIONS[now.section](LAB, now)
lab.proofs(LAB, PROOFS)
