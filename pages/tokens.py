"""Tokens & embeddings: how text becomes numbers, and where the numbers of a word come from."""

import streamlit as st

from engine.labs.tokens.proofs import PROOFS
from engine.labs.tokens.state import TokensLab
from ui import lab
from ui.labs.tokens import source
from ui.labs.tokens.parts import LAB, ahead
from ui.labs.tokens.sections import SECTIONS, chosen

now = lab.state(LAB, TokensLab)
lab.head(LAB)
values = {"section": chosen(now)}
section = SECTIONS[values["section"]]
with st.sidebar:
    values |= source.controls(now) if section.reads_text else {}
    values |= section.side(now)
values |= section.top(ahead(now, values))
now = lab.take(LAB, now, values)
section.show(now)
lab.proofs(LAB, PROOFS)
