"""The recurrent network trained live."""

import streamlit as st

from engine.labs.recurrent.state import RecurrentLab
from ui import live_section
from ui.labs.recurrent.parts import LAB, Values, network


def controls(now: RecurrentLab) -> Values:
    """Task, network and training, in the sidebar."""
    with st.sidebar:
        return network(now)


def show(now: RecurrentLab) -> None:
    """Player and all that belongs to it."""
    live_section.show(LAB, now.experiment, ("recurrent",))
