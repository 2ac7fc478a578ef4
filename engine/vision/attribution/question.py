"""What a map is asked for: a network at rest, pictures, and of each the one number of the answer that is explained."""

from dataclasses import dataclass, replace
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from engine.vision.heads.classify import Classify
from engine.vision.heads.head import HeadChoice
from engine.vision.network import VisionNetwork

CLASSES = Classify()
Baseline = Literal["black", "white", "mean", "blurred"]
"""What stands for a picture that shows nothing."""


@dataclass(frozen=True, eq=False)
class Question:
    """Of every picture, one answer of a network at rest."""

    network: VisionNetwork
    x: Float[Tensor, "pictures channels height width"]
    """Brightness, 0 to 1."""
    answer: Int[Tensor, " pictures"]
    """Which of ``answers`` is explained: for a classifier the class."""
    seed: int = 0
    """Decides the noise of a method that draws some."""

    head: HeadChoice = CLASSES
    """What the network is asked."""

    def answers(self, x: Float[Tensor, "pictures channels height width"]) -> Float[Tensor, "pictures answers"]:
        """The numbers of which one is explained: a classifier's scores, before the softmax; or as the head says."""
        return self.head.explained(self.network(x))

    def explained(self, x: Float[Tensor, "pictures channels height width"] | None = None) -> Float[Tensor, " pictures"]:
        """f: the number that is explained, of these pictures or of ``x``, one for each of them."""
        with torch.no_grad():
            values = self.answers(self.x if x is None else x)
        return values.gather(1, self.answer[:, None])[:, 0]

    def leaf(self) -> Float[Tensor, "pictures channels height width"]:
        """The pictures as what gradients are taken of: a copy, so that nobody else's tensor learns of it."""
        return self.x.detach().clone().requires_grad_()

    def with_network(self, network: VisionNetwork) -> "Question":
        """The same question of another network."""
        return replace(self, network=network)


def baseline_of(
    kind: Baseline, x: Float[Tensor, "pictures channels height width"]
) -> Float[Tensor, "pictures channels height width"]:
    """A picture without what is to be explained, for each of ``x``: one brightness all over, or blurred beyond use.

    ``mean`` is each picture's own mean colour; ``blurred`` the mean of the half of the picture around each pixel.
    """
    if kind == "blurred":
        reach = max(1, min(x.shape[2:]) // 4)
        return F.avg_pool2d(x, 2 * reach + 1, stride=1, padding=reach, count_include_pad=False)
    if kind == "mean":
        return x.mean((2, 3), keepdim=True).expand_as(x).clone()
    return torch.full_like(x, 1.0 if kind == "white" else 0.0)
