"""Regression of an angle: as one number, which jumps after a full turn, or as a point on the circle, which does not."""

import math
from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.vision.heads.head import HeadChoice
from engine.vision.images import Part

CLOSE = 10.0
"""Degrees: an answer that is no further off counts as close."""
HAND = 0.45
"""Length of a hand that shows an angle, as a share of the picture."""


class Angle(HeadChoice, frozen=True):
    kind: Literal["angle"] = "angle"
    answers: Literal["sine and cosine", "number"] = Field(
        "sine and cosine",
        title="Answers with",
        description="number: just before and just after a full turn look alike, and are told apart by all of it.",
    )
    symmetry: int = Field(
        1,
        ge=1,
        le=6,
        title="Turns that look alike",
        description="s: after a turn of 360/s degrees the shape looks the same (square and cross 4, triangle 3), so that the "
        "angle is known up to that only.",
    )
    label: ClassVar = "Angle"
    formula: ClassVar = (
        r"(\sin s\theta, \cos s\theta), \quad "
        r"\hat\theta = \tfrac1s \mathrm{atan2}(z_1, z_2) \quad \text{or } \hat\theta = z"
    )
    lesson: ClassVar = "359 degrees and 1 degree are neighbours on the circle, and far apart as numbers."
    source: ClassVar = "Bishop 2006, section 2.3.8 (periodic variables)"
    gives: ClassVar = "numbers"
    needs: ClassVar = ("angle",)
    loss_label: ClassVar = "Mean squared error"
    score_names: ClassVar = ("angle_error", "close")

    @property
    def loss_unit(self) -> str:
        return "rad²" if self.answers == "number" else ""

    @property
    def turn(self) -> float:
        """Radians after which the angle begins anew."""
        return 2 * math.pi / self.symmetry

    def outputs(self, classes: int) -> int:
        return 1 if self.answers == "number" else 2

    def explained_names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        return ("angle",) if self.answers == "number" else ("sine", "cosine")

    def target(self, part: Part) -> Float[Tensor, "pictures outputs"]:
        assert part.truth.angle is not None
        if self.answers == "number":
            return (part.truth.angle % self.turn)[:, None]
        turned = self.symmetry * part.truth.angle
        return torch.stack([torch.sin(turned), torch.cos(turned)], dim=1)

    def angle(self, values: Float[Tensor, "pictures outputs"]) -> Float[Tensor, " pictures"]:
        """Radians, that outputs or targets stand for, within [0, ``turn``)."""
        if self.answers == "number":
            return values[:, 0] % self.turn
        return torch.atan2(values[:, 0], values[:, 1]) / self.symmetry % self.turn

    def off(
        self, outputs: Float[Tensor, "pictures outputs"], y: Float[Tensor, "pictures outputs"]
    ) -> Float[Tensor, " pictures"]:
        """Degrees that each answer is off, the shorter way round."""
        away = (self.angle(outputs) - self.angle(y)).abs()
        return torch.rad2deg(torch.minimum(away, self.turn - away))

    def loss(
        self, outputs: Float[Tensor, "pictures outputs"], y: Float[Tensor, "pictures outputs"]
    ) -> Float[Tensor, ""]:
        return F.mse_loss(outputs, y)

    def scores(self, outputs: Float[Tensor, "pictures outputs"], y: Float[Tensor, "pictures outputs"]) -> list[float]:
        off = self.off(outputs, y)
        return [float(off.mean()), float((off <= CLOSE).double().mean())]

    def constant_loss(self, y: Float[Tensor, "pictures outputs"]) -> float:
        """Of the mean."""
        return float(y.var(0, correction=0).mean())

    def asked(self, y: Float[Tensor, "pictures outputs"]) -> Mapping[str, np.ndarray]:
        return {"angle": self.angle(y).cpu().numpy()}

    def filmed(
        self, outputs: Float[Tensor, "pictures outputs"], y: Float[Tensor, "pictures outputs"]
    ) -> Mapping[str, np.ndarray]:
        """The angles, and hands from the middle of each picture: right and down of their ends, as shares of it."""
        angle = self.angle(outputs)
        middle = torch.full_like(angle, 0.5)
        x, down = middle + HAND * torch.cos(angle), middle - HAND * torch.sin(angle)
        ends = {"hand_x": torch.stack([middle, x], 1), "hand_y": torch.stack([middle, down], 1), "angle": angle}
        return {name: values.cpu().numpy() for name, values in ends.items()}
