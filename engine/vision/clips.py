"""Clips of a moving shape: how it moves is the class, and no frame of its own tells."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor

from engine.choice import Frozen
from engine.streams import stream
from engine.vision.sources.split import parted

MOTIONS = ("left", "right", "up", "down", "still", "circling")
SLOWEST, FASTEST = 0.8, 1.6
"""Pixels a frame."""
SMALLEST, LARGEST = 1.5, 2.5
"""Half the width of a shape, in pixels."""
NARROWEST, WIDEST = 1.5, 2.5
"""The radius of a circle that a shape goes round, in pixels."""
DIMMEST = 0.6


@dataclass(frozen=True)
class Part:
    """Clips of one part."""

    x: Float[Tensor, "clips frames 1 height width"]
    """Brightness, 0 to 1 but for noise."""
    label: Int[Tensor, " clips"]
    """Of ``MOTIONS``."""

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Filmed:
    """Clips in three parts."""

    train: Part
    validation: Part
    test: Part


class Clips(Frozen):
    """A disc, a square or a diamond on a field whose edges meet: what leaves on one side comes in at the other.

    So a shape is as likely at any place in any frame, whichever way it moves: one frame says nothing of the class. And a clip
    to the left, backwards, is one to the right: the frames without their order can't tell these two apart, nor up from down.
    """

    classes: ClassVar = MOTIONS
    samples: int = Field(1800, ge=60, le=2400, multiple_of=6, title="Clips", description="As many of each motion.")
    frames: int = Field(8, ge=3, le=12, title="Frames", description="Pictures in a clip.")
    pixels: int = Field(12, ge=8, le=20, multiple_of=4, title="Pixels", description="Width and height of a frame.")
    noise: float = Field(
        0.1,
        ge=0.0,
        le=1.0,
        title="Noise",
        description="Standard deviation of what is added to every pixel; a shape is up to 1 bright.",
        json_schema_extra={"step": 0.05},
    )

    def draw(self, seed: int) -> Filmed:
        """The clips, as many of each motion in every part. The same seed, the same clips."""
        label = torch.arange(self.samples) % len(MOTIONS)
        x = self._clean(label, stream(seed, "data"))
        x = x + self.noise * torch.randn(x.shape, generator=stream(seed, "noise"))
        return Filmed(*(Part(x[some], label[some]) for some in parted(label, MOTIONS, seed)))

    def _clean(self, label: Int[Tensor, " clips"], generator: torch.Generator) -> Float[Tensor, "clips frames 1 h w"]:
        moved = paths(label, self.frames, generator)
        begun = torch.rand(2, len(label), 1, generator=generator) * self.pixels
        across, down = self._away(moved + begun)
        half = between(SMALLEST, LARGEST, len(label), generator)[:, None, None, None]
        bright = between(DIMMEST, 1.0, len(label), generator)[:, None, None, None]
        kind = torch.randint(3, (len(label), 1, 1, 1), generator=generator)
        return (bright * shapes(kind, across[:, :, None], down[..., None], half))[:, :, None]

    def _away(self, place: Float[Tensor, "2 clips frames"]) -> Float[Tensor, "2 clips frames pixels"]:
        """How far each column, and each row, is from the middle of the shape, the shorter way round."""
        far = torch.arange(self.pixels) - place[..., None]
        return torch.remainder(far + self.pixels / 2, self.pixels) - self.pixels / 2


def between(low: float, high: float, count: int, generator: torch.Generator) -> Float[Tensor, " count"]:
    """Draws from U(low, high)."""
    return torch.rand(count, generator=generator) * (high - low) + low


def paths(label: Int[Tensor, " clips"], frames: int, generator: torch.Generator) -> Float[Tensor, "2 clips frames"]:
    """How far each shape has come by each frame, to the right and downwards, in pixels."""
    t = torch.arange(frames)
    speed = between(SLOWEST, FASTEST, len(label), generator)[:, None]
    radius = between(NARROWEST, WIDEST, len(label), generator)[:, None]
    start = between(0.0, 2 * math.pi, len(label), generator)[:, None]
    sense = torch.where(torch.rand(len(label), 1, generator=generator) < 0.5, -1.0, 1.0)
    headings = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    straight = headings[label].T[..., None] * (speed * t)
    angle = start + sense * speed / radius * t
    round_it = radius * torch.stack([angle.cos() - start.cos(), angle.sin() - start.sin()])
    return torch.where((label == MOTIONS.index("circling"))[:, None], round_it, straight)


def shapes(
    kind: Int[Tensor, "clips 1 1 1"], across: Tensor, down: Tensor, half: Float[Tensor, "clips 1 1 1"]
) -> Float[Tensor, "clips frames height width"]:
    """How much of each pixel a disc (0), a square (1) or a diamond (2) covers, about, by how far it is from its middle."""
    across, down = across.abs(), down.abs()
    far = torch.where(
        kind == 0, torch.hypot(across, down), torch.where(kind == 1, torch.maximum(across, down), across + down)
    )
    return (half + 0.5 - far).clamp(0, 1)
