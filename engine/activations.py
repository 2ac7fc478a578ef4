"""Activation functions: the catalog, each row building the module PyTorch runs."""

from typing import Annotated, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from engine.choice import Choice


class Heaviside(nn.Module):
    """1 above zero, else 0; its derivative is 0, so nothing below it learns."""

    def forward(self, z: Float[Tensor, "*batch units"]) -> Float[Tensor, "*batch units"]:
        return torch.sign(z).clamp(min=0)


class MeasuredTanh(nn.Tanh):
    """Tanh; where no gradient is asked for, on the CPU, NumPy's: seven times as fast as PyTorch's on a boundary's cells.

    The two differ by at most 2 units in the last place.
    """

    def forward(self, z: Float[Tensor, "*batch units"]) -> Float[Tensor, "*batch units"]:
        if torch.is_grad_enabled() or z.device.type != "cpu":
            return torch.tanh(z)
        return torch.from_numpy(np.tanh(z.numpy()))


class MaxPieces(nn.Module):
    """The largest of ``pieces`` affine functions per unit: the linear layer before it is ``pieces`` times as wide."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces

    def forward(self, z: Float[Tensor, "*batch wide"]) -> Float[Tensor, "*batch units"]:
        return z.unflatten(-1, (-1, self.pieces)).amax(dim=-1)


class ActivationChoice(Choice, frozen=True):
    """A row of the activations catalog."""

    @property
    def pieces(self) -> int:
        """How many pre-activations one unit needs: 1, except for maxout."""
        return 1

    def build(self) -> nn.Module:
        """The module that maps pre-activations z to activations a, element by element (maxout: piece by piece)."""
        raise NotImplementedError


class Step(ActivationChoice, frozen=True):
    kind: Literal["step"] = "step"
    label: ClassVar = "Step"
    formula: ClassVar = r"a = 1 \text{ if } z > 0 \text{ else } 0"
    lesson: ClassVar = "The perceptron's switch: its derivative is 0, so the layers below it get no gradient at all."
    source: ClassVar = "Rosenblatt 1958"

    def build(self) -> nn.Module:
        return Heaviside()


class Linear(ActivationChoice, frozen=True):
    kind: Literal["linear"] = "linear"
    label: ClassVar = "Linear (none)"
    formula: ClassVar = r"a = z"
    lesson: ClassVar = "However many layers, the whole network is one affine map of its inputs: no bend anywhere."
    source: ClassVar = "Goodfellow et al. 2016, section 6.1"

    def build(self) -> nn.Module:
        return nn.Identity()


class Sigmoid(ActivationChoice, frozen=True):
    kind: Literal["sigmoid"] = "sigmoid"
    label: ClassVar = "Sigmoid"
    formula: ClassVar = r"a = \frac{1}{1 + e^{-z}}"
    lesson: ClassVar = "Its derivative is at most 1/4, so deep stacks of it starve their first layers of gradient."
    source: ClassVar = "Rumelhart et al. 1986"

    def build(self) -> nn.Module:
        return nn.Sigmoid()


class Tanh(ActivationChoice, frozen=True):
    kind: Literal["tanh"] = "tanh"
    label: ClassVar = "Tanh"
    formula: ClassVar = r"a = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}"
    lesson: ClassVar = "Zero-centred, with a slope of 1 at 0; saturates for large inputs, where its derivative nears 0."
    source: ClassVar = "LeCun et al. 1998"

    def build(self) -> nn.Module:
        return MeasuredTanh()


class ReLU(ActivationChoice, frozen=True):
    kind: Literal["relu"] = "relu"
    label: ClassVar = "ReLU"
    formula: ClassVar = r"a = \max(0, z)"
    lesson: ClassVar = "Does not saturate above 0; a unit whose input is negative for every example is dead."
    source: ClassVar = "Nair and Hinton 2010"

    def build(self) -> nn.Module:
        return nn.ReLU()


class LeakyReLU(ActivationChoice, frozen=True):
    kind: Literal["leaky_relu"] = "leaky_relu"
    slope: float = Field(0.01, ge=0.0, le=1.0, title="Slope below zero", json_schema_extra={"step": 0.01})
    label: ClassVar = "Leaky ReLU"
    formula: ClassVar = r"a = \max(0, z) + \alpha \min(0, z)"
    lesson: ClassVar = "Keeps a gradient where ReLU has none: with a slope above 0 no unit is dead for good."
    source: ClassVar = "Maas et al. 2013"

    def build(self) -> nn.Module:
        return nn.LeakyReLU(self.slope)


class ELU(ActivationChoice, frozen=True):
    kind: Literal["elu"] = "elu"
    alpha: float = Field(1.0, ge=0.1, le=3.0, title="Alpha", description="The value it approaches is minus alpha.")
    label: ClassVar = "ELU"
    formula: ClassVar = r"a = z \text{ if } z > 0 \text{ else } \alpha (e^{z} - 1)"
    lesson: ClassVar = "Negative outputs pull the mean activation towards 0; smooth at 0 when alpha is 1."
    source: ClassVar = "Clevert et al. 2016"

    def build(self) -> nn.Module:
        return nn.ELU(self.alpha)


class GELU(ActivationChoice, frozen=True):
    kind: Literal["gelu"] = "gelu"
    label: ClassVar = "GELU"
    formula: ClassVar = r"a = z\,\Phi(z)"
    lesson: ClassVar = (
        "Weighs its input by Φ(z), how likely a normal variable is to lie below it; usual in transformers."
    )
    source: ClassVar = "Hendrycks and Gimpel 2016"

    def build(self) -> nn.Module:
        return nn.GELU()


class SiLU(ActivationChoice, frozen=True):
    kind: Literal["silu"] = "silu"
    label: ClassVar = "SiLU (swish)"
    formula: ClassVar = r"a = \frac{z}{1 + e^{-z}}"
    lesson: ClassVar = "A smooth ReLU with a dip below 0: not monotonic, never quite dead."
    source: ClassVar = "Elfwing et al. 2018"

    def build(self) -> nn.Module:
        return nn.SiLU()


class Softplus(ActivationChoice, frozen=True):
    kind: Literal["softplus"] = "softplus"
    label: ClassVar = "Softplus"
    formula: ClassVar = r"a = \ln(1 + e^{z})"
    lesson: ClassVar = "ReLU with its corner rounded; its derivative is the sigmoid."
    source: ClassVar = "Dugas et al. 2001"

    def build(self) -> nn.Module:
        return nn.Softplus()


class Maxout(ActivationChoice, frozen=True):
    kind: Literal["maxout"] = "maxout"
    affine_pieces: int = Field(2, ge=2, le=8, title="Pieces", description="Affine functions each unit chooses from.")
    label: ClassVar = "Maxout"
    formula: ClassVar = r"a = \max_{k} (w_k^{\top} x + b_k)"
    lesson: ClassVar = "Learns its own convex shape from k affine functions, at k times the weights."
    source: ClassVar = "Goodfellow et al. 2013"

    @property
    def pieces(self) -> int:
        return self.affine_pieces

    def build(self) -> nn.Module:
        return MaxPieces(self.affine_pieces)


Activation = Annotated[
    Step | Linear | Sigmoid | Tanh | ReLU | LeakyReLU | ELU | GELU | SiLU | Softplus | Maxout,
    Field(discriminator="kind"),
]
