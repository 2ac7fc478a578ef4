"""The network trained live."""

import streamlit as st

from engine.labs.vision.state import VisionLab
from engine.vision.experiment import VisionExperiment
from engine.vision.presets import VISION_PRESETS
from ui import lab, live_section, sequence_form
from ui.labs.vision.parts import LAB, Values, network

SAID = (
    "It trains on the server while you watch: scrub back through its film, change the rate, dropout or batch size while it "
    "goes on, or anything else to begin anew. What stands large are the maps of every block for one picture that it is not "
    "trained on."
)


def controls(now: VisionLab) -> Values:
    """Pictures, network, head and training, in the sidebar."""
    with st.sidebar:
        return network(now)


def show(now: VisionLab) -> None:
    """Player and all that belongs to it, below what there is to begin with."""

    def taken(experiment: VisionExperiment) -> None:
        lab.put(LAB, now.model_copy(update={"experiment": experiment}))

    sequence_form.presets(LAB, VISION_PRESETS, now.experiment, taken)
    live_section.show(LAB, now.experiment, ("cnn", "unet"), SAID)
