"""What is sent through the networks, and the gradient that is sent back from their outputs."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float, Shaped
from pydantic import Field
from torch import Tensor

from engine.choice import Choice
from engine.data.bundled import Digits
from engine.data.catalog import Data
from engine.data.prepare import prepare
from engine.data.toy import Circle, Spiral
from engine.experiment import Experiment
from engine.losses import LossChoice
from engine.streams import stream


@dataclass(frozen=True, eq=False)
class Batch:
    """Inputs, and where the backward pass begins: at a loss, or at a gradient drawn at random."""

    x: Float[Tensor, "batch inputs"]
    y: Shaped[Tensor, " batch"]
    loss: LossChoice | None
    outputs: int

    def top(self, out: Float[Tensor, "batch outputs"], seed: int) -> Float[Tensor, "batch outputs"]:
        """Gradient at the outputs: of each example's own loss, or N(0, 1) draws."""
        if self.loss is None:
            return torch.randn(out.shape, generator=stream(seed, "noise", 1), dtype=out.dtype)
        at = out.detach().requires_grad_()
        (found,) = torch.autograd.grad(self.loss.each(at, self.y).sum(), at)
        return found


class SourceChoice(Choice, frozen=True):
    """A row of the catalog of inputs."""

    data: ClassVar[Data]
    """The data on which the Playground opens the same network."""
    has_loss: ClassVar[bool] = True
    """Whether the backward pass begins at the loss on that data."""

    def batch(self, count: int, seed: int) -> Batch:
        """``count`` examples or as many as there are, in float64."""
        return _from_data(self.data, count, seed)


class NormalInputs(SourceChoice, frozen=True):
    kind: Literal["normal"] = "normal"
    features: int = Field(64, ge=1, le=128, title="Numbers per example")
    label: ClassVar = "Random inputs"
    formula: ClassVar = r"x_i \sim N(0, 1), \quad \partial L / \partial y_i \sim N(0, 1)"
    lesson: ClassVar = "What the theory assumes: independent inputs, and a random gradient at the 10 outputs, no loss."
    source: ClassVar = "Glorot and Bengio 2010"
    data: ClassVar = Spiral()
    has_loss: ClassVar = False
    outputs: ClassVar = 10

    def batch(self, count: int, seed: int) -> Batch:
        generator = stream(seed, "noise")
        x = torch.randn(count, self.features, generator=generator, dtype=torch.float64)
        return Batch(x, torch.zeros(count), None, self.outputs)


class SpiralInputs(SourceChoice, frozen=True):
    kind: Literal["spiral"] = "spiral"
    label: ClassVar = "Spiral, real loss"
    formula: ClassVar = r"x \in \mathbb{R}^2, \quad L \text{ binary cross-entropy}"
    lesson: ClassVar = "The Playground's spiral: 2 inputs only, so the first layer differs much from seed to seed."
    source: ClassVar = "After TensorFlow Playground (Smilkov et al. 2017)"
    data: ClassVar = Spiral()


class CircleInputs(SourceChoice, frozen=True):
    kind: Literal["circle"] = "circle"
    label: ClassVar = "Circle, real loss"
    formula: ClassVar = r"x \in \mathbb{R}^2, \quad L \text{ binary cross-entropy}"
    lesson: ClassVar = (
        "The Playground's circle: examples near the centre are small inputs, those of the ring large ones."
    )
    source: ClassVar = "After TensorFlow Playground (Smilkov et al. 2017)"
    data: ClassVar = Circle()


class DigitsInputs(SourceChoice, frozen=True):
    kind: Literal["digits"] = "digits"
    label: ClassVar = "Digits, real loss"
    formula: ClassVar = r"x \in \mathbb{R}^{64}, \quad L \text{ softmax cross-entropy}"
    lesson: ClassVar = "Handwritten digits of 8 by 8 pixels, standardised: inputs that depend on each other."
    source: ClassVar = "scikit-learn, after Alpaydin and Kaynak 1998"
    data: ClassVar = Digits()


Source = Annotated[NormalInputs | SpiralInputs | CircleInputs | DigitsInputs, Field(discriminator="kind")]


@lru_cache(maxsize=16)
def _from_data(data: Data, count: int, seed: int) -> Batch:
    found = prepare(data, seed)
    loss = Experiment(data=data).loss
    x, y = found.train.x[:count].double(), found.train.y[:count]
    return Batch(x, y, loss, loss.outputs(found.class_count))
