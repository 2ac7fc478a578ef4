"""Normalization of a hidden layer's pre-activations: the catalog."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from torch import nn

from engine.choice import Choice


class NormChoice(Choice, frozen=True):
    """A row of the norms catalog; it stands between the affine map and the activation."""

    def build(self, width: int) -> nn.Module | None:
        """The module that normalizes ``width`` pre-activations; None where they are used as they come."""
        return None


class NoNorm(NormChoice, frozen=True):
    kind: Literal["none"] = "none"
    label: ClassVar = "None"
    formula: ClassVar = r"\hat z = z"
    lesson: ClassVar = "Pre-activations are used as they come."
    source: ClassVar = "Goodfellow et al. 2016, section 8.7"


class BatchNorm(NormChoice, frozen=True):
    kind: Literal["batch_norm"] = "batch_norm"
    momentum: float = Field(
        0.1, gt=0.0, le=1.0, title="Momentum", description="Share of the newest batch in the running statistics."
    )
    eps: float = Field(1e-5, ge=1e-12, le=0.1, title="Epsilon", json_schema_extra={"scale": "log"})
    label: ClassVar = "Batch norm"
    formula: ClassVar = r"\hat z = \gamma \frac{z - \mu_{batch}}{\sqrt{\sigma^2_{batch} + \epsilon}} + \beta"
    lesson: ClassVar = (
        "Standardizes each unit over the mini-batch; at test time running averages take the batch's place."
    )
    source: ClassVar = "Ioffe and Szegedy 2015"

    def build(self, width: int) -> nn.Module:
        return nn.BatchNorm1d(width, eps=self.eps, momentum=self.momentum)


class LayerNorm(NormChoice, frozen=True):
    kind: Literal["layer_norm"] = "layer_norm"
    eps: float = Field(1e-5, ge=1e-12, le=0.1, title="Epsilon", json_schema_extra={"scale": "log"})
    label: ClassVar = "Layer norm"
    formula: ClassVar = r"\hat z = \gamma \frac{z - \mu_{units}}{\sqrt{\sigma^2_{units} + \epsilon}} + \beta"
    lesson: ClassVar = (
        "Standardizes each example over the layer's units, the same in training and at test time; a layer of one unit is "
        "left with its β alone."
    )
    source: ClassVar = "Ba et al. 2016"

    def build(self, width: int) -> nn.Module:
        return nn.LayerNorm(width, eps=self.eps)


Norm = Annotated[NoNorm | BatchNorm | LayerNorm, Field(discriminator="kind")]
