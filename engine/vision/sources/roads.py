"""Ways seen from above, as a car would have to steer along them; at a fork two angles are right."""

import math
from typing import ClassVar, Literal

import torch
from jaxtyping import Bool, Float
from pydantic import Field
from torch import Tensor

from engine.streams import stream
from engine.vision.images import Images, Part, Truth
from engine.vision.sources.drawn import HELD_BACK, add_noise, noise_field, parted, samples_field, size_field
from engine.vision.sources.source import Source

HALF_WIDTH = 0.07
"""Of a way, as a share of the picture."""
EDGE = 0.25
"""At a fork each way turns by at least so much of the sharpest turn."""
GROUND, WAY = (0.16, 0.30, 0.14), (0.62, 0.60, 0.57)
DRAWS = ("turn", "fork", "side", "light")


class Roads(Source, frozen=True):
    """The car stands at the middle of the lower edge and looks up.

    A way of angle a is y^2 tan(a) to the left at height y, and so leads to the point of the upper edge that the car sees
    under a. At a fork one way leads left and one right; ``steering`` is one of the two, tossed.
    """

    kind: Literal["roads"] = "roads"
    size: int = size_field()
    sharpest: float = Field(
        24.0,
        ge=8.0,
        le=24.0,
        title="Sharpest turn",
        description="Angles are drawn evenly up to this one, to both sides.",
        json_schema_extra={"step": 1, "unit": "degrees"},
    )
    forks: float = Field(
        0.4,
        ge=0.0,
        le=1.0,
        title="Forks",
        description="Share of pictures in which the way splits and two angles are right.",
        json_schema_extra={"step": 0.1},
    )
    noise: float = noise_field()
    samples: int = samples_field()
    label: ClassVar = "Ways to steer along"
    formula: ClassVar = r"\text{left}(y) = y^2 \tan(\alpha), \quad 0 \le y \le 1"
    lesson: ClassVar = "One picture, two right answers: at a fork the mean of both leads between the ways."
    source: ClassVar = "drawn; the problem is Bishop's (1994)"
    truths: ClassVar = ("steering",)

    @property
    def shape(self) -> tuple[int, int, int]:
        return (3, self.size, self.size)

    @property
    def classes(self) -> tuple[str, ...]:
        return ("one way", "fork")

    def build(self, seed: int) -> Images:
        count = 2 * HELD_BACK + self.samples
        ways, is_fork = self.ways(count, seed)
        chance = {name: stream(seed, "data", place) for place, name in enumerate(DRAWS)}
        side = torch.randint(2, (count,), generator=chance["side"])
        light = 0.8 + 0.4 * torch.rand((count, 1, 1, 1), generator=chance["light"])
        x = _drawn(ways, self.size).mul_(light)
        add_noise(x, self.noise, stream(seed, "noise"))
        steering = ways.gather(1, side[:, None])[:, 0]
        whole = Part(x, is_fork.long(), Truth(steering=steering))
        return parted(whole, self.classes)

    def ways(self, count: int, seed: int) -> tuple[Float[Tensor, "pictures 2"], Bool[Tensor, " pictures"]]:
        """(both angles that are right, in radians, positive to the left; whether it is a fork): without one they are equal.

        The first pictures are the test part, then the validation part, then the training part.
        """
        chance = {name: stream(seed, "data", place) for place, name in enumerate(DRAWS)}
        sharpest = math.radians(self.sharpest)
        u = torch.rand((count, 2), generator=chance["turn"])
        is_fork = torch.rand(count, generator=chance["fork"]) < self.forks
        apart = sharpest * (EDGE + (1 - EDGE) * u) * torch.tensor([1.0, -1.0])
        single = (sharpest * (2 * u[:, :1] - 1)).expand(count, 2)
        return torch.where(is_fork[:, None], apart, single), is_fork


def _drawn(ways: Float[Tensor, "pictures 2"], size: int) -> Float[Tensor, "pictures 3 size size"]:
    """Both ways of each picture on the ground; a pixel is blended by how much of it they cover, about."""
    at = (torch.arange(size) + 0.5) / size
    left, y = 0.5 - at, 1 - at
    turn = torch.tan(ways)[:, :, None, None]
    centre = y[:, None].square() * turn
    slope = torch.sqrt(1 + (2 * y[:, None] * turn).square())
    outside = ((left - centre).abs() / slope).amin(1) - HALF_WIDTH
    cover = (0.5 - outside * size).clamp(0, 1)[:, None]
    ground, way = (torch.tensor(colour)[:, None, None] for colour in (GROUND, WAY))
    return ground + cover * (way - ground)
