"""Optimizers on a surface: which way each takes downhill, and why."""

import streamlit as st

from engine.labs.lab import LABS
from engine.labs.optimizers.proofs import PROOFS
from engine.labs.optimizers.state import OptimizersLab
from ui import lab
from ui.labs.optimizers.controls import controls, sections
from ui.labs.optimizers.sections import SECTIONS

LAB = LABS["optimizers"]
now = lab.state(LAB, OptimizersLab)
lab.head(LAB)
section = sections(now)
with st.sidebar:
    values = controls(now, section)
now = lab.take(LAB, now, {**values, "section": section})
SECTIONS[now.section](now)
lab.proofs(LAB, PROOFS)
