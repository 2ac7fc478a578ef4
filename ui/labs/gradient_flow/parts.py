"""What the sections share."""

from functools import partial
from typing import Any, Protocol

import streamlit as st

from engine.experiment import Experiment
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.labs.lab import LABS
from ui import knobs, lab

LAB = LABS["gradient_flow"]
Values = dict[str, Any]


class Shown(Protocol):
    """One section: a module of this folder."""

    def controls(self, now: GradientFlowLab) -> Values:
        """What the section's widgets say, by the name of the setting."""

    def show(self, now: GradientFlowLab) -> None:
        """Draw it."""


def pair(now: GradientFlowLab) -> tuple[tuple[str, Experiment], ...]:
    """(label, experiment) of the network without cures and of the one with them."""
    return ("before", now.before), ("after", now.after)


segments = partial(lab.segments, LAB)


def only(now: GradientFlowLab, *names: str) -> Values:
    """The widgets of some settings of the lab."""
    others = [name for name in GradientFlowLab.model_fields if name not in names]
    return knobs.fields(lab.FORM, GradientFlowLab, lab.path(LAB), now, skip=others)


def open_pair(now: GradientFlowLab, section: str) -> None:
    """Both networks' ways to the Playground, beside each other."""
    left, right = st.columns(2)
    with left:
        lab.open_in_playground(now.before, f"gradient_flow.play.{section}.before", "Open the first in the Playground")
    with right:
        lab.open_in_playground(now.after, f"gradient_flow.play.{section}.after", "Open the second in the Playground")
