"""How the rows of a spectrogram stand to frequencies, and how its values stand to strengths: two catalogs."""

from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Choice


class Axis(Choice, frozen=True):
    """A row of the catalog of frequency axes."""

    def centres(self, window: int, rate: int) -> Float[Tensor, " rows"]:
        """The frequency of each row, in hertz, rising."""
        raise NotImplementedError

    def bands(self, window: int, rate: int) -> Float[Tensor, "rows bins"] | None:
        """What each row takes of each bin of the transform, each row's shares summing to 1; None where it is one bin."""
        return None


def bins(window: int, rate: int) -> Float[Tensor, " bins"]:
    """The frequencies that a window of so many samples tells apart, in hertz: k r / n, for k from 0 to n / 2."""
    return torch.arange(window // 2 + 1, dtype=torch.float64) * rate / window


class Linear(Axis, frozen=True):
    kind: Literal["linear"] = "linear"
    label: ClassVar = "Linear: every bin"
    formula: ClassVar = r"f_k = k \, r / n, \quad k = 0 \dots n / 2"
    lesson: ClassVar = "A row for each frequency of the transform, all as far apart: as it is computed."
    source: ClassVar = "Gabor 1946"

    def centres(self, window: int, rate: int) -> Float[Tensor, " rows"]:
        return bins(window, rate)


class Bands(Axis, frozen=True):
    """Rows as far apart on some scale of hearing: each the root of a mean of |X|², weighted by a triangle over the bins that
    reaches from the row's one neighbour to the other."""

    rows: int = Field(32, ge=8, le=128, title="Bands", description="Rows of the picture.")

    def scaled(self, frequency: Float[Tensor, " any"]) -> Float[Tensor, " any"]:
        """Hertz on the scale."""
        raise NotImplementedError

    def hertz(self, scaled: Float[Tensor, " any"]) -> Float[Tensor, " any"]:
        """The scale's own unit as hertz."""
        raise NotImplementedError

    @property
    def lowest(self) -> float:
        """Hertz, where the first triangle begins."""
        return 0.0

    def _edges(self, rate: int) -> Float[Tensor, " edges"]:
        ends = self.scaled(torch.tensor([self.lowest, rate / 2], dtype=torch.float64))
        return self.hertz(torch.linspace(float(ends[0]), float(ends[1]), self.rows + 2, dtype=torch.float64))

    def centres(self, window: int, rate: int) -> Float[Tensor, " rows"]:
        return self._edges(rate)[1:-1]

    def bands(self, window: int, rate: int) -> Float[Tensor, "rows bins"]:
        """Triangles no narrower than the distance of two bins to either side: a narrower one might hold none and be empty."""
        edges, at, least = self._edges(rate), bins(window, rate), rate / window
        centre = edges[1:-1, None]
        below = (centre - edges[:-2, None]).clamp(min=least)
        above = (edges[2:, None] - centre).clamp(min=least)
        shares = torch.minimum(1 - (centre - at) / below, 1 - (at - centre) / above).clamp(min=0)
        return shares / shares.sum(1, keepdim=True)


class Mel(Bands, frozen=True):
    kind: Literal["mel"] = "mel"
    label: ClassVar = "Mel: as pitch is heard"
    formula: ClassVar = r"m = 2595 \log_{10}\left(1 + \frac{f}{700}\right)"
    lesson: ClassVar = "Fine below 700 Hz, coarse above, as listeners judge pitch: fewer rows for what is heard alike."
    source: ClassVar = "Stevens et al. 1937; formula: O'Shaughnessy 1987"

    def scaled(self, frequency: Float[Tensor, " any"]) -> Float[Tensor, " any"]:
        return 2595 * torch.log10(1 + frequency / 700)

    def hertz(self, scaled: Float[Tensor, " any"]) -> Float[Tensor, " any"]:
        return 700 * (10 ** (scaled / 2595) - 1)


class Octaves(Bands, frozen=True):
    kind: Literal["octaves"] = "octaves"
    label: ClassVar = "Logarithmic: octaves"
    formula: ClassVar = r"o = \log_2 \frac{f}{50 \text{ Hz}}"
    lesson: ClassVar = (
        "Every octave as high: a tone's multiples keep their pattern when it moves up, so that one kernel fits all."
    )
    source: ClassVar = "Brown 1991"

    @property
    def lowest(self) -> float:
        return 50.0

    def scaled(self, frequency: Float[Tensor, " any"]) -> Float[Tensor, " any"]:
        return torch.log2(frequency / 50)

    def hertz(self, scaled: Float[Tensor, " any"]) -> Float[Tensor, " any"]:
        return 50 * 2**scaled


AnyAxis = Annotated[Linear | Mel | Octaves, Field(discriminator="kind")]


class Level(Choice, frozen=True):
    """A row of the catalog of levels. A sine of height 1 has magnitude 1 where its frequency is a bin's."""

    unit: ClassVar[str]

    def of(self, magnitude: Tensor) -> Tensor:
        """The level of each magnitude."""
        raise NotImplementedError

    @property
    def span(self) -> tuple[float, float]:
        """(the level of silence, that of a sine of height 1)."""
        raise NotImplementedError


class Magnitude(Level, frozen=True):
    kind: Literal["magnitude"] = "magnitude"
    label: ClassVar = "Magnitude"
    formula: ClassVar = r"|X|"
    lesson: ClassVar = "Only the loudest lines are seen: a harmonic of a hundredth is as good as dark."
    source: ClassVar = "Gabor 1946"
    unit: ClassVar = ""

    def of(self, magnitude: Tensor) -> Tensor:
        return magnitude

    @property
    def span(self) -> tuple[float, float]:
        return 0.0, 1.0


class Decibel(Level, frozen=True):
    kind: Literal["decibel"] = "decibel"
    floor: float = Field(-60.0, ge=-120.0, le=-20.0, title="Silence at", json_schema_extra={"step": 10, "unit": "dB"})
    label: ClassVar = "Decibels"
    formula: ClassVar = r"L = \max(20 \log_{10} |X|, L_{\text{silence}})"
    lesson: ClassVar = (
        "The logarithm, as loudness is heard: ten times weaker is always 20 dB less, so faint lines are seen."
    )
    source: ClassVar = "Hartley 1928"
    unit: ClassVar = "dB"

    def of(self, magnitude: Tensor) -> Tensor:
        return 20 * magnitude.clamp(min=10 ** (self.floor / 20)).log10()

    @property
    def span(self) -> tuple[float, float]:
        return self.floor, 0.0


AnyLevel = Annotated[Decibel | Magnitude, Field(discriminator="kind")]
