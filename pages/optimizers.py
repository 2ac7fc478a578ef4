"""Optimizers on a surface: which way each takes downhill, and why."""

import streamlit as st

from engine.labs.lab import LABS
from engine.labs.optimizers.proofs import PROOFS
from engine.labs.optimizers.state import OptimizersLab
from ui import lab
from ui.labs import optimizers_controls, optimizers_sections
from ui.labs.optimizers import show_race

SECTIONS = {
    "Race": show_race,
    "Every step": optimizers_sections.show_steps,
    "Variations": optimizers_sections.show_variations,
    "Search": optimizers_sections.show_search,
    "Basins": optimizers_sections.show_basins,
    "Parabola": optimizers_sections.show_parabola,
}

LAB = LABS["optimizers"]
now = lab.state(LAB, OptimizersLab)
lab.head(LAB)
section = optimizers_controls.sections(LAB, now)
with st.sidebar:
    values = optimizers_controls.controls(LAB, now, section)
now = lab.take(LAB, now, {**values, "section": section})
SECTIONS[now.section](LAB, now)
lab.proofs(LAB, PROOFS)
