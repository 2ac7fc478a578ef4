"""Where the entries of queries and keys are drawn from: independent, of mean 0 and variance 1. The catalog."""

from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Choice


class EntriesChoice(Choice, frozen=True):
    """A row of the entries catalog."""

    def draw(self, *shape: int, generator: torch.Generator) -> Float[Tensor, "..."]:
        """Independent draws of mean 0 and variance 1, in double precision."""
        raise NotImplementedError


class NormalEntries(EntriesChoice, frozen=True):
    kind: Literal["normal"] = "normal"
    label: ClassVar = "Normal"
    formula: ClassVar = r"N(0, 1)"
    lesson: ClassVar = "A bell curve, as weighted sums of many inputs tend to have."
    source: ClassVar = "Vaswani et al. 2017, footnote 4"

    def draw(self, *shape: int, generator: torch.Generator) -> Float[Tensor, "..."]:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)


class UniformEntries(EntriesChoice, frozen=True):
    kind: Literal["uniform"] = "uniform"
    label: ClassVar = "Uniform"
    formula: ClassVar = r"U(-\sqrt{3}, \sqrt{3})"
    lesson: ClassVar = "No entry beyond √3: the growth of the sum is the same."
    source: ClassVar = "Vaswani et al. 2017, footnote 4 (any entries of mean 0, variance 1)"

    def draw(self, *shape: int, generator: torch.Generator) -> Float[Tensor, "..."]:
        return (torch.rand(*shape, generator=generator, dtype=torch.float64) * 2 - 1) * 3**0.5


class SignEntries(EntriesChoice, frozen=True):
    kind: Literal["signs"] = "signs"
    label: ClassVar = "Signs"
    formula: ClassVar = r"\pm 1 \text{ with probability } 1/2"
    lesson: ClassVar = "As plain as can be: a dot product counts agreements less disagreements."
    source: ClassVar = "Vaswani et al. 2017, footnote 4 (any entries of mean 0, variance 1)"

    def draw(self, *shape: int, generator: torch.Generator) -> Float[Tensor, "..."]:
        return torch.randint(2, shape, generator=generator).double() * 2 - 1


Entries = Annotated[NormalEntries | UniformEntries | SignEntries, Field(discriminator="kind")]
