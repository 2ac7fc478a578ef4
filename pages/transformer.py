"""Transformer: what every head looks at, and what each part is for."""

from typing import Any

import streamlit as st

from engine.labs.lab import LABS
from engine.labs.transformer.proofs import PROOFS
from engine.labs.transformer.state import TransformerLab
from ui import lab
from ui.labs.transformer.controls import OF_THEIR_OWN, network, presets, section
from ui.labs.transformer.sections import SECTIONS

LAB = LABS["transformer"]
now = lab.state(LAB, TransformerLab)
lab.head(LAB)
chosen = section(now)
values: dict[str, Any] = {}
if chosen not in OF_THEIR_OWN:
    presets(now)
    with st.sidebar:
        values = network(now)
values |= {"section": chosen, **SECTIONS[chosen].controls(now)}
now = lab.take(LAB, now, values)
SECTIONS[now.section].show(now)
lab.proofs(LAB, PROOFS)
