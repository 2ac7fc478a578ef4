"""The recurrent network trained live."""

import streamlit as st

from engine.labs.recurrent.state import RecurrentLab
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.presets import RECURRENT_PRESETS
from ui import lab, live_section, own_text, sequence_form
from ui.labs.recurrent.parts import LAB, Values, network


def controls(now: RecurrentLab) -> Values:
    """Task, network and training, in the sidebar."""
    with st.sidebar:
        return network(now)


def show(now: RecurrentLab) -> None:
    """Player and all that belongs to it, below what there is to begin with."""

    def taken(experiment: SequenceExperiment) -> None:
        lab.put(LAB, now.model_copy(update={"experiment": experiment}))

    sequence_form.presets(LAB, RECURRENT_PRESETS, now.experiment, taken)
    if own_text.is_here(now.experiment.task):
        live_section.show(LAB, now.experiment, ("recurrent",))
