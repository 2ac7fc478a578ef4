"""The network trained live."""

import streamlit as st

from charts.vision.costs import costs_figure
from engine.labs.vision.state import VisionLab
from engine.vision.experiment import VisionExperiment
from engine.vision.presets import VISION_PRESETS
from ui import lab, live_section, sequence_form
from ui.figure import figure
from ui.labs.vision.parts import LAB, Values, network

SAID = (
    "It trains on the server while you watch: scrub back through its film, change the rate, dropout or batch size while it "
    "goes on, or anything else to begin anew. What stands large are the maps of every block for one picture that it is not "
    "trained on."
)
COSTS = (
    r"A convolution of $c$ channels to $o$ with windows of $k \times k$ learns $o(ck^2 + 1)$ numbers, whatever the size "
    r"of the picture; with each picture it multiplies and adds $ock^2$ times for every place. A dense block learns as many "
    "numbers as it multiplies, and one more a unit: behind large maps it holds most of a network."
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
    st.subheader("What each block costs", anchor=False)
    st.caption(COSTS)
    figure(costs_figure(now.experiment.plan()), "vision.costs", "Parameters and multiply-adds of each block", 300)
