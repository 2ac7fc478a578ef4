"""Sounds as pictures: the spectrogram of a tone of some kind, in one channel."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor

from engine.streams import stream
from engine.vision.images import Images, Part, images_of
from engine.vision.sound.scales import Decibel, Mel, Octaves
from engine.vision.sound.spectrogram import Spectrogram, hop_for
from engine.vision.sound.tones import AnyTone, ChirpDown, ChirpUp, Chord, Noise, Pluck, Sawtooth, Sine, Square
from engine.vision.sources.source import Source
from engine.vision.sources.split import split

RATE, SECONDS = 8000, 0.5
LENGTH = round(RATE * SECONDS)
WINDOW = 256
LOWEST, HIGHEST = 200.0, 1000.0
"""Hertz: between them the frequency of a sound is drawn, evenly over the octaves."""
QUIETEST = 0.3
PIECE = 256
"""So many sounds are taken at once, where each takes room for a moment."""
TONES: dict[str, Callable[[float, float], AnyTone]] = {
    "sine": lambda f, more: Sine(frequency=f),
    "square": lambda f, more: Square(frequency=f),
    "sawtooth": lambda f, more: Sawtooth(frequency=f),
    "chirp up": lambda f, more: ChirpUp(frequency=f, octaves=0.75 + more),
    "chirp down": lambda f, more: ChirpDown(frequency=f, octaves=0.75 + more),
    "chord": lambda f, more: Chord(frequency=f, semitones=3 + 9 * more),
    "plucked string": lambda f, more: Pluck(frequency=f),
    "noise": lambda f, more: Noise(),
}
"""How a sound of each kind is made of a frequency and one more draw from 0 to 1."""
KINDS = tuple(TONES)


@dataclass(frozen=True)
class Heard:
    """Sounds and what each is."""

    samples: Float[Tensor, "sounds samples"]
    label: Int[Tensor, " sounds"]
    """Of ``KINDS``."""


class Sounds(Source, frozen=True):
    kind: Literal["sounds"] = "sounds"
    samples: int = Field(800, ge=80, le=1600, multiple_of=8, title="Sounds", description="As many of each kind.")
    noise: float = Field(
        0.2,
        ge=0.0,
        le=2.0,
        title="Noise",
        description="Standard deviation of what is added to every sample of a sound; the loudest tone reaches 1.",
        json_schema_extra={"step": 0.05},
    )
    pixels: int = Field(32, ge=16, le=64, title="Rows and columns", description="Of the spectrogram.")
    scale: Literal["mel", "octaves"] = Field(
        "mel", title="Frequencies", description="How far apart the rows are: as pitch is heard, or octaves alike."
    )
    label: ClassVar = "Sounds, as spectrograms"
    formula: ClassVar = (
        r"L_{kc} = 20 \log_{10} \left|\tfrac{2}{\sum w} \sum_m w_m \, x_{ch + m} \, e^{-2 \pi i k m / n}\right|"
    )
    lesson: ClassVar = (
        "Half a second of a tone is a picture, too: time to the right, frequency upwards, brighter is louder. What moves up "
        "or down is the same sound at another pitch; what is turned round in time is another sound."
    )
    source: ClassVar = "generated here"

    @property
    def shape(self) -> tuple[int, int, int]:
        return 1, self.pixels, self.pixels

    @property
    def classes(self) -> tuple[str, ...]:
        return KINDS

    @property
    def spectrogram(self) -> Spectrogram:
        """How a sound becomes a picture."""
        axis = Mel(rows=self.pixels) if self.scale == "mel" else Octaves(rows=self.pixels)
        return Spectrogram(
            window=WINDOW, hop=hop_for(LENGTH, WINDOW, self.pixels), axis=axis, level=Decibel(floor=-60.0)
        )

    def hear(self, seed: int) -> Heard:
        """The sounds themselves, kind by kind in turn: the same seed, the same sounds."""
        draws, hiss = stream(seed, "data"), stream(seed, "noise")
        sounds, labels = [], torch.arange(self.samples) % len(KINDS)
        for label in labels.tolist():
            tone, turn, loudness = drawn(KINDS[label], draws)
            sounds.append((loudness * tone.samples(RATE, SECONDS, draws, turn)).float())
        heard = torch.stack(sounds)
        for some in heard.split(PIECE):
            some += self.noise * torch.randn(some.shape, generator=hiss)
        return Heard(heard, labels)

    def pictures(self, samples: Float[Tensor, "sounds samples"]) -> Float[Tensor, "sounds 1 rows columns"]:
        """Their spectrograms, 0 silence and 1 a sine of height 1, the highest frequency in the first row."""
        how = self.spectrogram
        levels = torch.cat([how.of(some, RATE) for some in samples.split(PIECE)])[..., : self.pixels]
        low, high = how.level.span
        return ((levels - low) / (high - low)).clamp(0, 1).flip(1)[:, None]

    def build(self, seed: int) -> Images:
        heard = self.hear(seed)
        parts = split(Part(self.pictures(heard.samples), heard.label), KINDS, seed)
        return images_of(parts.train, parts.validation, parts.test, KINDS, NOTE)


NOTE = (
    f"{SECONDS:g} s at {RATE:,} samples a second, frequencies from {LOWEST:g} to {HIGHEST:,.0f} Hz, each begun at some moment "
    f"of its period and between {QUIETEST:g} and 1 loud. Windows of {WINDOW} samples, -60 to 0 dB."
)


def drawn(kind: str, generator: torch.Generator) -> tuple[AnyTone, float, float]:
    """(a tone of that kind, by how much of a period it begins late, how loud it is)."""
    share, turn, quiet, more = torch.rand(4, generator=generator, dtype=torch.float64).tolist()
    return TONES[kind](LOWEST * (HIGHEST / LOWEST) ** share, more), turn, QUIETEST**quiet
