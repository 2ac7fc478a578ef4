"""How a head is told where a token stands: the catalog. A row adds something to embeddings, or turns queries and keys."""

from typing import Annotated, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field

from engine.choice import Choice
from engine.labs.attention.results.heads import Matrix
from engine.streams import stream

TABLE_STREAM = 9
"""Of the draws of a learned table's first numbers."""


def angles(positions: int, width: int, base: float) -> Float[np.ndarray, "positions pairs"]:
    """p / base^(2i / width) for position p (from 0) and pair i of dimensions (from 0)."""
    rates = base ** (-2.0 * np.arange(width // 2) / width)
    return np.outer(np.arange(positions), rates)


class PositionsChoice(Choice, frozen=True):
    """A row of the catalog of positions."""

    def table(self, positions: int, width: int, seed: int = 0) -> Matrix:
        """Its numbers, a row for each position: what is drawn of it."""
        raise NotImplementedError

    def added(self, x: Matrix, seed: int = 0) -> Matrix:
        """Embeddings that hold their place."""
        return x

    def turned(self, q: Matrix) -> Matrix:
        """Queries, or keys, that hold their place."""
        return q


class NoPositions(PositionsChoice, frozen=True):
    kind: Literal["none"] = "none"
    label: ClassVar = "None"
    formula: ClassVar = r"h_p = x_p"
    lesson: ClassVar = "Attention takes a set: nothing tells the first token from the last."
    source: ClassVar = "Lee et al. 2019, property 1"

    def table(self, positions: int, width: int, seed: int = 0) -> Matrix:
        return np.zeros((positions, width))


class Sinusoidal(PositionsChoice, frozen=True):
    kind: Literal["sinusoidal"] = "sinusoidal"
    base: float = Field(
        10_000.0,
        ge=2.0,
        le=100_000.0,
        title="Base b",
        description="The slowest wave is about 2π times as long.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "Sinusoidal"
    formula: ClassVar = r"h_p = x_p + t_p, \quad t_{p,2i} = \sin(p / b^{2i/d}), \; t_{p,2i+1} = \cos(p / b^{2i/d})"
    lesson: ClassVar = "Waves of many lengths: the first dimensions count single places, the last ones large distances."
    source: ClassVar = "Vaswani et al. 2017, section 3.5"

    def table(self, positions: int, width: int, seed: int = 0) -> Matrix:
        found = np.zeros((positions, width))
        found[:, 0 : 2 * (width // 2) : 2] = np.sin(angles(positions, width, self.base))
        found[:, 1 : 2 * (width // 2) : 2] = np.cos(angles(positions, width, self.base))
        return found

    def added(self, x: Matrix, seed: int = 0) -> Matrix:
        return x + self.table(x.shape[0], x.shape[1])


class Learned(PositionsChoice, frozen=True):
    kind: Literal["learned"] = "learned"
    label: ClassVar = "Learned"
    formula: ClassVar = r"h_p = x_p + t_p, \quad t \text{ trained as any other weight}"
    lesson: ClassVar = (
        "A row for each place, drawn at random and trained; there is none beyond the longest sentence seen."
    )
    source: ClassVar = "Gehring et al. 2017, section 3.1"

    def table(self, positions: int, width: int, seed: int = 0) -> Matrix:
        draws = torch.randn(positions, width, generator=stream(seed, "weights", TABLE_STREAM), dtype=torch.float64)
        return draws.numpy()

    def added(self, x: Matrix, seed: int = 0) -> Matrix:
        return x + self.table(x.shape[0], x.shape[1], seed)


class Rotary(PositionsChoice, frozen=True):
    kind: Literal["rotary"] = "rotary"
    base: float = Field(
        10_000.0,
        ge=2.0,
        le=100_000.0,
        title="Base b",
        description="The slowest pair turns once in about 2π times as many positions.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "Rotary"
    formula: ClassVar = r"(q_{2i}, q_{2i+1}) \leftarrow R(p / b^{2i/d}) \, (q_{2i}, q_{2i+1}), \text{ keys alike}"
    lesson: ClassVar = (
        "Turns each pair of dimensions of queries and keys by an angle that grows with the place; adds nothing."
    )
    source: ClassVar = "Su et al. 2021, section 3.2"

    def table(self, positions: int, width: int, seed: int = 0) -> Matrix:
        """The vector (1, 0, 1, 0, ...) turned at every position."""
        return self.turned(np.tile(np.arange(1, width + 1) % 2, (positions, 1)).astype(float))

    def turned(self, q: Matrix) -> Matrix:
        pairs = 2 * (q.shape[1] // 2)
        angle = angles(q.shape[0], q.shape[1], self.base)
        found = q.astype(float).copy()
        first, second = q[:, 0:pairs:2], q[:, 1:pairs:2]
        found[:, 0:pairs:2] = first * np.cos(angle) - second * np.sin(angle)
        found[:, 1:pairs:2] = first * np.sin(angle) + second * np.cos(angle)
        return found


Positions = Annotated[NoPositions | Sinusoidal | Learned | Rotary, Field(discriminator="kind")]
Drawable = Annotated[Sinusoidal | Learned | Rotary, Field(discriminator="kind")]
"""Those of which there is something to draw."""
EVERY: tuple[PositionsChoice, ...] = (NoPositions(), Sinusoidal(), Learned(), Rotary())
"""One of each row, in their order."""
