"""What the sections share."""

from typing import Any, Protocol

from engine.choice import Frozen
from engine.labs.lab import LABS
from engine.labs.regularization.state import RegularizationLab
from ui import knobs, lab

LAB = LABS["regularization"]
Values = dict[str, Any]


class Shown(Protocol):
    """One section: a module of this folder."""

    def controls(self, now: RegularizationLab) -> Values:
        """What the section's widgets say, by the name of its part of the state."""

    def show(self, now: RegularizationLab) -> None:
        """Draw it."""


def fields(name: str, part: Frozen, skip: tuple[str, ...] = ()) -> Values:
    """The widgets of one part of the state, and all its values after them."""
    return {**part.model_dump(), **knobs.fields(lab.FORM, type(part), lab.path(LAB, name), part, skip=skip)}
