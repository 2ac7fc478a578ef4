"""Normalization of feature maps: the catalog. Each row scales and shifts every channel by two learned numbers."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from torch import nn

from engine.choice import Choice
from engine.vision.shapes import CannotFit, Shape, is_flat


class MapNormChoice(Choice, frozen=True):
    """A row of the catalog."""

    def check(self, before: Shape) -> None:
        """Raise CannotFit where it can't normalize what comes."""

    def build(self, before: Shape) -> nn.Module | None:
        """The module; None where maps are used as they come."""
        raise NotImplementedError


class NoMapNorm(MapNormChoice, frozen=True):
    kind: Literal["none"] = "none"
    label: ClassVar = "None"
    formula: ClassVar = r"\hat z = z"
    lesson: ClassVar = "Maps are used as they come."
    source: ClassVar = "Goodfellow et al. 2016, section 8.7"

    def build(self, before: Shape) -> nn.Module | None:
        return None


class MapBatchNorm(MapNormChoice, frozen=True):
    kind: Literal["batch_norm"] = "batch_norm"
    momentum: float = Field(
        0.1, gt=0.0, le=1.0, title="Momentum", description="Share of the newest batch in the running statistics."
    )
    label: ClassVar = "Batch norm"
    formula: ClassVar = r"\hat z_{nchw} = \gamma_c \frac{z_{nchw} - \mu_c}{\sqrt{\sigma_c^2 + \epsilon}} + \beta_c"
    lesson: ClassVar = (
        "Standardizes each channel over all pictures of the batch and all places; at test time running averages take "
        "the batch's place."
    )
    source: ClassVar = "Ioffe and Szegedy 2015, section 3.2"

    def build(self, before: Shape) -> nn.Module:
        kind = nn.BatchNorm1d if is_flat(before) else nn.BatchNorm2d
        return kind(before[0], momentum=self.momentum)


class MapGroupNorm(MapNormChoice, frozen=True):
    kind: Literal["group_norm"] = "group_norm"
    groups: int = Field(
        4, ge=1, le=64, title="Groups", description="1: over all channels; as many as channels: each alone."
    )
    label: ClassVar = "Group norm"
    formula: ClassVar = (
        r"\hat z_{nchw} = \gamma_c \frac{z_{nchw} - \mu_{ng}}{\sqrt{\sigma_{ng}^2 + \epsilon}} + \beta_c"
    )
    lesson: ClassVar = (
        "Standardizes each picture by itself, over the channels of a group and all places: the same in training and at "
        "test time, whatever the batch."
    )
    source: ClassVar = "Wu and He 2018"

    def check(self, before: Shape) -> None:
        if before[0] % self.groups:
            raise CannotFit(f"{before[0]} channels can't be shared out evenly among {self.groups} groups")
        if before[0] == self.groups and all(side == 1 for side in before[1:]):
            raise CannotFit("each group would be a single number, which normalizes to 0: choose fewer groups")

    def build(self, before: Shape) -> nn.Module:
        return nn.GroupNorm(self.groups, before[0])


MapNorm = Annotated[NoMapNorm | MapBatchNorm | MapGroupNorm, Field(discriminator="kind")]
