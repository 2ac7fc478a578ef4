"""Ways to halve a map, by what they keep of where things were."""

from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F

from engine.choice import Choice
from engine.labs.convolution.stacks import AveragePooling, Convolving, MaxPooling, Stack

Maps = Float[Tensor, "pictures channels height width"]
Halved = Float[Tensor, "pictures channels rows columns"]


class DownsamplingChoice(Choice, frozen=True):
    """A row of the catalog: a map comes out half as high and half as wide."""

    windows: ClassVar[Stack]
    """The same windows as plain layers, for where its cells look."""

    def apply(self, x: Maps) -> Halved:
        """What comes out."""
        raise NotImplementedError


class EverySecond(DownsamplingChoice, frozen=True):
    kind: Literal["every_second"] = "every_second"
    label: ClassVar = "Stride 2"
    formula: ClassVar = r"y_{ij} = x_{2i,\, 2j}"
    lesson: ClassVar = "A convolution with stride 2 is one with stride 1 of which every second row and column is kept."
    source: ClassVar = "Springenberg et al. 2014"
    windows: ClassVar = (MaxPooling(size=1, stride=2),)

    def apply(self, x: Maps) -> Halved:
        return x[..., ::2, ::2]


class MaxHalving(DownsamplingChoice, frozen=True):
    kind: Literal["max"] = "max"
    label: ClassVar = "Max pooling"
    formula: ClassVar = r"y_{ij} = \max_{0 \le u, v < 2} x_{2i + u,\, 2j + v}"
    lesson: ClassVar = "The same largest number may fall into the next window after a shift by 1."
    source: ClassVar = "Riesenhuber & Poggio 1999"
    windows: ClassVar = (MaxPooling(),)

    def apply(self, x: Maps) -> Halved:
        return F.max_pool2d(x, 2)


class AverageHalving(DownsamplingChoice, frozen=True):
    kind: Literal["average"] = "average"
    label: ClassVar = "Average pooling"
    formula: ClassVar = r"y_{ij} = \tfrac{1}{4} \sum_{0 \le u, v < 2} x_{2i + u,\, 2j + v}"
    lesson: ClassVar = "A short blur before every second number is kept."
    source: ClassVar = "LeCun et al. 1989"
    windows: ClassVar = (AveragePooling(),)

    def apply(self, x: Maps) -> Halved:
        return F.avg_pool2d(x, 2)


class BlurredMax(DownsamplingChoice, frozen=True):
    kind: Literal["blurred_max"] = "blurred_max"
    label: ClassVar = "Max, blurred (anti-aliased)"
    formula: ClassVar = (
        r"m_{ij} = \max_{0 \le u, v < 2} x_{i + u,\, j + v}, \quad "
        r"y_{ij} = \tfrac{1}{16} \sum_{|u|, |v| \le 1} b_u b_v\, m_{2i + u,\, 2j + v}, \; b = (1, 2, 1)"
    )
    lesson: ClassVar = (
        "The maximum at every place, then a blur, and only then every second number: what is left out was smoothed."
    )
    source: ClassVar = "Zhang 2019"
    windows: ClassVar = (MaxPooling(size=2, stride=1), Convolving(size=3, stride=2))

    def apply(self, x: Maps) -> Halved:
        line = torch.tensor([1.0, 2.0, 1.0], dtype=x.dtype) / 4
        channels = x.shape[1]
        blur = torch.outer(line, line).expand(channels, 1, 3, 3)
        return F.conv2d(F.max_pool2d(x, 2, 1), blur, stride=2, padding=1, groups=channels)


Downsampling = Annotated[EverySecond | MaxHalving | AverageHalving | BlurredMax, Field(discriminator="kind")]
EVERY: tuple[EverySecond | MaxHalving | AverageHalving | BlurredMax, ...] = (
    EverySecond(),
    MaxHalving(),
    AverageHalving(),
    BlurredMax(),
)
