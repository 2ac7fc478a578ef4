"""Attention: where each token looks, and what it brings back."""

import streamlit as st

from engine.labs.attention.proofs import PROOFS
from engine.labs.attention.state import AttentionLab
from engine.labs.lab import LABS
from ui import lab
from ui.labs.attention.parts import taken
from ui.labs.attention.sections import SECTIONS, chosen

LAB = LABS["attention"]
now = lab.state(LAB, AttentionLab)
lab.head(LAB)
section = chosen(now)
with st.sidebar:
    values = SECTIONS[section].controls(now)
now = taken(now, {"section": section}, values, SECTIONS[section].above(now))
SECTIONS[now.section].show(now)
lab.proofs(LAB, PROOFS)
