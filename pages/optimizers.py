"""Optimizers on a surface: which way each takes downhill, and why."""

import streamlit as st

from engine.labs.lab import LABS
from engine.labs.optimizers.state import OptimizersLab
from ui import lab
from ui.labs import optimizers as parts

LAB = LABS["optimizers"]
now = lab.state(LAB, OptimizersLab)
lab.head(LAB)
section = parts.sections(LAB, now)
with st.sidebar:
    values = parts.controls(LAB, now, section)
now = lab.take(LAB, now, {**values, "section": section})
parts.SECTIONS[now.section](LAB, now)
