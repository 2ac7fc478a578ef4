"""The distributions that a learner can send into activations: a catalog. Each has the chosen mean and spread."""

import math
from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Choice


class InputChoice(Choice, frozen=True):
    """A row of the catalog: a standardised draw (mean 0, standard deviation 1), scaled and moved."""

    mean: float = Field(0.0, ge=-10.0, le=10.0, title="Mean", json_schema_extra={"step": 0.25})
    spread: float = Field(
        1.0, gt=0.0, le=10.0, title="Standard deviation", json_schema_extra={"step": 0.25}, description="Of the inputs."
    )

    def draw(self, rows: int, columns: int, generator: torch.Generator) -> Float[Tensor, "rows columns"]:
        """Independent inputs in double precision."""
        return self.mean + self.spread * self.standard(rows, columns, generator)

    def standard(self, rows: int, columns: int, generator: torch.Generator) -> Float[Tensor, "rows columns"]:
        """Draws u with mean 0 and standard deviation 1."""
        raise NotImplementedError


class NormalInputs(InputChoice, frozen=True):
    kind: Literal["normal"] = "normal"
    label: ClassVar = "Normal"
    formula: ClassVar = r"x = \mu + s u, \quad u \sim N(0, 1)"
    lesson: ClassVar = "The bell curve: what standardised data often looks like."
    source: ClassVar = "Gauss 1809"

    def standard(self, rows: int, columns: int, generator: torch.Generator) -> Float[Tensor, "rows columns"]:
        return torch.randn(rows, columns, generator=generator, dtype=torch.float64)


class UniformInputs(InputChoice, frozen=True):
    kind: Literal["uniform"] = "uniform"
    label: ClassVar = "Uniform"
    formula: ClassVar = r"x = \mu + s u, \quad u \sim U(-\sqrt 3, \sqrt 3)"
    lesson: ClassVar = "All values of an interval equally often, none beyond it."
    source: ClassVar = "The standardised uniform distribution"

    def standard(self, rows: int, columns: int, generator: torch.Generator) -> Float[Tensor, "rows columns"]:
        draws = torch.rand(rows, columns, generator=generator, dtype=torch.float64)
        return math.sqrt(3) * (2 * draws - 1)


class SkewedInputs(InputChoice, frozen=True):
    kind: Literal["skewed"] = "skewed"
    label: ClassVar = "Skewed (exponential)"
    formula: ClassVar = r"x = \mu + s u, \quad u = e - 1, \; e \sim \mathrm{Exp}(1)"
    lesson: ClassVar = "Many small values and a long tail of large ones, as incomes or counts have."
    source: ClassVar = "The standardised exponential distribution"

    def standard(self, rows: int, columns: int, generator: torch.Generator) -> Float[Tensor, "rows columns"]:
        empty = torch.empty(rows, columns, dtype=torch.float64)
        return empty.exponential_(generator=generator) - 1


class TwoClusters(InputChoice, frozen=True):
    kind: Literal["clusters"] = "clusters"
    apart: float = Field(
        0.95,
        ge=0.0,
        le=0.99,
        title="How far apart",
        description="Distance of each cluster from the mean, in standard deviations of the whole.",
        json_schema_extra={"step": 0.05},
    )
    label: ClassVar = "Two clusters"
    formula: ClassVar = r"x = \mu + s u, \quad u = \pm d + \sqrt{1 - d^2}\, n, \; n \sim N(0, 1)"
    lesson: ClassVar = "Two kinds of examples, as the two classes of a data set may be."
    source: ClassVar = "A mixture of two normal distributions"

    def standard(self, rows: int, columns: int, generator: torch.Generator) -> Float[Tensor, "rows columns"]:
        side = torch.randint(0, 2, (rows, columns), generator=generator, dtype=torch.float64) * 2 - 1
        noise = torch.randn(rows, columns, generator=generator, dtype=torch.float64)
        return self.apart * side + math.sqrt(1 - self.apart**2) * noise


Inputs = Annotated[NormalInputs | UniformInputs | SkewedInputs | TwoClusters, Field(discriminator="kind")]
