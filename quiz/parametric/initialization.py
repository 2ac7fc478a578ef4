"""How large first weights are, and what becomes of a signal."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from engine.streams import stream
from quiz.parametric.drawing import whole
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.writing import eq, tex

GAIN = "initialization?section=gain"
LAYERS = "initialization?section=layers"


def _scale(fill: Callable[..., Any], unit: Callable[..., Tensor], shape: tuple[int, ...], **settings: Any) -> float:
    """By what ``fill`` multiplies the draws of ``unit``: both draw the same from generators that are alike."""
    weight, other = torch.empty(shape, dtype=torch.float64), torch.empty(shape, dtype=torch.float64)
    fill(weight, generator=stream(0, "weights"), **settings)
    base = unit(other, generator=stream(0, "weights"))
    place = int(base.abs().argmax())
    return float(weight.flatten()[place] / base.flatten()[place])


def _xavier_deviation(inputs: int, outputs: int) -> Asked:
    value = _scale(nn.init.xavier_normal_, Tensor.normal_, (outputs, inputs))
    return Asked(
        text=f"`nn.init.xavier_normal_` fills the weights of a layer from {inputs} to {outputs} units. Which standard "
        f"deviation do they "
        "have?",
        value=value,
        rule=r"$\sigma = \sqrt{\frac{2}{n_{in} + n_{out}}}$: the variance is $2 / (n_{in} + n_{out})$, between what the "
        r"forward and "
        "the backward pass ask for.",
        working=rf"$\sqrt{{\frac{{2}}{{{inputs} + {outputs}}}}} = \sqrt{{{tex(2 / (inputs + outputs))}}} {eq(value)}$",
        decimals=3,
        mistakes={
            "That is the variance: the root is still to be taken.": 2 / (inputs + outputs),
            "Took He's, $\\sqrt{2 / n_{in}}$, which is made for ReLU.": math.sqrt(2 / inputs),
            "Took the root of the sum alone: the 2 is under the root too.": 2 / math.sqrt(inputs + outputs),
            "Took the half-width of Xavier's uniform form.": math.sqrt(6 / (inputs + outputs)),
        },
    )


def _xavier_bound(inputs: int, outputs: int) -> Asked:
    def unit(weight: Tensor, generator: torch.Generator) -> Tensor:
        return weight.uniform_(-1.0, 1.0, generator=generator)

    value = _scale(nn.init.xavier_uniform_, unit, (outputs, inputs))
    both = inputs + outputs
    return Asked(
        text=f"`nn.init.xavier_uniform_` fills the weights of a layer from {inputs} to {outputs} units with draws from "
        f"$U(-a, a)$. What is "
        "$a$?",
        value=value,
        rule=r"$a = \sqrt{\frac{6}{n_{in} + n_{out}}}$: the variance of $U(-a, a)$ is $a^2 / 3$, and it is to be "
        r"$2 / (n_{in} + n_{out})$.",
        working=rf"$\sqrt{{\frac{{6}}{{{inputs} + {outputs}}}}} = \sqrt{{{tex(6 / both)}}} {eq(value)}$",
        decimals=3,
        mistakes={
            "That is the standard deviation: $U(-a, a)$ has $a / \\sqrt{3}$.": math.sqrt(2 / both),
            "Counted the inputs only: that is He's bound, for ReLU.": math.sqrt(6 / inputs),
            "Forgot the root.": 6 / both,
        },
    )


def _he_deviation(inputs: int, outputs: int, kernel: int) -> Asked:
    value = _scale(nn.init.kaiming_normal_, Tensor.normal_, (outputs, inputs, kernel, kernel), nonlinearity="relu")
    fan = inputs * kernel * kernel
    return Asked(
        text=f"`nn.init.kaiming_normal_` with its defaults and `nonlinearity='relu'` fills the weights of "
        f"`nn.Conv2d({inputs}, {outputs}, {kernel})`. Which standard deviation do they have?",
        value=value,
        rule=r"$\sigma = \sqrt{\frac{2}{n_{in}}}$ with $n_{in} = C_{in} k^2$, the inputs of one output; the 2 makes up for "
        r"the half "
        "that ReLU silences.",
        working=rf"$n_{{in}} = {inputs} \cdot {kernel}^2 = {fan}$; $\sqrt{{\frac{{2}}{{{fan}}}}} {eq(value)}$",
        decimals=3,
        mistakes={
            "Forgot the kernel: an output sees $k^2$ pixels of every input channel.": math.sqrt(2 / inputs),
            "Counted the outputs: that is `mode='fan_out'`.": math.sqrt(2 / (outputs * kernel**2)),
            "That is the variance: the root is still to be taken.": 2 / fan,
            "Forgot the gain of ReLU: that is LeCun's.": math.sqrt(1 / fan),
        },
    )


def _default_deviation(inputs: int, outputs: int) -> Asked:
    def unit(weight: Tensor, generator: torch.Generator) -> Tensor:
        return weight.uniform_(-math.sqrt(3), math.sqrt(3), generator=generator)

    value = _scale(nn.init.kaiming_uniform_, unit, (outputs, inputs), a=math.sqrt(5))
    return Asked(
        text=f"`nn.Linear({inputs}, {outputs})` is made and left as it is: PyTorch drew its weights with "
        "`kaiming_uniform_(a=sqrt(5))`. Which standard deviation do they have?",
        value=value,
        rule=r"$U\left(-\frac{1}{\sqrt{n_{in}}}, \frac{1}{\sqrt{n_{in}}}\right)$, so $\sigma = \frac{1}{\sqrt{3 n_{in}}}$: "
        r"smaller than "
        "He's by a factor of 2.4, the root of 6.",
        working=rf"$\frac{{1}}{{\sqrt{{3 \cdot {inputs}}}}} {eq(value)}$",
        decimals=3,
        mistakes={
            "That is the half-width: $U(-a, a)$ has the deviation $a / \\sqrt{3}$.": 1 / math.sqrt(inputs),
            "Took He's: the slope of $\\sqrt{5}$ makes the gain much smaller.": math.sqrt(2 / inputs),
            "Took Xavier's: the outputs play no part here.": math.sqrt(2 / (inputs + outputs)),
        },
    )


def _through_layers(width: int, deviation: float, layers: int) -> Asked:
    moment = torch.ones((), dtype=torch.float64)
    for _ in range(layers):
        variance = width * deviation**2 * moment
        moment = variance / 2  # ReLU keeps the half of a symmetric distribution's square
    value = float(moment)
    factor = width * deviation**2 / 2
    if not 0.02 <= value <= 1000:
        raise DrawAgain
    return Asked(
        text=f"An input with a mean square of 1 goes through {layers} layers of {width} ReLU units without biases, as "
        f"wide as the input, whose weights are drawn from $N(0, {tex(deviation)}^2)$. Which mean square do the last "
        f"activations "
        "have, on average over the draws?",
        value=value,
        rule=r"$\left(\frac{n \sigma^2}{2}\right)^L$: a layer adds up $n$ terms, and ReLU halves the mean square. It stays "
        r"where $\sigma^2 = 2 / n$.",
        working=rf"$\frac{{{width} \cdot {tex(deviation)}^2}}{{2}} = {tex(factor)}$; ${tex(factor)}^{{{layers}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot that ReLU halves the mean square.": (2 * factor) ** layers,
            "Multiplied by the number of layers instead of raising to it.": factor * layers,
            "Took the deviation for the variance: $\\sigma^2$ counts.": (width * deviation / 2) ** layers,
            "Counted one layer too few.": factor ** (layers - 1),
        },
    )


FAMILIES = (
    Family(
        id="xavier-deviation",
        topic="initialization",
        level="foundation",
        title="Xavier's standard deviation",
        source="Glorot & Bengio 2010, equation 12; torch.nn.init.xavier_normal_",
        draws={"inputs": whole(10, 200, 5), "outputs": whole(10, 200, 5)},
        ask=_xavier_deviation,
        lab=LAYERS,
        chosen=True,
    ),
    Family(
        id="xavier-uniform-bound",
        topic="initialization",
        level="practitioner",
        title="Xavier's bound",
        source="Glorot & Bengio 2010, equation 16; torch.nn.init.xavier_uniform_",
        draws={"inputs": whole(10, 200, 5), "outputs": whole(10, 200, 5)},
        ask=_xavier_bound,
        lab=LAYERS,
    ),
    Family(
        id="he-deviation-of-a-conv",
        topic="initialization",
        level="practitioner",
        title="He's standard deviation for a convolution",
        source="He et al. 2015, section 2.2; torch.nn.init.kaiming_normal_",
        draws={
            "inputs": (3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64),
            "outputs": (8, 12, 16, 24, 32, 48, 64, 96),
            "kernel": (3, 5, 7),
        },
        ask=_he_deviation,
        lab=LAYERS,
    ),
    Family(
        id="default-deviation-of-linear",
        topic="initialization",
        level="expert",
        title="How PyTorch begins a linear layer",
        source="torch.nn.Linear.reset_parameters",
        draws={"inputs": whole(10, 300, 10), "outputs": whole(10, 300, 10)},
        ask=_default_deviation,
        lab=LAYERS,
    ),
    Family(
        id="mean-square-through-layers",
        topic="initialization",
        level="expert",
        title="A signal through ReLU layers",
        source="He et al. 2015, section 2.2",
        draws={
            "width": (32, 50, 64, 100, 128, 200, 256),
            "deviation": (0.08, 0.1, 0.12, 0.15, 0.18, 0.2, 0.25),
            "layers": whole(2, 6),
        },
        ask=_through_layers,
        lab=GAIN,
    ),
)
