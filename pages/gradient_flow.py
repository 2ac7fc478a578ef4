"""Gradient flow: what is left of the gradient at the first layers, and what brings more of it there."""

import streamlit as st

from engine.labs.gradient_flow.proofs import PROOFS
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.labs.lab import LABS
from ui import lab
from ui.labs.gradient_flow.controls import network
from ui.labs.gradient_flow.sections import SECTIONS, chosen

LAB = LABS["gradient_flow"]
now = lab.state(LAB, GradientFlowLab)
lab.head(LAB)
with st.sidebar:
    values = network(now)
section = chosen(now)
values |= {"view": section, **SECTIONS[section].controls(now)}
now = lab.take(LAB, now, values)
SECTIONS[now.view].show(now)
lab.proofs(LAB, PROOFS)
