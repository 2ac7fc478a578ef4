"""How first weights are drawn. ``weight`` is (out, in), as in ``nn.Linear``, or (out, in, height, width), as in
``nn.Conv2d``: n_in and n_out then count the places of the kernel, too. Biases begin at 0 in every row."""

from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from engine.choice import Choice


class InitializerChoice(Choice, frozen=True):
    """A row of the initializers catalog."""

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        """Overwrite ``weight`` in place with draws from ``generator``."""
        raise NotImplementedError

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        """Variance of one weight about its mean of 0; None where the weights are not drawn at random."""
        raise NotImplementedError


class Zeros(InitializerChoice, frozen=True):
    kind: Literal["zeros"] = "zeros"
    label: ClassVar = "Zeros"
    formula: ClassVar = r"w = 0"
    lesson: ClassVar = (
        "With a hidden layer of tanh or ReLU only the output bias ever gets a gradient: nothing is learned."
    )
    source: ClassVar = "Goodfellow et al. 2016, section 8.4"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.zeros_(weight)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return None


class Constant(InitializerChoice, frozen=True):
    kind: Literal["constant"] = "constant"
    value: float = Field(0.1, ge=-2.0, le=2.0, title="Value", json_schema_extra={"step": 0.05})
    label: ClassVar = "Constant"
    formula: ClassVar = r"w = c"
    lesson: ClassVar = (
        "All units of a layer stay copies of each other, unless something random such as dropout tells them apart."
    )
    source: ClassVar = "Goodfellow et al. 2016, section 8.4"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.constant_(weight, self.value)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return None


class Uniform(InitializerChoice, frozen=True):
    kind: Literal["uniform"] = "uniform"
    scale: float = Field(0.5, gt=0.0, le=10.0, title="Half-width", json_schema_extra={"scale": "log"})
    label: ClassVar = "Uniform"
    formula: ClassVar = r"w \sim U(-s, s)"
    lesson: ClassVar = "The same width for every layer, whatever its size: too small starves, too large saturates."
    source: ClassVar = "Goodfellow et al. 2016, section 8.4"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.uniform_(weight, -self.scale, self.scale, generator=generator)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return self.scale**2 / 3


class Normal(InitializerChoice, frozen=True):
    kind: Literal["normal"] = "normal"
    scale: float = Field(0.5, gt=0.0, le=10.0, title="Standard deviation", json_schema_extra={"scale": "log"})
    label: ClassVar = "Normal"
    formula: ClassVar = r"w \sim N(0, s^2)"
    lesson: ClassVar = "The same spread for every layer: the signal shrinks or grows by a factor per layer."
    source: ClassVar = "Goodfellow et al. 2016, section 8.4"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.normal_(weight, 0.0, self.scale, generator=generator)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return self.scale**2


class XavierUniform(InitializerChoice, frozen=True):
    kind: Literal["xavier_uniform"] = "xavier_uniform"
    label: ClassVar = "Xavier uniform"
    formula: ClassVar = r"w \sim U(-a, a), \quad a = \sqrt{6 / (n_{in} + n_{out})}"
    lesson: ClassVar = "Keeps the variance of signal and gradient steady through tanh-like layers."
    source: ClassVar = "Glorot and Bengio 2010"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.xavier_uniform_(weight, generator=generator)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return 2 / (fan_in + fan_out)


class XavierNormal(InitializerChoice, frozen=True):
    kind: Literal["xavier_normal"] = "xavier_normal"
    label: ClassVar = "Xavier normal"
    formula: ClassVar = r"w \sim N(0, \sigma^2), \quad \sigma^2 = 2 / (n_{in} + n_{out})"
    lesson: ClassVar = "Xavier's variance drawn from a bell curve: a few weights begin far from 0."
    source: ClassVar = "Glorot and Bengio 2010"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.xavier_normal_(weight, generator=generator)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return 2 / (fan_in + fan_out)


class HeUniform(InitializerChoice, frozen=True):
    kind: Literal["he_uniform"] = "he_uniform"
    label: ClassVar = "He uniform"
    formula: ClassVar = r"w \sim U(-a, a), \quad a = \sqrt{6 / n_{in}}"
    lesson: ClassVar = "Twice LeCun's variance, because ReLU silences half of the signal."
    source: ClassVar = "He et al. 2015"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return 2 / fan_in


class HeNormal(InitializerChoice, frozen=True):
    kind: Literal["he_normal"] = "he_normal"
    label: ClassVar = "He normal"
    formula: ClassVar = r"w \sim N(0, \sigma^2), \quad \sigma^2 = 2 / n_{in}"
    lesson: ClassVar = "The usual start for deep ReLU networks."
    source: ClassVar = "He et al. 2015"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return 2 / fan_in


class LeCunNormal(InitializerChoice, frozen=True):
    kind: Literal["lecun_normal"] = "lecun_normal"
    label: ClassVar = "LeCun normal"
    formula: ClassVar = r"w \sim N(0, \sigma^2), \quad \sigma^2 = 1 / n_{in}"
    lesson: ClassVar = "Keeps the variance of the forward signal steady where the activation is near linear."
    source: ClassVar = "LeCun et al. 1998"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.kaiming_normal_(weight, nonlinearity="linear", generator=generator)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return 1 / fan_in


class Orthogonal(InitializerChoice, frozen=True):
    kind: Literal["orthogonal"] = "orthogonal"
    gain: float = Field(1.0, gt=0.0, le=4.0, title="Gain", json_schema_extra={"step": 0.1})
    label: ClassVar = "Orthogonal"
    formula: ClassVar = r"W^{\top} W = g^2 I \text{ (or } W W^{\top} = g^2 I \text{)}"
    lesson: ClassVar = "All singular values are the gain: a linear stack neither shrinks nor grows its signal."
    source: ClassVar = "Saxe et al. 2014"

    def fill(self, weight: Float[Tensor, "out in *kernel"], generator: torch.Generator) -> None:
        nn.init.orthogonal_(weight, self.gain, generator=generator)

    def variance(self, fan_in: int, fan_out: int) -> float | None:
        return self.gain**2 / max(fan_in, fan_out)  # the squares of all weights sum to gain^2 min(in, out)


Initializer = Annotated[
    Zeros
    | Constant
    | Uniform
    | Normal
    | XavierUniform
    | XavierNormal
    | HeUniform
    | HeNormal
    | LeCunNormal
    | Orthogonal,
    Field(discriminator="kind"),
]
