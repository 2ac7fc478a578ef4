"""The spectrogram: how strong each frequency is in each stretch of a sound, by the short-time Fourier transform."""

import math
from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Complex, Float
from pydantic import Field
from torch import Tensor

from engine.choice import Choice, Frozen
from engine.refusal import Refusal
from engine.vision.sound.scales import AnyAxis, AnyLevel, Decibel, Linear

SMALLEST, LARGEST = 16, 2048


class WindowChoice(Choice, frozen=True):
    """A row of the catalog of windows: how much each sample of a stretch counts."""

    lines: ClassVar[float]
    """Bins across which the line of a sine is at least half as high as at its middle (Harris 1978: "6.0 dB bandwidth")."""

    def weights(self, samples: int) -> Float[Tensor, " samples"]:
        """w, in double precision."""
        raise NotImplementedError


class Hann(WindowChoice, frozen=True):
    kind: Literal["hann"] = "hann"
    label: ClassVar = "Hann"
    formula: ClassVar = r"w_m = \tfrac{1}{2} \left(1 - \cos \tfrac{2 \pi m}{n}\right)"
    lesson: ClassVar = "Fades in and out: a tone's line is twice as wide, but hardly anything is left far away from it."
    source: ClassVar = "Blackman and Tukey 1958"
    lines: ClassVar = 2.0

    def weights(self, samples: int) -> Float[Tensor, " samples"]:
        return torch.hann_window(samples, dtype=torch.float64)


class Rectangle(WindowChoice, frozen=True):
    kind: Literal["rectangle"] = "rectangle"
    label: ClassVar = "Rectangle: none"
    formula: ClassVar = r"w_m = 1"
    lesson: ClassVar = "Cuts the stretch out: the narrowest line, and a tone between two bins leaks into all of them."
    source: ClassVar = "Harris 1978"
    lines: ClassVar = 1.21

    def weights(self, samples: int) -> Float[Tensor, " samples"]:
        return torch.ones(samples, dtype=torch.float64)


AnyWindow = Annotated[Hann | Rectangle, Field(discriminator="kind")]


class Spectrogram(Frozen):
    """How a sound becomes a picture: a column for each stretch of the window's length, a row for each frequency."""

    window: int = Field(
        256,
        ge=SMALLEST,
        le=LARGEST,
        multiple_of=2,
        title="Window n",
        description="Samples that one column looks at.",
        json_schema_extra={"scale": "log"},
    )
    hop: int = Field(
        64,
        ge=4,
        le=1024,
        title="Hop",
        description="Samples from the beginning of one window to that of the next.",
        json_schema_extra={"scale": "log"},
    )
    shape: AnyWindow = Hann()
    axis: AnyAxis = Linear()
    level: AnyLevel = Decibel()

    def columns(self, samples: int) -> int:
        """How many windows fit: floor((N - n) / hop) + 1. Raises Refusal where none does."""
        if samples < self.window:
            raise Refusal(
                f"window: {self.window:,} samples do not fit into a sound of {samples:,}; choose a shorter window, or a "
                "longer sound"
            )
        return (samples - self.window) // self.hop + 1

    def times(self, samples: int, rate: int) -> Float[Tensor, " columns"]:
        """The middle of each window, in seconds. Raises Refusal where none fits."""
        first = torch.arange(self.columns(samples), dtype=torch.float64) * self.hop
        return (first + self.window / 2) / rate

    def transform(self, samples: Float[Tensor, "*batch samples"]) -> Complex[Tensor, "*batch bins columns"]:
        """X[k, c] = 2 / sum(w) * sum_m w[m] x[c hop + m] exp(-2 pi i k m / n): a sine of height 1 has |X| = 1 at its bin.

        At the first and the last bin, which have no mirror image to be added, such a sine has 2. Raises Refusal where no
        window fits.
        """
        self.columns(samples.shape[-1])
        weights = self.shape.weights(self.window).to(samples.dtype)
        found = torch.stft(
            samples, self.window, self.hop, window=weights, center=False, onesided=True, return_complex=True
        )
        return found * (2 / weights.sum())

    def of(self, samples: Float[Tensor, "*batch samples"], rate: int) -> Float[Tensor, "*batch rows columns"]:
        """Levels, the lowest frequency in row 0. Raises Refusal where no window fits."""
        magnitude = self.transform(samples).abs()
        bands = self.axis.bands(self.window, rate)
        if bands is not None:
            magnitude = (bands.to(magnitude.dtype) @ magnitude.square()).sqrt()
        return self.level.of(magnitude)

    def finest(self, rate: int) -> float:
        """How wide the line of a sine is at half its height, in hertz: two tones closer than that run into one."""
        return self.shape.lines * rate / self.window

    def lasts(self, rate: int) -> float:
        """Seconds that one column looks at: n / r."""
        return self.window / rate


def hop_for(samples: int, window: int, columns: int) -> int:
    """The longest hop with which a sound has at least so many columns."""
    return max(1, math.floor((samples - window) / max(1, columns - 1)))
