"""Where to steer: one number, or a density over all angles, which can have a peak for each way that is right."""

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
from engine.vision.mixture import Mixture, mixture_of

CLOSE = 4.0
"""Degrees: an answer that is no further from the truth counts as close."""
FIRST_WIDTH, FIRST_REACH = 0.2, 0.3
"""Radians: about so wide a component begins, and so far from straight ahead the outermost means: alike ones stay alike."""
WAY_POINTS = 12
"""Of a way that is filmed."""


class Steer(HeadChoice, frozen=True):
    kind: Literal["steering"] = "steering"
    answers: Literal["gaussians", "von mises", "number"] = Field(
        "gaussians",
        title="Answers with",
        description="A mixture of Gaussians, or of their like on the circle; or one number, by least squares.",
    )
    components: int = Field(3, ge=1, le=6, title="Components", description="Peaks that the density can have.")
    label: ClassVar = "Steering angle"
    formula: ClassVar = (
        r"L = -\ln \sum_k \pi_k\, \mathcal N(\theta \mid \mu_k, \sigma_k), \quad "
        r"\pi = \mathrm{softmax}(z), \; \mu_k = m_k + z'_k, \; \sigma \approx 0.2\, e^{z''}"
    )
    lesson: ClassVar = (
        "Where two answers are right their mean is wrong: a mixture says both, and how sure it is of each."
    )
    source: ClassVar = "Bishop 1994; Mardia 1975 (von Mises)"
    gives: ClassVar = "numbers"
    needs: ClassVar = ("steering",)

    @property
    def loss_label(self) -> str:
        return "Mean squared error" if self.answers == "number" else "Negative log-likelihood"

    @property
    def loss_unit(self) -> str:
        return "rad²" if self.answers == "number" else "nats"

    score_names: ClassVar = ("angle_error", "close")

    def outputs(self, classes: int) -> int:
        return 1 if self.answers == "number" else 3 * self.components

    def target(self, part: Part) -> Float[Tensor, " pictures"]:
        assert part.truth.steering is not None
        return part.truth.steering

    def mixture(self, outputs: Float[Tensor, "pictures outputs"]) -> Mixture:
        """The density of each picture. Raises ValueError where there is none.

        Means are counted from places that lie evenly between plus and minus ``FIRST_REACH``.
        """
        if self.answers == "number":
            raise ValueError("one number is no density: choose gaussians or von mises")
        places = torch.linspace(FIRST_REACH, -FIRST_REACH, self.components) if self.components > 1 else torch.zeros(1)
        return mixture_of(outputs, self.answers, FIRST_WIDTH, places.to(outputs))

    def angle(self, outputs: Float[Tensor, "pictures outputs"]) -> Float[Tensor, " pictures"]:
        """Radians: the number, or where the density is highest."""
        return outputs[:, 0] if self.answers == "number" else self.mixture(outputs).likeliest()

    def loss(self, outputs: Float[Tensor, "pictures outputs"], y: Float[Tensor, " pictures"]) -> Float[Tensor, ""]:
        if self.answers == "number":
            return F.mse_loss(outputs[:, 0], y)
        return -self.mixture(outputs).log_density(y[:, None]).mean()

    def scores(self, outputs: Float[Tensor, "pictures outputs"], y: Float[Tensor, " pictures"]) -> list[float]:
        off = torch.rad2deg((self.angle(outputs) - y).abs())
        return [float(off.mean()), float((off <= CLOSE).double().mean())]

    def constant_loss(self, y: Float[Tensor, " pictures"]) -> float:
        """Of the mean; of a density: of the Gaussian with the mean and the variance of all, 1/2 ln(2 pi e variance)."""
        variance = float(y.var(correction=0))
        return variance if self.answers == "number" else 0.5 * math.log(2 * math.pi * math.e * max(variance, 1e-12))

    def asked(self, y: Float[Tensor, " pictures"]) -> Mapping[str, np.ndarray]:
        return {"angle": y.cpu().numpy()}

    def filmed(
        self, outputs: Float[Tensor, "pictures outputs"], y: Float[Tensor, " pictures"]
    ) -> Mapping[str, np.ndarray]:
        """The angle of each picture, and the way there: right and down of its points, as shares of the picture."""
        angle = self.angle(outputs)
        up = torch.linspace(0, 1, WAY_POINTS, device=angle.device)
        x = 0.5 - up.square() * torch.tan(angle.clamp(-1, 1))[:, None]
        found = {"angle": angle, "way_x": x, "way_y": (1 - up).expand_as(x).contiguous()}
        return {name: values.cpu().numpy() for name, values in found.items()}
