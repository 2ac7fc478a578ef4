"""Two-dimensional classes drawn from a formula."""

import math
from typing import ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor

from engine.data.source import HALF_WIDTH, Planar
from engine.data.table import Table


class Toy(Planar, frozen=True):
    """A row that draws clean points per class; Gaussian jitter is added to their coordinates."""

    noise: float = Field(
        0.05,
        ge=0.0,
        le=1.0,
        title="Noise",
        description="Standard deviation of the jitter, as a share of the half-width 6.",
        json_schema_extra={"step": 0.01},
    )
    balance: float = Field(
        0.5,
        ge=0.1,
        le=0.9,
        title="Share of the first class",
        description="Of two classes. The first of K classes has 2/K of this share, so 0.5 keeps all equal.",
        json_schema_extra={"step": 0.05},
    )
    group: ClassVar = "Toy"

    def counts(self) -> list[int]:
        """Rows per class: the first has 2 balance / K of them, the other K - 1 classes the rest in equal parts."""
        first = round(self.samples * 2 * self.balance / self.class_count)
        rest, others = self.samples - first, self.class_count - 1
        return [first, *(rest // others + (i < rest % others) for i in range(others))]

    def clean(self, label: int, count: int, generator: torch.Generator) -> Float[Tensor, "rows 2"]:
        """``count`` points of class ``label``, without noise."""
        raise NotImplementedError

    def draw(self, seed: int) -> Table:
        generator, noise = self.draws(seed, self.samples, 2)
        counts = self.counts()
        x = torch.cat([self.clean(label, count, generator) for label, count in enumerate(counts)])
        y: Int[Tensor, " rows"] = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
        jitter = noise * HALF_WIDTH
        return Table(
            x=(x + self.noise * jitter).numpy(),
            y=y.numpy(),
            columns=("x1", "x2"),
            target="class",
            classes=tuple(f"class {label + 1}" for label in range(len(counts))),
            test_x=(x + self.noise_at_test * jitter).numpy(),
        )


def uniform(count: int, low: float, high: float, generator: torch.Generator) -> Float[Tensor, " count"]:
    """``count`` draws from U(low, high), in double precision."""
    return torch.rand(count, generator=generator, dtype=torch.float64) * (high - low) + low


def polar(radius: Float[Tensor, " n"], angle: Float[Tensor, " n"]) -> Float[Tensor, "n 2"]:
    """Points (r sin a, r cos a)."""
    return torch.stack([radius * torch.sin(angle), radius * torch.cos(angle)], dim=1)


class Circle(Toy, frozen=True):
    kind: Literal["circle"] = "circle"
    label: ClassVar = "Circle"
    formula: ClassVar = r"r \sim U(0, 3) \text{ or } U(4.2, 6), \quad \theta \sim U(0, 2\pi)"
    lesson: ClassVar = "One class surrounds the other: a line can't part them, x1² + x2² can."
    source: ClassVar = "After TensorFlow Playground (Smilkov et al. 2017)"

    def clean(self, label: int, count: int, generator: torch.Generator) -> Float[Tensor, "rows 2"]:
        radius = uniform(count, *((0.0, 3.0) if label == 0 else (4.2, 6.0)), generator)
        return polar(radius, uniform(count, 0.0, 2 * math.pi, generator))


class Gaussians(Toy, frozen=True):
    kind: Literal["gaussians"] = "gaussians"
    noise: float = Field(
        0.15,
        ge=0.0,
        le=1.0,
        title="Noise",
        description="Standard deviation of each cloud, as a share of the half-width 6.",
        json_schema_extra={"step": 0.01},
    )
    label: ClassVar = "Two Gaussians"
    formula: ClassVar = r"x \sim N(\pm(2.5, 2.5), \sigma^2 I), \quad \sigma = 6 \cdot \text{noise}"
    lesson: ClassVar = "Two equal clouds: the best boundary is a straight line, so depth 0 is enough."
    source: ClassVar = "After TensorFlow Playground (Smilkov et al. 2017)"

    def clean(self, label: int, count: int, generator: torch.Generator) -> Float[Tensor, "rows 2"]:
        return torch.full((count, 2), -2.5 if label == 0 else 2.5, dtype=torch.float64)


class XOR(Toy, frozen=True):
    kind: Literal["xor"] = "xor"
    label: ClassVar = "XOR"
    formula: ClassVar = r"x_1, x_2 \sim \pm U(0.3, 6), \quad \text{class } [x_1 x_2 < 0]"
    lesson: ClassVar = "The problem a single layer can't solve: opposite corners belong together."
    source: ClassVar = "Minsky and Papert 1969"

    def clean(self, label: int, count: int, generator: torch.Generator) -> Float[Tensor, "rows 2"]:
        size = uniform(2 * count, 0.3, HALF_WIDTH, generator).reshape(count, 2)
        first = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0).double()
        return size * torch.stack([first, first if label == 0 else -first], dim=1)


class Spiral(Toy, frozen=True):
    kind: Literal["spiral"] = "spiral"
    noise: float = Field(
        0.03,
        ge=0.0,
        le=1.0,
        title="Noise",
        description="Standard deviation of the jitter, as a share of the half-width 6.",
        json_schema_extra={"step": 0.01},
    )
    arms: int = Field(2, ge=2, le=5, title="Arms", description="Each arm is a class.")
    turns: float = Field(1.25, ge=0.25, le=3.0, title="Turns", json_schema_extra={"step": 0.25})
    label: ClassVar = "Spiral"
    formula: ClassVar = (
        r"(r \sin\theta, r \cos\theta), \; r = 6t, \; \theta = 2\pi (n t + k / K), \; t \sim U(0.05, 1),"
        r" \; n \text{ turns}, \; K \text{ arms}"
    )
    lesson: ClassVar = "Arms wound into each other: needs several hidden units and some patience."
    source: ClassVar = "Lang and Witbrock 1988"

    @property
    def class_count(self) -> int:
        return self.arms

    def clean(self, label: int, count: int, generator: torch.Generator) -> Float[Tensor, "rows 2"]:
        t = uniform(count, 0.05, 1.0, generator)
        return polar(HALF_WIDTH * t, 2 * math.pi * (self.turns * t + label / self.arms))


class Moons(Toy, frozen=True):
    kind: Literal["moons"] = "moons"
    label: ClassVar = "Moons"
    formula: ClassVar = (
        r"3.5(\cos\theta - \tfrac12, \sin\theta - \tfrac14) \text{ and }"
        r" 3.5(\tfrac12 - \cos\theta, \tfrac14 - \sin\theta), \; \theta \sim U(0, \pi)"
    )
    lesson: ClassVar = "Two half circles, each reaching into the other: a gently bent boundary is enough."
    source: ClassVar = "scikit-learn's make_moons, rescaled and centred"

    def clean(self, label: int, count: int, generator: torch.Generator) -> Float[Tensor, "rows 2"]:
        angle = uniform(count, 0.0, math.pi, generator)
        moon = 3.5 * torch.stack([torch.cos(angle) - 0.5, torch.sin(angle) - 0.25], dim=1)
        return moon if label == 0 else -moon


class Checkerboard(Toy, frozen=True):
    kind: Literal["checkerboard"] = "checkerboard"
    samples: int = Field(1000, ge=20, le=5000, title="Samples", json_schema_extra={"scale": "log"})
    noise: float = Field(
        0.0,
        ge=0.0,
        le=1.0,
        title="Noise",
        description="Standard deviation of the jitter, as a share of the half-width 6.",
        json_schema_extra={"step": 0.01},
    )
    cells: int = Field(4, ge=2, le=6, title="Cells per side")
    label: ClassVar = "Checkerboard"
    formula: ClassVar = (
        r"\text{class } (i + j) \bmod 2, \quad"
        r" x \text{ uniform in the inner 92 \% of each side of cell } (i, j) \text{ of an } n \times n \text{ board}"
    )
    lesson: ClassVar = "Many small regions: the more cells, the more units it takes."
    source: ClassVar = "Common in kernel-method papers"

    def clean(self, label: int, count: int, generator: torch.Generator) -> Float[Tensor, "rows 2"]:
        board = np.indices((self.cells, self.cells)).reshape(2, -1).T
        mine = torch.tensor(board[board.sum(axis=1) % 2 == label], dtype=torch.float64)
        chosen = mine[torch.randint(len(mine), (count,), generator=generator)]
        inside = uniform(2 * count, 0.04, 0.96, generator).reshape(count, 2)
        return (chosen + inside) / self.cells * 2 * HALF_WIDTH - HALF_WIDTH
