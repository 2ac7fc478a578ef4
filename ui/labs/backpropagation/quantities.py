"""The list of steps: every quantity with its numbers, and how far autograd's are away."""

import numpy as np
import streamlit as st

from engine.labs.backpropagation.notation import short
from engine.labs.backpropagation.quantity import Sheet, difference
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import steps
from ui import lab
from ui.labs.backpropagation.parts import PHASES


def quantities(now: BackpropagationLab, sheet: Sheet, told: Story) -> None:
    """The list of steps: every quantity with its numbers, and how far autograd's are away."""
    rows, worst = [], 0.0
    for place, quantity in enumerate(steps(now), 1):
        hand, auto = (quantity.value(done, sheet.notation) for done in (told.hand, told.auto))
        apart = float(np.max(difference(hand, auto)))
        worst = max(worst, apart)
        shown = hand if quantity.kind == "loss" else sheet.notation.turned(hand)
        text = "; ".join(", ".join(short(value) for value in row) for row in shown)
        rows.append(
            (quantity.title(sheet), str(place), PHASES[quantity.phase], quantity.shape(sheet), text, f"{apart:.1e}")
        )
    st.markdown(
        lab.table(("Quantity", "Step", "Phase", "Shape", "Numbers, rows apart by ;", "Largest difference"), rows)
    )
    st.caption(
        f"Autograd's numbers are at most {worst:.1e} away: both round to about 16 digits, each in its own order."
    )
