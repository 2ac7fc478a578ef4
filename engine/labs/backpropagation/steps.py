"""The list of steps of a pass: which quantity comes when."""

from engine.labs.backpropagation.backward import ByActivation, ByBias, ByInput, ByPreActivation, ByWeights
from engine.labs.backpropagation.forward import ActivationOf, LossOf, PreActivation
from engine.labs.backpropagation.notation import Notation
from engine.labs.backpropagation.quantity import Quantity, Sheet
from engine.labs.backpropagation.results import Story
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.update import Update

KINDS: tuple[type[Quantity], ...] = (
    PreActivation,
    ActivationOf,
    LossOf,
    ByActivation,
    ByPreActivation,
    ByWeights,
    ByBias,
    ByInput,
    Update,
)
"""One row class for each kind of quantity."""


def notation_of(lab: BackpropagationLab) -> Notation:
    """The notation that is switched on."""
    return Notation(lab.layout == "columns", lab.bias_unit)


def sheet_of(lab: BackpropagationLab, told: Story) -> Sheet:
    """What the formulas of the pass on screen are filled in from."""
    return Sheet(lab, told.hand, notation_of(lab))


def steps(lab: BackpropagationLab) -> tuple[Quantity, ...]:
    """Every quantity of a pass, in the order in which it is known.

    With the bias as a unit, its gradient and its update are part of the weights': it has no steps of its own.
    """
    found: list[Quantity] = []
    layers = range(1, lab.depth + 1)
    for layer in layers:
        found += [PreActivation(layer), ActivationOf(layer)]
    found.append(LossOf(lab.depth))
    for layer in reversed(layers):
        found += [ByActivation(layer), ByPreActivation(layer), ByWeights(layer)]
        found += [] if lab.bias_unit else [ByBias(layer)]
    found.append(ByInput(0))
    for layer in layers:
        found += [Update(layer)] if lab.bias_unit else [Update(layer), Update(layer, "b")]
    return tuple(found)


def step_of(lab: BackpropagationLab) -> int:
    """The step on screen: the one the state names, or the last there is."""
    return min(lab.step, len(steps(lab)))


def next_phase(lab: BackpropagationLab) -> int:
    """The first step of the next phase; the last step where there is none."""
    listed, now = steps(lab), step_of(lab)
    later = [place for place, item in enumerate(listed, 1) if place > now and item.phase != listed[now - 1].phase]
    return later[0] if later else len(listed)


def same_step(old: BackpropagationLab, new: BackpropagationLab) -> int:
    """Where the quantity on screen stands in the list of another notation or network; where it has gone, the same phase."""
    shown, listed = steps(old)[step_of(old) - 1], steps(new)
    if shown in listed:
        return listed.index(shown) + 1
    if isinstance(shown, ByBias) and ByWeights(shown.layer) in listed:
        return listed.index(ByWeights(shown.layer)) + 1
    if isinstance(shown, Update) and Update(shown.layer) in listed:
        return listed.index(Update(shown.layer)) + 1
    return next(place for place, item in enumerate(listed, 1) if item.phase == shown.phase)
