"""The number that is picked on the drawing: what it is now, and which numbers of every quantity belong to it.

They are those whose formula has it, its own derivative, and its new value. Clicking a unit picks its bias: to that belongs
all that the unit works out.
"""

from collections.abc import Callable
from typing import Any

from engine.labs.backpropagation.backward import ByActivation, ByBias, ByInput, ByPreActivation, ByWeights
from engine.labs.backpropagation.changes import changed
from engine.labs.backpropagation.edits import Place
from engine.labs.backpropagation.forward import ActivationOf, LossOf, PreActivation
from engine.labs.backpropagation.quantity import Quantity, Sheet
from engine.labs.backpropagation.results import Numbers
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.steps import sheet_of, step_of, steps
from engine.labs.backpropagation.story import story
from engine.labs.backpropagation.update import Update

Part = tuple[int | None, int | None]
"""A row and a column of a quantity, counted from 0 as the engine has them; None for all of them."""


def _of_weight(lab: BackpropagationLab, place: Place) -> dict[Quantity, Part]:
    layer, unit, source = place.first, place.unit - 1, place.source - 1
    itself = (unit, source + lab.bias_unit)
    below = ByActivation(layer - 1) if layer > 1 else ByInput(0)
    return {
        PreActivation(layer): (None, unit),
        ByWeights(layer): itself,
        below: (None, source),
        Update(layer): itself,
    }


def _of_bias(lab: BackpropagationLab, place: Place) -> dict[Quantity, Part]:
    layer, unit = place.first, place.unit - 1
    worked_out = (PreActivation, ActivationOf, ByActivation, ByPreActivation)
    found: dict[Quantity, Part] = {quantity(layer): (None, unit) for quantity in worked_out}
    if lab.bias_unit:
        return {**found, ByWeights(layer): (unit, 0), Update(layer): (unit, 0)}
    return {**found, ByBias(layer): (0, unit), Update(layer, "b"): (0, unit)}


def _of_input(lab: BackpropagationLab, place: Place) -> dict[Quantity, Part]:
    example, unit = place.first - 1, place.unit - 1
    return {
        PreActivation(1): (example, None),
        ByWeights(1): (None, unit + lab.bias_unit),
        ByInput(0): (example, unit),
    }


def _of_target(lab: BackpropagationLab, place: Place) -> dict[Quantity, Part]:
    part = (place.first - 1, None if lab.takes_classes else place.unit - 1)
    return {quantity(lab.depth): part for quantity in (LossOf, ByActivation, ByPreActivation)}


PARTS: dict[str, Callable[[BackpropagationLab, Place], dict[Quantity, Part]]] = {
    "w": _of_weight,
    "b": _of_bias,
    "x": _of_input,
    "y": _of_target,
}


def belonging(sheet: Sheet, place: Place, quantity: Quantity) -> list[tuple[int, int]]:
    """Which numbers of ``quantity`` belong to the one at ``place``: rows and columns, counted from 0."""
    parts = PARTS[place.letter](sheet.lab, place)
    if quantity not in parts:
        return []
    row, column = parts[quantity]
    return [at for at in quantity.entries(sheet) if row in (None, at[0]) and column in (None, at[1])]


def shown_of(sheet: Sheet, place: Place, quantity: Quantity) -> list[tuple[int, int]]:
    """The same, without the other examples where each example has its own."""
    found, drawn = belonging(sheet, place, quantity), min(sheet.lab.example, sheet.lab.batch) - 1
    each = quantity.kind in ("z", "a", "loss", "dL/da", "dL/dz", "dL/dx")
    return [at for at in found if at[0] == drawn] or found if each else found


def steps_with(lab: BackpropagationLab, place: Place) -> list[int]:
    """The steps whose quantity has numbers that belong to the one at ``place``, counted from 1."""
    parts = PARTS[place.letter](lab, place)
    return [step for step, quantity in enumerate(steps(lab), 1) if quantity in parts]


def value_at(numbers: Numbers, place: Place, classes: bool) -> float:
    """The number at ``place``; a target among ``classes`` is the number of the true one, from 1."""
    first, unit = place.first - 1, place.unit - 1
    if place.letter == "w":
        return float(numbers.weights[first][unit, place.source - 1])
    if place.letter == "b":
        return float(numbers.biases[first][unit])
    if place.letter == "x":
        return float(numbers.x[first, unit])
    return float(numbers.y[first].argmax() + 1) if classes else float(numbers.y[first, unit])


# --- moving ---------------------------------------------------------------------------------------------------------


def picked(lab: BackpropagationLab, place: Place | None) -> BackpropagationLab:
    """``place`` picked: its layer is the one to edit, its example the one on the drawing."""
    if place is None:
        return changed(lab, selected="")
    where: dict[str, Any] = {"editing": place.first} if place.letter in "wb" else {"editing": 0, "example": place.first}
    return followed(changed(lab, selected=str(place), **where))


def at_step(lab: BackpropagationLab, step: int) -> BackpropagationLab:
    """At ``step``, or the nearest there is."""
    return followed(changed(lab, step=min(max(step, 1), len(steps(lab))), entry=1))


def followed(lab: BackpropagationLab) -> BackpropagationLab:
    """Of the quantity on screen, the number spelled out is one that belongs to the picked one, if any does."""
    if lab.picked is None:
        return lab
    sheet, quantity = sheet_of(lab, story(lab)), steps(lab)[step_of(lab) - 1]
    found = shown_of(sheet, lab.picked, quantity)
    return changed(lab, entry=quantity.entries(sheet).index(found[0]) + 1) if found else lab
