"""What a network looked at."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, UInt8

Picture = UInt8[np.ndarray, "channels height width"]


@dataclass(frozen=True)
class Seen:
    """A picture, what was answered, and a map of it by every method."""

    number: int
    """Of its part, from 1."""
    pixels: Picture
    truth: str
    answer: str
    sureness: float
    """Probability of the answer; NaN where the network answers with no class."""
    explained: str
    """Whose score the maps explain."""
    maps: Float32[np.ndarray, "methods height width"]

    @property
    def is_right(self) -> bool:
        """Whether the answer is the truth."""
        return self.truth == self.answer


@dataclass(frozen=True)
class Wall:
    """Pictures answered rightly and pictures that were not, the first of each the surest."""

    methods: tuple[str, ...]
    signed: tuple[bool, ...]
    """Whether a method's map has parts below 0."""
    seen: tuple[Seen, ...]
    examined: int
    """Pictures among which they were chosen."""
    mistakes: int
    updates: int = 0
    """Of training by then."""
    is_done: bool = False


@dataclass(frozen=True)
class Integral:
    """How near integrated gradients come to adding up, by their steps."""

    steps: tuple[int, ...]
    totals: Float[np.ndarray, " steps"]
    """Sum of the map."""
    answer: float
    """f of the picture."""
    nothing: float
    """f of the baseline."""
    baseline: Picture

    @property
    def due(self) -> float:
        """What the map should add up to."""
        return self.answer - self.nothing


@dataclass(frozen=True)
class Weighed:
    """A layer's maps and what Grad-CAM weighs them with."""

    layer: str
    numbers: tuple[int, ...]
    """Which of the layer's maps these are, from 1: those with the largest weights."""
    maps: Float32[np.ndarray, "maps height width"]
    weights: Float32[np.ndarray, " maps"]
    """α of each."""


@dataclass(frozen=True)
class One:
    """One picture: the maps of two answers by every method, and what some of them are made of."""

    seen: Seen
    against: str
    """The second answer that is explained."""
    scores: tuple[float, float]
    """f of both."""
    maps: Float32[np.ndarray, "answers methods height width"]
    methods: tuple[str, ...]
    signed: tuple[bool, ...]
    integral: Integral
    weighed: Weighed | None
    """None where no layer has maps."""
    updates: int = 0
    """Of training by then."""


@dataclass(frozen=True)
class Cascade:
    """Maps while the network's layers are replaced by random ones, from the top down."""

    stages: tuple[str, ...]
    """What was replaced last; the first is the trained network as it is."""
    methods: tuple[str, ...]
    signed: tuple[bool, ...]
    rank: Float[np.ndarray, "methods stages pictures"]
    """Rank correlation of |map| with that of the trained network; NaN where not known, or where a map is the same all over."""
    signed_rank: Float[np.ndarray, "methods stages pictures"]
    """The same with its signs."""
    ssim: Float[np.ndarray, "methods stages pictures"]
    """Structural similarity of |map|."""
    picture: Float[np.ndarray, "methods stages pictures"]
    """Rank correlation of |map| with the brightness of the picture itself."""
    accuracy: tuple[float, ...]
    """Of the network at each stage so far, over its part."""
    maps: Float32[np.ndarray, "methods stages height width"]
    """Of one picture; NaN where not known."""
    pixels: Picture
    is_done: bool = False

    def measured(self, name: str) -> Float[np.ndarray, "methods stages pictures"]:
        """One of the measures, by its name in the settings."""
        return {"rank": self.rank, "signed": self.signed_rank, "ssim": self.ssim}[name]
