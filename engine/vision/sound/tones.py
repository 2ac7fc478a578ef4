"""Tones: the catalog. A row is a sound pressure over time, between -1 and 1, written as in the books."""

import math
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Choice

LOWEST, HIGHEST = 20.0, 12_000.0
"""Hertz: what a tone may be asked for. Half the highest rate is below the highest, so that every tone can be undersampled."""


def pitch(default: float = 440.0) -> Any:
    """The frequency, one meaning and one range for every tone that has one."""
    return Field(
        default,
        ge=LOWEST,
        le=HIGHEST,
        title="Frequency f",
        description="Periods a second.",
        json_schema_extra={"scale": "log", "unit": "Hz"},
    )


class Tone(Choice, frozen=True):
    """A row of the catalog of tones."""

    has_formula: ClassVar[bool] = True
    """Whether it is a function of time, known between the samples too; else it is made sample by sample."""

    def at(self, t: Float[Tensor, " times"], seconds: float, turn: float = 0.0) -> Float[Tensor, " times"]:
        """The pressure at times ``t``, in seconds, of a sound of ``seconds``, begun ``turn`` periods late."""
        raise NotImplementedError

    def samples(
        self, rate: int, seconds: float, generator: torch.Generator, turn: float = 0.0
    ) -> Float[Tensor, " samples"]:
        """``rate`` samples a second, in double precision."""
        return self.at(torch.arange(round(rate * seconds), dtype=torch.float64) / rate, seconds, turn)

    def partials(self, rate: int) -> tuple[float, ...]:
        """The frequencies it is made of, in hertz, the strongest first; those of a periodic tone up to four times ``rate``.

        Empty where it has no steady ones.
        """
        return ()


class Sine(Tone, frozen=True):
    kind: Literal["sine"] = "sine"
    frequency: float = pitch()
    label: ClassVar = "Sine"
    formula: ClassVar = r"x(t) = \sin(2 \pi f t)"
    lesson: ClassVar = "One frequency and nothing else: one line in the spectrogram."
    source: ClassVar = "Fourier 1822"

    def at(self, t: Float[Tensor, " times"], seconds: float, turn: float = 0.0) -> Float[Tensor, " times"]:
        return torch.sin(2 * math.pi * (self.frequency * t + turn))

    def partials(self, rate: int) -> tuple[float, ...]:
        return (self.frequency,)


class Square(Tone, frozen=True):
    kind: Literal["square"] = "square"
    frequency: float = pitch()
    label: ClassVar = "Square"
    formula: ClassVar = (
        r"x(t) = \operatorname{sign} \sin(2 \pi f t) = \frac{4}{\pi} \sum_{k \text{ odd}} \frac{\sin(2 \pi k f t)}{k}"
    )
    lesson: ClassVar = (
        "Lines at f, 3f, 5f and on without end: whatever the rate, some lie above half of it and come back as others."
    )
    source: ClassVar = "Fourier 1822"

    def at(self, t: Float[Tensor, " times"], seconds: float, turn: float = 0.0) -> Float[Tensor, " times"]:
        return torch.where(torch.remainder(self.frequency * t + turn, 1.0) < 0.5, 1.0, -1.0).to(t.dtype)

    def partials(self, rate: int) -> tuple[float, ...]:
        return tuple(k * self.frequency for k in range(1, math.floor(4 * rate / self.frequency) + 1, 2))


class Sawtooth(Tone, frozen=True):
    kind: Literal["sawtooth"] = "sawtooth"
    frequency: float = pitch()
    label: ClassVar = "Sawtooth"
    formula: ClassVar = (
        r"x(t) = 2 (f t - \lfloor f t \rfloor) - 1 = -\frac{2}{\pi} \sum_{k \ge 1} \frac{\sin(2 \pi k f t)}{k}"
    )
    lesson: ClassVar = "All multiples of f, the k-th with 1/k of the first one's strength: brighter than a square."
    source: ClassVar = "Fourier 1822"

    def at(self, t: Float[Tensor, " times"], seconds: float, turn: float = 0.0) -> Float[Tensor, " times"]:
        return 2 * torch.remainder(self.frequency * t + turn, 1.0) - 1

    def partials(self, rate: int) -> tuple[float, ...]:
        return tuple(k * self.frequency for k in range(1, math.floor(4 * rate / self.frequency) + 1))


class ChirpUp(Tone, frozen=True):
    kind: Literal["chirp_up"] = "chirp_up"
    frequency: float = pitch(220.0)
    octaves: float = Field(
        3.0,
        ge=0.25,
        le=6.0,
        title="Octaves",
        description="So many doublings of the frequency from its beginning to its end.",
        json_schema_extra={"step": 0.25},
    )
    label: ClassVar = "Chirp up"
    formula: ClassVar = (
        r"x(t) = \sin\left(2 \pi f \, \frac{2^{\,o t / T} - 1}{(o / T) \ln 2}\right), "
        r"\quad \text{so that at } t \text{ it is at } f \, 2^{\,o t / T}"
    )
    lesson: ClassVar = (
        "The frequency rises by the same factor every moment; backwards it is a chirp down, of the same frequencies."
    )
    source: ClassVar = "Farina 2000"
    direction: ClassVar = 1

    def at(self, t: Float[Tensor, " times"], seconds: float, turn: float = 0.0) -> Float[Tensor, " times"]:
        growth = self.direction * self.octaves * math.log(2) / seconds
        periods = self.first * torch.expm1(growth * t) / growth
        return torch.sin(2 * math.pi * (periods + turn))

    @property
    def first(self) -> float:
        """The frequency at its beginning, in hertz."""
        return self.frequency if self.direction > 0 else self.frequency * 2**self.octaves


class ChirpDown(ChirpUp, frozen=True):
    kind: Literal["chirp_down"] = "chirp_down"  # type: ignore[assignment]
    label: ClassVar = "Chirp down"
    formula: ClassVar = (
        r"x(t) = \sin\left(2 \pi f \, 2^o \frac{1 - 2^{-o t / T}}{(o / T) \ln 2}\right), "
        r"\quad \text{so that at } t \text{ it is at } f \, 2^{\,o (1 - t / T)}"
    )
    lesson: ClassVar = "Ends at f. Whoever forgets the order of what was heard can't tell it from a chirp up."
    direction: ClassVar = -1


class Chord(Tone, frozen=True):
    kind: Literal["chord"] = "chord"
    frequency: float = pitch()
    semitones: float = Field(
        4.0,
        ge=0.1,
        le=24.0,
        title="Semitones between",
        description="Twelve of them double the frequency. A small one shows how fine a window can tell two tones apart.",
        json_schema_extra={"step": 0.1},
    )
    label: ClassVar = "Chord of two"
    formula: ClassVar = r"x(t) = \tfrac{1}{2} \left(\sin(2 \pi f t) + \sin(2 \pi f \, 2^{s / 12} t)\right)"
    lesson: ClassVar = "Two lines, if the window is long enough to tell them apart; else one that beats."
    source: ClassVar = "Helmholtz 1863"

    @property
    def upper(self) -> float:
        """The higher of both frequencies, in hertz."""
        return float(self.frequency * 2 ** (self.semitones / 12))

    def at(self, t: Float[Tensor, " times"], seconds: float, turn: float = 0.0) -> Float[Tensor, " times"]:
        low, high = (torch.sin(2 * math.pi * (f * t + turn)) for f in self.partials(0))
        return (low + high) / 2

    def partials(self, rate: int) -> tuple[float, ...]:
        return (self.frequency, self.upper)


class Pluck(Tone, frozen=True):
    kind: Literal["pluck"] = "pluck"
    frequency: float = pitch(220.0)
    decay: float = Field(
        0.996,
        ge=0.9,
        le=1.0,
        title="Kept a period",
        description="d: what of the string's motion is left after a period; at 1 only the mean takes from it.",
        json_schema_extra={"step": 0.001},
    )
    label: ClassVar = "Plucked string"
    formula: ClassVar = (
        r"x_n = \tfrac{d}{2} (x_{n-L} + x_{n-L-1}), \quad x_0 \dots x_{L-1} \text{ random}, "
        r"\quad f = \frac{r}{L + 1/2}"
    )
    lesson: ClassVar = (
        "Noise that goes round a delay line: each round is the mean of two neighbours, so high frequencies die first."
    )
    source: ClassVar = "Karplus and Strong 1983"
    has_formula: ClassVar = False

    def delay(self, rate: int) -> int:
        """L, the samples of the string: at least two."""
        return max(2, round(rate / self.frequency - 0.5))

    def samples(
        self, rate: int, seconds: float, generator: torch.Generator, turn: float = 0.0
    ) -> Float[Tensor, " samples"]:
        length, delay = round(rate * seconds), self.delay(rate)
        string = torch.rand(delay, generator=generator, dtype=torch.float64) * 2 - 1
        found = np.zeros(
            1 + length + delay
        )  # silence before the first; NumPy, as its short sums begin sooner than torch's
        found[1 : 1 + delay] = string.numpy()
        for first in range(1 + delay, 1 + length, delay):
            here, before = found[first - delay : first], found[first - delay - 1 : first - 1]
            found[first : first + delay] = self.decay / 2 * (here + before)
        return torch.from_numpy(found[1 : 1 + length])


class Noise(Tone, frozen=True):
    kind: Literal["noise"] = "noise"
    label: ClassVar = "White noise"
    formula: ClassVar = r"x_n \sim U(-1, 1), \text{ each by itself}"
    lesson: ClassVar = "All frequencies alike: no line anywhere, however long the window."
    source: ClassVar = "Wiener 1930"
    has_formula: ClassVar = False

    def samples(
        self, rate: int, seconds: float, generator: torch.Generator, turn: float = 0.0
    ) -> Float[Tensor, " samples"]:
        return torch.rand(round(rate * seconds), generator=generator, dtype=torch.float64) * 2 - 1


AnyTone = Annotated[Sine | Square | Sawtooth | ChirpUp | ChirpDown | Chord | Pluck | Noise, Field(discriminator="kind")]
