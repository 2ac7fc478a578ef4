"""Kernels for a transposed convolution, by their size."""

import math
from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Choice
from engine.streams import stream


class StampChoice(Choice, frozen=True):
    """A row of the catalog."""

    def build(self, size: int, stride: int, seed: int) -> Float[Tensor, "size size"]:
        """Its numbers, in float64."""
        raise NotImplementedError


class Ones(StampChoice, frozen=True):
    kind: Literal["ones"] = "ones"
    label: ClassVar = "Ones"
    formula: ClassVar = r"K_{uv} = 1"
    lesson: ClassVar = "The output is the sum of the inputs that reach each cell."
    source: ClassVar = "Dumoulin & Visin 2016"

    def build(self, size: int, stride: int, seed: int) -> Float[Tensor, "size size"]:
        return torch.ones(size, size, dtype=torch.float64)


class Bilinear(StampChoice, frozen=True):
    kind: Literal["bilinear"] = "bilinear"
    label: ClassVar = "Tent (bilinear)"
    formula: ClassVar = r"K_{uv} = t_u t_v, \quad t_u = \max\!\left(0,\; 1 - \frac{|u - (k - 1) / 2|}{s}\right)"
    lesson: ClassVar = "Straight lines from one input to the next; with k = 2s (or 2s - 1) the stamps add up evenly."
    source: ClassVar = "Long et al. 2015"

    def build(self, size: int, stride: int, seed: int) -> Float[Tensor, "size size"]:
        away = (torch.arange(size, dtype=torch.float64) - (size - 1) / 2).abs()
        tent = (1 - away / stride).clamp(min=0)
        return torch.outer(tent, tent)


class Bell(StampChoice, frozen=True):
    kind: Literal["bell"] = "bell"
    label: ClassVar = "Bell (Gaussian)"
    formula: ClassVar = (
        r"K_{uv} = e^{-((u - c)^2 + (v - c)^2) / (2 \sigma^2)}, \quad c = \tfrac{k - 1}{2},\; \sigma = \tfrac{k}{4}"
    )
    lesson: ClassVar = "Round and soft: stamps blend into each other."
    source: ClassVar = "textbook"

    def build(self, size: int, stride: int, seed: int) -> Float[Tensor, "size size"]:
        away = torch.arange(size, dtype=torch.float64) - (size - 1) / 2
        bell = torch.exp(-away.square() / (2 * (size / 4) ** 2))
        return torch.outer(bell, bell)


class Drawn(StampChoice, frozen=True):
    kind: Literal["drawn"] = "drawn"
    label: ClassVar = "Drawn at random"
    formula: ClassVar = r"K_{uv} \sim \mathcal{N}(0, 1 / k^2)"
    lesson: ClassVar = "As before training: nothing makes its stamps fit together."
    source: ClassVar = "He et al. 2015"

    def build(self, size: int, stride: int, seed: int) -> Float[Tensor, "size size"]:
        return torch.randn(size, size, generator=stream(seed, "weights"), dtype=torch.float64) / math.sqrt(size**2)


AnyStamp = Annotated[Ones | Bilinear | Bell | Drawn, Field(discriminator="kind")]
