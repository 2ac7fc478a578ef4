"""The table of sections, and its menu."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine.labs.backpropagation.quantity import Sheet
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import BackpropagationLab
from ui import knobs, lab
from ui.labs.backpropagation.losses import losses
from ui.labs.backpropagation.numbers import numbers
from ui.labs.backpropagation.parts import LAB
from ui.labs.backpropagation.quantities import quantities
from ui.labs.backpropagation.shapes import shapes


@dataclass(frozen=True)
class Section:
    """A further part of the page."""

    label: str
    show: Callable[[BackpropagationLab, Sheet, Story], None]


SECTIONS = {
    "numbers": Section("Edit the numbers", numbers),
    "quantities": Section("Every quantity", quantities),
    "shapes": Section("Shapes", shapes),
    "losses": Section("Losses", losses),
}


def section(now: BackpropagationLab) -> dict[str, Any]:
    """Which further part of the page is shown."""
    key = knobs.keep(knobs.key_of(lab.path(LAB, "section")), now.section)
    chosen = lab.FORM.widget(
        st.segmented_control,
        "More of this pass",
        list(SECTIONS),
        format_func=lambda name: SECTIONS[name].label,
        key=key,
        required=True,
    )
    return {"section": chosen}
