"""Optimizers: the catalog, each row building the ``torch.optim`` class it names."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import nn

from engine import lean
from engine.choice import Choice

lean.leave_out_the_compiler()

Groups = Iterable[nn.Parameter] | Iterable[dict[str, Any]]

FUSED = True
"""All arithmetic of an update in one call of PyTorch: Adam's takes a third of the time for networks of this size."""


def rate(default: float) -> Any:
    """The learning rate, one meaning and one range for every optimizer."""
    return Field(
        default, ge=1e-6, le=10.0, title="Learning rate", description="Step size η.", json_schema_extra={"scale": "log"}
    )


def decay(default: float, title: str, description: str) -> Any:
    """A coefficient of an exponential moving average: at least 0, below 1."""
    return Field(default, ge=0.0, lt=1.0, title=title, description=description, json_schema_extra={"step": 0.001})


def epsilon(default: float) -> Any:
    """The number that keeps a division by a vanishing average finite."""
    return Field(
        default,
        ge=1e-12,
        le=1.0,
        title="Epsilon",
        description="Added to the divisor.",
        json_schema_extra={"scale": "log"},
    )


class OptimizerChoice(Choice, frozen=True):
    """A row of the optimizers catalog. ``lr`` is the base rate that the schedule scales."""

    lr: float = rate(0.03)

    @property
    def has_momentum(self) -> bool:
        """Whether it averages gradients, so that a momentum cycle has something to move."""
        return False

    def momentum_in(self, group: dict[str, Any]) -> float | None:
        """The momentum in force in a parameter group of its optimizer; None where it has none."""
        return float(group["momentum"]) if self.has_momentum else None

    def set_momentum(self, group: dict[str, Any], momentum: float) -> None:
        """Write the momentum into a parameter group of its optimizer."""
        group["momentum"] = momentum

    def effective_rate(self, rate: float, updates: int) -> float:
        """The rate of the next update, when the schedule gives ``rate`` and so many were made."""
        return rate

    def build(self, parameters: Groups) -> torch.optim.Optimizer:
        """PyTorch's optimizer over ``parameters`` (or parameter groups)."""
        raise NotImplementedError


class SGD(OptimizerChoice, frozen=True):
    kind: Literal["sgd"] = "sgd"
    label: ClassVar = "Gradient descent (SGD)"
    formula: ClassVar = r"w \leftarrow w - \eta g"
    lesson: ClassVar = "One step against the gradient of the mini-batch; with a batch of all it is gradient descent."
    source: ClassVar = "Robbins and Monro 1951"

    def build(self, parameters: Groups) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, lr=self.lr, fused=FUSED)


class Momentum(OptimizerChoice, frozen=True):
    kind: Literal["momentum"] = "momentum"
    momentum: float = decay(0.9, "Momentum", "Share β of the last velocity that is kept.")
    dampening: float = Field(
        0.0, ge=0.0, le=1.0, title="Dampening", description="Scales the gradient by 1 minus this, after the first step."
    )
    label: ClassVar = "Momentum"
    formula: ClassVar = r"v \leftarrow \beta v + (1 - d) g, \quad w \leftarrow w - \eta v"
    lesson: ClassVar = (
        "A velocity sums the gradients, with a fading memory: up to 1 / (1 - β) times the pace along a ravine, calmer "
        "across it."
    )
    source: ClassVar = "Polyak 1964; PyTorch's convention"

    @property
    def has_momentum(self) -> bool:
        return self.momentum > 0

    def build(self, parameters: Groups) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, lr=self.lr, momentum=self.momentum, dampening=self.dampening, fused=FUSED)


class Nesterov(OptimizerChoice, frozen=True):
    kind: Literal["nesterov"] = "nesterov"
    momentum: float = Field(
        0.9,
        gt=0.0,
        lt=1.0,
        title="Momentum",
        description="Share β of the last velocity.",
        json_schema_extra={"step": 0.01},
    )
    label: ClassVar = "Nesterov"
    formula: ClassVar = r"v \leftarrow \beta v + g, \quad w \leftarrow w - \eta (g + \beta v)"
    lesson: ClassVar = "Momentum that looks one step ahead, and so brakes earlier before a slope turns."
    source: ClassVar = "Nesterov 1983; Sutskever et al. 2013"

    @property
    def has_momentum(self) -> bool:
        return True

    def build(self, parameters: Groups) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, lr=self.lr, momentum=self.momentum, nesterov=True, fused=FUSED)


class Adagrad(OptimizerChoice, frozen=True):
    kind: Literal["adagrad"] = "adagrad"
    lr: float = rate(0.1)
    lr_decay: float = Field(0.0, ge=0.0, le=1.0, title="Rate decay", description="The rate is η / (1 + (t - 1) d).")
    initial_accumulator_value: float = Field(0.0, ge=0.0, le=10.0, title="Initial accumulator")
    eps: float = epsilon(1e-10)
    label: ClassVar = "Adagrad"
    formula: ClassVar = (
        r"G \leftarrow G + g^2, \quad w \leftarrow w - \frac{\eta}{1 + (t-1) d} \frac{g}{\sqrt{G} + \epsilon}"
    )
    lesson: ClassVar = (
        "Each weight has its own rate, which only ever falls: good for rare features, tiring on long runs."
    )
    source: ClassVar = "Duchi et al. 2011"

    def effective_rate(self, rate: float, updates: int) -> float:
        return rate / (1 + updates * self.lr_decay)

    def build(self, parameters: Groups) -> torch.optim.Optimizer:
        return torch.optim.Adagrad(
            parameters,
            lr=self.lr,
            lr_decay=self.lr_decay,
            initial_accumulator_value=self.initial_accumulator_value,
            eps=self.eps,
            fused=FUSED,
        )


class RMSProp(OptimizerChoice, frozen=True):
    kind: Literal["rmsprop"] = "rmsprop"
    lr: float = rate(0.01)
    alpha: float = decay(0.99, "Smoothing", "Share α of the old average of squared gradients that is kept.")
    eps: float = epsilon(1e-8)
    momentum: float = decay(0.0, "Momentum", "Share β of the last velocity that is kept.")
    centered: bool = Field(
        False, title="Centred", description="Subtract the squared mean gradient: divide by a variance."
    )
    label: ClassVar = "RMSProp"
    formula: ClassVar = (
        r"s \leftarrow \alpha s + (1 - \alpha) g^2, \quad"
        r" u \leftarrow \beta u + \frac{g}{\sqrt{s} + \epsilon}, \quad w \leftarrow w - \eta u;"
        r" \quad \text{centred: } s - m^2 \text{ for } s, \; m \leftarrow \alpha m + (1 - \alpha) g"
    )
    lesson: ClassVar = "Adagrad with a memory that fades, so its rates can rise again."
    source: ClassVar = "Tieleman and Hinton 2012; Graves 2013 (centred)"

    @property
    def has_momentum(self) -> bool:
        return self.momentum > 0

    def build(self, parameters: Groups) -> torch.optim.Optimizer:
        return torch.optim.RMSprop(
            parameters, lr=self.lr, alpha=self.alpha, eps=self.eps, momentum=self.momentum, centered=self.centered
        )


class Adam(OptimizerChoice, frozen=True):
    kind: Literal["adam"] = "adam"
    lr: float = rate(0.01)
    beta1: float = decay(0.9, "Beta 1", "Share of the old average of gradients that is kept.")
    beta2: float = decay(0.999, "Beta 2", "Share of the old average of squared gradients that is kept.")
    eps: float = epsilon(1e-8)
    amsgrad: bool = Field(False, title="AMSGrad", description="Divide by the largest average seen so far.")
    label: ClassVar = "Adam"
    formula: ClassVar = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \; v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \;"
        r" w \leftarrow w - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon};"
        r" \; \text{AMSGrad: } \max_{s \le t} v_s \text{ for } v"
    )
    lesson: ClassVar = (
        "Averages of the gradient and of its square, corrected for starting at 0: about η per step at first."
    )
    source: ClassVar = "Kingma and Ba 2015"

    @property
    def has_momentum(self) -> bool:
        return True

    def momentum_in(self, group: dict[str, Any]) -> float | None:
        return float(group["betas"][0])

    def set_momentum(self, group: dict[str, Any], momentum: float) -> None:
        group["betas"] = (momentum, group["betas"][1])

    def build(self, parameters: Groups) -> torch.optim.Optimizer:
        betas = (self.beta1, self.beta2)
        return torch.optim.Adam(parameters, lr=self.lr, betas=betas, eps=self.eps, amsgrad=self.amsgrad, fused=FUSED)


class AdamW(Adam, frozen=True):
    kind: Literal["adamw"] = "adamw"  # type: ignore[assignment]
    weight_decay: float = Field(
        0.01,
        ge=0.0,
        le=10.0,
        title="Weight decay",
        description="λ; biases and norms are left out.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "AdamW"
    formula: ClassVar = (
        r"w \leftarrow (1 - \eta \lambda) w, \; \text{then Adam's step:} \;"
        r" w \leftarrow w - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon};"
        r" \; \text{AMSGrad: } \max_{s \le t} v_s \text{ for } v"
    )
    lesson: ClassVar = "Adam whose weight decay skips the adaptive scaling; the rate still multiplies it."
    source: ClassVar = "Loshchilov and Hutter 2019"

    def build(self, parameters: Groups) -> torch.optim.Optimizer:
        betas = (self.beta1, self.beta2)
        return torch.optim.AdamW(
            parameters,
            lr=self.lr,
            betas=betas,
            eps=self.eps,
            amsgrad=self.amsgrad,
            weight_decay=self.weight_decay,
            fused=FUSED,
        )


Optimizer = Annotated[SGD | Momentum | Nesterov | Adagrad | RMSProp | Adam | AdamW, Field(discriminator="kind")]


def same_state(old: OptimizerChoice, new: OptimizerChoice) -> bool:
    """Whether the averages of ``old`` mean the same to ``new``: same kind, and the same averages are kept at all."""
    if type(old) is not type(new):
        return False
    before, after = old.model_dump(), new.model_dump()
    switches = [name for name, value in after.items() if isinstance(value, bool)]
    return all(before[name] == after[name] for name in switches) and old.has_momentum == new.has_momentum
