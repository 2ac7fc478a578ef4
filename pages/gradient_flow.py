"""Gradient flow: what is left of the gradient at the first layers, and what brings more of it there."""

import streamlit as st

from engine.labs.gradient_flow.proofs import PROOFS
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.labs.lab import LABS
from ui import lab
from ui.labs import gradient_flow as parts

LAB = LABS["gradient_flow"]
now = lab.state(LAB, GradientFlowLab)
lab.head(LAB)
with st.sidebar:
    values = parts.network(now)
values |= parts.chosen_view(now)
if now.view in ("flow", "jacobians"):
    values |= parts.switches(now)
values |= parts.options(now, values["view"])
now = lab.take(LAB, now, values)
parts.SECTIONS[now.view](now)
lab.proofs(LAB, PROOFS)
