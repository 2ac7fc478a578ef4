"""What is often written about first weights, and what a measurement says."""

import math
from collections.abc import Iterator

import numpy as np
import torch

from engine.activations import ActivationChoice, Sigmoid, Tanh
from engine.initializers import Constant, HeNormal, InitializerChoice, Normal, XavierNormal, XavierUniform, Zeros
from engine.jobs import Progress
from engine.labs.initialization.compare import Way, profiles
from engine.labs.initialization.fates import fate
from engine.labs.initialization.results import Comparison, Profile, Units
from engine.labs.initialization.state import Measuring, Symmetry
from engine.labs.initialization.symmetry import experiment_of, trained
from engine.labs.proof import Proof, Proved
from engine.streams import stream

FAN_IN, FAN_OUT = 300, 100
DEPTH, WIDTH = 20, 64
UPDATES = 200


def _last(steps: Iterator[Progress[Comparison]]) -> Profile:
    found = [step.result for step in steps if step.result is not None]
    return found[-1].profiles[0]


def _measured(activation: ActivationChoice, row: InitializerChoice) -> Profile:
    how = Measuring(seeds=3, examples=32)
    return _last(profiles(activation, (WIDTH,) * DEPTH, [Way(row.label, row)], how))


# --- Xavier ---------------------------------------------------------------------------------------------------------


def xavier_variance() -> Proved:
    """The variance of Xavier's draws beside the three values that are written."""
    rows, found = [], []
    for row in (XavierNormal(), XavierUniform()):
        weight = torch.empty(FAN_OUT, FAN_IN)
        row.fill(weight, stream(0, "weights"))
        found.append(float(weight.double().var(correction=0)))
        rows.append([row.label, f"{found[-1]:.5f}", f"{math.sqrt(found[-1]):.4f}"])
    right, often = 2 / (FAN_IN + FAN_OUT), 2 / math.sqrt(FAN_IN + FAN_OUT)
    sentence = (
        f"With $n_{{in}} = {FAN_IN}$ and $n_{{out}} = {FAN_OUT}$, {FAN_IN * FAN_OUT:,} draws have a variance of "
        f"{found[0]:.5f} and {found[1]:.5f}. $2 / (n_{{in}} + n_{{out}})$ is {right:.5f}; "
        f"$2 / \\sqrt{{n_{{in}} + n_{{out}}}}$ is {often:.5f}, {often / right:.0f} times as much."
    )
    return Proved(sentence, ("Draws", "variance", "standard deviation"), rows)


def xavier_sigmoid() -> Proved:
    """Xavier's weights under tanh and under the sigmoid."""
    tanh, sigmoid = _measured(Tanh(), XavierNormal()), _measured(Sigmoid(), XavierNormal())
    each = {"Tanh": fate(tanh), "Sigmoid": fate(sigmoid)}
    rows = [[name, f"{found.forward:.2g}", f"{found.backward:.2g}"] for name, found in each.items()]
    slope = float(np.median(tanh.gradient[:, 0] / tanh.gradient[:, -1]))
    sentence = (
        f"Through {DEPTH} layers of {WIDTH} units with Xavier's weights the gradient's mean square becomes "
        f"{slope:.2g} times as large with tanh, and {each['Sigmoid'].backward:.1g} times with the sigmoid, whose slope is "
        "at most 1/4. The derivation takes units with slope 1 and value 0 at 0: tanh is one, the sigmoid is not."
    )
    return Proved(sentence, ("Activation", "signal, last / first layer", "gradient, first / last layer"), rows)


# --- zeros, constants, small numbers --------------------------------------------------------------------------------


def _trained(asked: Symmetry, row: InitializerChoice) -> Units:
    return list(trained(experiment_of(asked, row), asked.updates))[-1][1]


def zeros_learn_nothing() -> Proved:
    """A network of zeros, one of a constant and one of draws after the same updates."""
    asked = Symmetry(updates=UPDATES)
    found = [_trained(asked, row) for row in (Zeros(), Constant(value=0.5), XavierUniform())]
    rows = [
        [units.label, f"{np.abs(units.weights[-1]).max():.3g}", f"{units.apart[-1]:.3g}", f"{units.right:.0%}"]
        for units in found
    ]
    moved = np.abs(found[0].weights).max()
    sentence = (
        f"After {UPDATES} updates the largest weight of the zero network's hidden layer is {moved:.3g}, and it has "
        f"{found[0].right:.0%} of the circle right; drawn weights have {found[2].right:.0%}. Each weight's gradient is a "
        "product with another layer's weights or activations, which are 0: only the output bias gets one. "
        f"A constant of 0.5 does learn, but as one single unit ({found[1].right:.0%})."
    )
    head = ("First weights", "largest hidden weight", "difference between units", "right answers")
    return Proved(sentence, head, rows)


def small_vanishes() -> Proved:
    """Standard deviation 0.01 against one that looks at the number of inputs."""
    rows, found = [], []
    for row, label in ((Normal(scale=0.01), "Standard deviation 0.01"), (XavierNormal(), "Xavier normal")):
        found.append(fate(_measured(Tanh(), row)))
        rows.append([label, f"{found[-1].forward:.2g}", f"{found[-1].backward:.2g}"])
    sentence = (
        f"In {DEPTH} layers of {WIDTH} tanh units, 0.01 leaves {found[0].forward:.1g} of the signal's variance and "
        f"{found[0].backward:.1g} of the gradient's; Xavier leaves {found[1].forward:.2g} and {found[1].backward:.2g}. "
        f"Each layer multiplies both by about $n \\sigma^2$, here {WIDTH * 0.01**2:.2g}."
    )
    return Proved(sentence, ("First weights", "signal, last / first layer", "gradient, first / last layer"), rows)


def he_for_relu() -> Proved:
    """He's and Xavier's weights under tanh: twice the variance is not simply safer."""
    rows, found = [], []
    for row in (XavierNormal(), HeNormal()):
        found.append(fate(_measured(Tanh(), row)))
        rows.append([row.label, f"{found[-1].forward:.2g}", f"{found[-1].backward:.2g}"])
    sentence = (
        f"Through {DEPTH} tanh layers He's weights make the gradient's mean square {found[1].backward:.2g} times as large "
        f"on its way back, Xavier's {found[0].backward:.2g} times. The 2 in $2 / n_{{in}}$ makes up for the half that "
        "ReLU silences; tanh silences none."
    )
    return Proved(sentence, ("First weights", "signal, last / first layer", "gradient, first / last layer"), rows)


PROOFS: tuple[Proof, ...] = (
    Proof(
        "xavier_variance",
        "Xavier's variance is $2 / \\sqrt{n_{in} + n_{out}}$, or 1.",
        "It is $2 / (n_{in} + n_{out})$; the root of that is the standard deviation.",
        xavier_variance,
    ),
    Proof(
        "xavier_sigmoid",
        "Xavier is made for the sigmoid.",
        "It is derived for units that are near linear around 0, with slope 1: tanh, not the sigmoid.",
        xavier_sigmoid,
    ),
    Proof(
        "zeros",
        "Zeros are a safe start.",
        "With tanh or ReLU in the hidden layer only the output bias ever gets a gradient: nothing else is learned.",
        zeros_learn_nothing,
    ),
    Proof(
        "small",
        "Small random numbers such as 0.01 will do for any network.",
        "How small depends on how many inputs a unit has, and how many layers follow: $n \\sigma^2$ is what counts.",
        small_vanishes,
    ),
    Proof(
        "he",
        "He initialization is the better choice for every network.",
        "It is derived for ReLU; under tanh the gradient grows from layer to layer.",
        he_for_relu,
    ),
)
