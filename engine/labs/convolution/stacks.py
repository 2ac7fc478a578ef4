"""Stacks of layers whose windows are all that counts: what of the picture a cell can depend on."""

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from engine.choice import Choice
from engine.labs.convolution.geometry import Line

MAX_LAYERS = 12


class LayerChoice(Choice, frozen=True):
    """A row of the catalog of layers."""

    def line(self, length: int) -> Line:
        """Its window on its way along a side of so many cells."""
        raise NotImplementedError

    def build(self, before: int, channels: int, generator: torch.Generator) -> "Built":
        """What it computes, from ``before`` channels, with drawn weights where it has any."""
        raise NotImplementedError

    @property
    def written(self) -> str:
        """Its name with its numbers."""
        raise NotImplementedError


Built = tuple[Callable[[Tensor], Tensor], int]
"""(what a layer computes, channels that come out)."""


class Convolving(LayerChoice, frozen=True):
    kind: Literal["convolution"] = "convolution"
    size: int = Field(3, ge=1, le=11, title="Kernel size k")
    stride: int = Field(1, ge=1, le=4, title="Stride s")
    dilation: int = Field(1, ge=1, le=8, title="Dilation d", description="From one cell that it reads to the next.")
    is_padded: bool = Field(True, title="Padding", description="Zeros around, so that stride 1 keeps the size.")
    label: ClassVar = "Convolution"
    formula: ClassVar = r"r \leftarrow r + (k - 1)\, d\, j, \quad j \leftarrow s\, j"
    lesson: ClassVar = "Adds (k - 1) d of the steps that its input has; a stride makes all steps after it larger."
    source: ClassVar = "Araujo et al. 2019"

    def line(self, length: int) -> Line:
        around = self.dilation * (self.size - 1) if self.is_padded else 0
        return Line(length, self.size, self.stride, self.dilation, around // 2, around - around // 2)

    def build(self, before: int, channels: int, generator: torch.Generator) -> Built:
        """He's first weights: N(0, 2 / (channels k²))."""
        k = torch.randn(channels, before, self.size, self.size, generator=generator)
        k *= (2 / (before * self.size**2)) ** 0.5

        def convolve(x: Tensor) -> Tensor:
            line = self.line(1)
            padded = F.pad(x, (line.before, line.after, line.before, line.after))
            return F.conv2d(padded, k.to(x.dtype), stride=self.stride, dilation=self.dilation)

        return convolve, channels

    @property
    def written(self) -> str:
        more = (f", stride {self.stride}" if self.stride > 1 else "") + (
            f", dilation {self.dilation}" if self.dilation > 1 else ""
        )
        return f"convolution {self.size}×{self.size}{more}"


class SlidingPool(LayerChoice, frozen=True):
    """A pool without padding: cells at the end that no whole window reaches are left out."""

    size: int = Field(2, ge=1, le=8, title="Window k")
    stride: int = Field(2, ge=1, le=8, title="Stride s")
    formula: ClassVar = r"r \leftarrow r + (k - 1)\, j, \quad j \leftarrow s\, j"

    def line(self, length: int) -> Line:
        return Line(length, self.size, self.stride)

    @property
    def written(self) -> str:
        return f"{self.label.lower()} {self.size}×{self.size}, stride {self.stride}"


class MaxPooling(SlidingPool, frozen=True):
    kind: Literal["max_pool"] = "max_pool"
    label: ClassVar = "Max pooling"
    lesson: ClassVar = "Can depend on its whole window, and each time depends on one cell of it."
    source: ClassVar = "Riesenhuber & Poggio 1999"

    def build(self, before: int, channels: int, generator: torch.Generator) -> Built:
        return nn.MaxPool2d(self.size, self.stride), before


class AveragePooling(SlidingPool, frozen=True):
    kind: Literal["average_pool"] = "average_pool"
    label: ClassVar = "Average pooling"
    lesson: ClassVar = "Depends on its whole window evenly."
    source: ClassVar = "LeCun et al. 1989"

    def build(self, before: int, channels: int, generator: torch.Generator) -> Built:
        return nn.AvgPool2d(self.size, self.stride), before


AnyLayer = Annotated[Convolving | MaxPooling | AveragePooling, Field(discriminator="kind")]
Stack = tuple[LayerChoice, ...]

PRESETS: Mapping[str, Stack] = {
    "Five 3×3": (Convolving(),) * 5,
    "Twelve 3×3": (Convolving(),) * 12,
    "With pooling": (Convolving(), Convolving(), MaxPooling(), Convolving(), Convolving(), MaxPooling(), Convolving()),
    "With strides": (Convolving(stride=2), Convolving(stride=2), Convolving(stride=2)),
    "Dilated 1, 2, 4": tuple(Convolving(dilation=d) for d in (1, 2, 4)),
    "Dilated 2, 2, 2": (Convolving(dilation=2),) * 3,
    "One 7×7": (Convolving(size=7),),
}
"""Stacks to begin with."""


def layers_of(stack: Stack, channels: int, generator: torch.Generator) -> list[Callable[[Tensor], Tensor]]:
    """What each layer computes, with drawn weights, of a picture of one channel."""
    made, before = [], 1
    for layer in stack:
        compute, before = layer.build(before, channels, generator)
        made.append(compute)
    return made


def paths_through(layer: LayerChoice, x: Float[Tensor, "1 1 height width"]) -> Float[Tensor, "1 1 rows columns"]:
    """The layer with all its weights 1: linear, so that its gradient counts the paths."""
    lines = [layer.line(side) for side in x.shape[2:]]
    down, across = lines
    padded = F.pad(x, (across.before, across.after, down.before, down.after))
    ones = x.new_ones(1, 1, down.size, across.size)
    return F.conv2d(padded, ones, stride=(down.stride, across.stride), dilation=(down.dilation, across.dilation))
