"""Surfaces over a plane and curves over a line, drawn from a formula."""

import math
from typing import Any, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.data.source import HALF_WIDTH, Drawn, Planar
from engine.data.table import Table
from engine.data.toy import uniform


def added_noise(default: float) -> Any:
    """Noise of a numeric target: one meaning for all rows here."""
    return Field(
        default,
        ge=0.0,
        le=1.0,
        title="Noise",
        description="Standard deviation added to the target, whose clean values lie in about [-1, 1].",
        json_schema_extra={"step": 0.01},
    )


class Surface(Planar, frozen=True):
    """A target over the plane."""

    noise: float = added_noise(0.05)
    task: ClassVar = "regression"
    group: ClassVar = "Regression"

    def height(self, x1: Float[Tensor, " n"], x2: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        """The clean target."""
        raise NotImplementedError

    def draw(self, seed: int) -> Table:
        generator, noise = self.draws(seed, self.samples, 1)
        x = uniform(2 * self.samples, -HALF_WIDTH, HALF_WIDTH, generator).reshape(-1, 2)
        y, extra = self.height(x[:, 0], x[:, 1]), noise[:, 0]
        return Table(
            x=x.numpy(),
            y=(y + self.noise * extra).numpy(),
            columns=("x1", "x2"),
            target="y",
            test_y=(y + self.noise_at_test * extra).numpy(),
        )


class Plane(Surface, frozen=True):
    kind: Literal["plane"] = "plane"
    label: ClassVar = "Plane"
    formula: ClassVar = r"y = (x_1 + x_2) / 12"
    lesson: ClassVar = "A tilted plane: a network without hidden layers fits it exactly."
    source: ClassVar = "After TensorFlow Playground (Smilkov et al. 2017)"

    def height(self, x1: Float[Tensor, " n"], x2: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        return (x1 + x2) / 12


class TwoBumps(Surface, frozen=True):
    kind: Literal["two_bumps"] = "two_bumps"
    label: ClassVar = "Two bumps"
    formula: ClassVar = r"y = e^{-\lVert x - (2.5, 2.5) \rVert^2 / 4} - e^{-\lVert x + (2.5, 2.5) \rVert^2 / 4}"
    lesson: ClassVar = "A hill and a hollow on flat ground: watch which units build which."
    source: ClassVar = "After TensorFlow Playground (Smilkov et al. 2017)"

    def height(self, x1: Float[Tensor, " n"], x2: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        hill = torch.exp(-((x1 - 2.5) ** 2 + (x2 - 2.5) ** 2) / 4)
        hollow = torch.exp(-((x1 + 2.5) ** 2 + (x2 + 2.5) ** 2) / 4)
        return hill - hollow


class Curve(Drawn, frozen=True):
    """A target over one column, x in [-6, 6]."""

    samples: int = Field(200, ge=20, le=5000, title="Samples", json_schema_extra={"scale": "log"})
    noise: float = added_noise(0.1)
    task: ClassVar = "regression"
    group: ClassVar = "Regression"
    columns_count: ClassVar = 1

    def height(self, x: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        """The clean target."""
        raise NotImplementedError

    def draw(self, seed: int) -> Table:
        generator, noise = self.draws(seed, self.samples, 1)
        x = uniform(self.samples, -HALF_WIDTH, HALF_WIDTH, generator)
        y, extra = self.height(x), noise[:, 0]
        return Table(
            x=x.unsqueeze(1).numpy(),
            y=(y + self.noise * extra).numpy(),
            columns=("x",),
            target="y",
            test_y=(y + self.noise_at_test * extra).numpy(),
        )


class Sine(Curve, frozen=True):
    kind: Literal["sine"] = "sine"
    waves: float = Field(
        2.0, ge=0.5, le=6.0, title="Waves", description="Periods over the range.", json_schema_extra={"step": 0.5}
    )
    label: ClassVar = "Sine"
    formula: ClassVar = r"y = \sin(\pi n x / 6), \quad n \text{ waves}"
    lesson: ClassVar = "Each bend needs a few units: raise the waves until the network runs out of them."
    source: ClassVar = "A standard test of one-dimensional regression"

    def height(self, x: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        return torch.sin(math.pi * self.waves * x / HALF_WIDTH)


class Step(Curve, frozen=True):
    kind: Literal["step"] = "step"
    label: ClassVar = "Step"
    formula: ClassVar = r"y = 1 \text{ if } x > 0 \text{ else } -1"
    lesson: ClassVar = "A jump: smooth activations round it off, and larger weights sharpen it."
    source: ClassVar = "A standard test of one-dimensional regression"

    def height(self, x: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        return torch.where(x > 0, 1.0, -1.0).double()


class Polynomial(Curve, frozen=True):
    kind: Literal["polynomial"] = "polynomial"
    samples: int = Field(60, ge=20, le=5000, title="Samples", json_schema_extra={"scale": "log"})
    noise: float = added_noise(0.25)
    degree: int = Field(
        3, ge=1, le=9, title="Degree", description="The coefficients are fixed by it, so that y stays in [-1, 1]."
    )
    label: ClassVar = "Noisy polynomial"
    formula: ClassVar = r"y = T_d(x / 6), \quad T_d \text{ the Chebyshev polynomial of degree } d"
    lesson: ClassVar = "Few and noisy points: a large network follows the noise, which is over-fitting."
    source: ClassVar = "Chebyshev 1854; Bishop 2006, section 1.1 for the experiment"

    def height(self, x: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
        y: Tensor = torch.special.chebyshev_polynomial_t(x / HALF_WIDTH, self.degree)
        return y
