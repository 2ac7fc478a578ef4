"""Backpropagation: every number of one pass, one step at a time, by hand and by autograd."""

import streamlit as st

from engine.labs.backpropagation.playground import experiment
from engine.labs.backpropagation.proofs import PROOFS
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import sheet_of, step_of, steps
from engine.labs.backpropagation.story import story
from engine.labs.lab import LABS
from ui import lab
from ui.labs.backpropagation.controls import controls
from ui.labs.backpropagation.formulas import formula
from ui.labs.backpropagation.parts import taken
from ui.labs.backpropagation.picture import example, network
from ui.labs.backpropagation.sections import SECTIONS, section
from ui.labs.backpropagation.stepping import notation, stepper, where

LAB = LABS["backpropagation"]
now = lab.state(LAB, BackpropagationLab)
lab.head(LAB)
with st.sidebar:
    values = controls(now)
    lab.open_in_playground(experiment(now), "backpropagation.open", "Train this shape in the Playground")
stepping, picture, formulas = (st.container() for _ in range(3))
with stepping:
    values |= stepper(now)
with picture:
    values |= example(now)
with formulas:
    values |= notation(now)
now = taken(now, {**values, **section(now)})

told = story(now)
sheet, quantity = sheet_of(now, told), steps(now)[step_of(now) - 1]
with stepping:
    where(now, told, quantity)
with picture:
    network(now, told, sheet, quantity)
with formulas:
    formula(now, sheet, quantity, told)
SECTIONS[now.section].show(now, sheet, told)
lab.proofs(LAB, PROOFS)
