"""The loss before and after each update."""

import streamlit as st

from charts.backpropagation.losses import losses_figure
from engine.labs.backpropagation.quantity import Sheet
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import BackpropagationLab
from ui.figure import figure


def losses(now: BackpropagationLab, sheet: Sheet, told: Story) -> None:
    """The loss before and after each update."""
    drawn = losses_figure(told.losses, told.after, now.head.unit)
    figure(drawn, "backpropagation.losses", "The loss of every pass so far, and after the next update", 300)
    before = told.losses[-1]
    said = "fall" if told.after < before else "rise" if told.after > before else "stay"
    st.caption(
        f"With a learning rate of {now.rate:g}, the update on screen lets the loss {said}: from {before:.4g} to "
        f"{told.after:.4g}, on the same {'example' if now.batch == 1 else 'examples'}."
    )
