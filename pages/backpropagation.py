"""Backpropagation: every number of one pass, one step at a time, by hand and by autograd."""

import streamlit as st

from charts.backpropagation import network_figure, network_height
from engine.labs.backpropagation.drawing import drawing
from engine.labs.backpropagation.playground import experiment
from engine.labs.backpropagation.proofs import PROOFS
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import sheet_of, step_of, steps
from engine.labs.backpropagation.story import story
from engine.labs.lab import LABS
from ui import lab
from ui.figure import figure
from ui.labs import backpropagation as parts
from ui.labs.backpropagation_sections import SECTIONS

LAB = LABS["backpropagation"]
now = lab.state(LAB, BackpropagationLab)
lab.head(LAB)
with st.sidebar:
    values = parts.controls(now)
    lab.open_in_playground(experiment(now), "backpropagation.open", "Train this shape in the Playground")
stepping, notation, picture, formulas = (st.container() for _ in range(4))
with stepping:
    values |= parts.stepper(now)
with picture:
    values |= parts.example(now)
with formulas:
    values |= parts.notation(now)
section = parts.section(now)
now = parts.taken(now, {**values, **section})

told = story(now)
sheet, quantity = sheet_of(now, told), steps(now)[step_of(now) - 1]
with stepping:
    parts.where(now, told, quantity)
with picture:
    drawn = drawing(now, told)
    figure(network_figure(drawn), "backpropagation.network", parts.in_words(now, quantity), network_height(drawn))
    st.caption(parts.what_to_look_for(now, quantity))
with formulas:
    parts.formula(now, sheet, quantity, told)
SECTIONS[now.section](now, sheet, told)
lab.proofs(LAB, PROOFS)
