"""The list of steps: every quantity with its numbers, and how far autograd's are away."""

import numpy as np
import streamlit as st

from engine.labs.backpropagation.quantity import Sheet, difference
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import steps
from ui import lab
from ui.labs.backpropagation.parts import PHASES
from ui.plain import TIED

LONGEST = 400
"""Characters of a quantity's numbers: twenty of them, each with its sign and power."""


def quantities(now: BackpropagationLab, sheet: Sheet, told: Story) -> None:
    """The list of steps: every quantity with its numbers, and how far autograd's are away."""
    rows, worst = [], 0.0
    for place, quantity in enumerate(steps(now), 1):
        hand, auto = (quantity.value(done, sheet.notation) for done in (told.hand, told.auto))
        apart = float(np.max(difference(hand, auto)))
        worst = max(worst, apart)
        shown = hand if quantity.kind == "loss" else sheet.notation.turned(hand)
        text = "; ".join(", ".join(f"{value + 0.0:.4g}" for value in row).replace(" ", TIED) for row in shown)
        shape = quantity.shape(sheet).replace(" ", TIED)
        apart_text = f"{apart:.1e}" if apart else "0"
        rows.append((quantity.title(sheet), text, shape, apart_text, str(place), PHASES[quantity.phase]))
    head = ("Quantity", "Numbers (; ends a row)", "Shape", "Largest difference", "Step", "Phase")
    st.markdown(lab.table(head, rows, LONGEST))
    st.caption(
        f"Autograd's numbers are at most {worst:.1e} away: both round to about 16 digits, each in its own order."
        if worst
        else "Autograd's numbers are the same to the last digit."
    )
