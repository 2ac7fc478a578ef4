"""Penalties on the weights: terms of the loss, and shrinkage after the update. Biases and norms are never penalised."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor

from engine.choice import Choice

Weights = Sequence[Tensor]


def strength(default: float) -> Any:
    """λ, one meaning and one range for every penalty."""
    return Field(
        default, ge=0.0, le=10.0, title="Strength", description="λ, per weight.", json_schema_extra={"scale": "log"}
    )


class PenaltyChoice(Choice, frozen=True):
    """A row of the penalties catalog."""

    in_loss: ClassVar[bool] = False
    """Whether ``value`` is part of what is differentiated."""
    after_update: ClassVar[bool] = False
    """Whether ``shrink`` acts after the optimizer's step."""
    before_update: ClassVar[bool] = False
    """Whether ``shrink`` acts before the optimizer's step."""

    def value(self, weights: Weights) -> Tensor:
        """The term added to the loss, a scalar."""
        return torch.zeros(())

    def shrink(self, weights: Weights, rate: float) -> None:
        """Pull the weights towards 0 in place; ``rate`` is the learning rate of this step."""


class NoPenalty(PenaltyChoice, frozen=True):
    kind: Literal["none"] = "none"
    label: ClassVar = "None"
    formula: ClassVar = r"0"
    lesson: ClassVar = "Weights may grow as large as the data pulls them."
    source: ClassVar = "Goodfellow et al. 2016, chapter 7"


class L1(PenaltyChoice, frozen=True):
    kind: Literal["l1"] = "l1"
    strength: float = strength(0.001)
    label: ClassVar = "L1 (penalty)"
    formula: ClassVar = r"\lambda \sum |w|"
    lesson: ClassVar = "A constant push to 0 that overshoots it: weights hover near 0, but none is exactly 0."
    source: ClassVar = "Tibshirani 1996"
    in_loss: ClassVar = True

    def value(self, weights: Weights) -> Tensor:
        return self.strength * torch.stack([weight.abs().sum() for weight in weights]).sum()


class L1Proximal(PenaltyChoice, frozen=True):
    kind: Literal["l1_proximal"] = "l1_proximal"
    strength: float = strength(0.001)
    label: ClassVar = "L1 (proximal)"
    formula: ClassVar = r"w \leftarrow \mathrm{sign}(w) \max(|w| - \eta \lambda, 0) \quad \text{after the update}"
    lesson: ClassVar = "Soft-thresholding stops at 0: watch weights become exactly 0 and edges vanish."
    source: ClassVar = "Beck and Teboulle 2009"
    after_update: ClassVar = True

    @torch.no_grad()
    def shrink(self, weights: Weights, rate: float) -> None:
        for weight in weights:
            weight.copy_(weight.sign() * (weight.abs() - rate * self.strength).clamp_min(0))


class L2(PenaltyChoice, frozen=True):
    kind: Literal["l2"] = "l2"
    strength: float = strength(0.001)
    label: ClassVar = "L2"
    formula: ClassVar = r"\frac{\lambda}{2} \sum w^2"
    lesson: ClassVar = "Pulls each weight to 0 in proportion to its size; with the 1/2 its gradient is λw."
    source: ClassVar = "Hoerl and Kennard 1970"
    in_loss: ClassVar = True

    def value(self, weights: Weights) -> Tensor:
        return self.strength / 2 * torch.stack([weight.square().sum() for weight in weights]).sum()


class ElasticNet(PenaltyChoice, frozen=True):
    kind: Literal["elastic_net"] = "elastic_net"
    strength: float = strength(0.001)
    l1_share: float = Field(0.5, ge=0.0, le=1.0, title="L1 share", description="α: 1 is L1 alone, 0 is L2 alone.")
    label: ClassVar = "Elastic net"
    formula: ClassVar = r"\lambda \left( \alpha \sum |w| + \frac{1 - \alpha}{2} \sum w^2 \right)"
    lesson: ClassVar = "L1's push and L2's pull together: correlated inputs share their weight."
    source: ClassVar = "Zou and Hastie 2005"
    in_loss: ClassVar = True

    def value(self, weights: Weights) -> Tensor:
        absolute = torch.stack([weight.abs().sum() for weight in weights]).sum()
        squared = torch.stack([weight.square().sum() for weight in weights]).sum()
        return self.strength * (self.l1_share * absolute + (1 - self.l1_share) / 2 * squared)


class WeightDecay(PenaltyChoice, frozen=True):
    kind: Literal["weight_decay"] = "weight_decay"
    strength: float = strength(0.01)
    label: ClassVar = "Decoupled weight decay"
    formula: ClassVar = r"w \leftarrow (1 - \eta \lambda) w \quad \text{before the update}"
    lesson: ClassVar = "Shrinks the weights themselves, not their gradient; the same as L2 only for plain SGD."
    source: ClassVar = "Loshchilov and Hutter 2019"
    before_update: ClassVar = True

    @torch.no_grad()
    def shrink(self, weights: Weights, rate: float) -> None:
        for weight in weights:
            weight.mul_(1 - rate * self.strength)


Penalty = Annotated[NoPenalty | L1 | L1Proximal | L2 | ElasticNet | WeightDecay, Field(discriminator="kind")]
NO_PENALTY = NoPenalty()
