"""A recording: a tone sampled, with noise; what sampling makes of a frequency; the bytes that a browser plays."""

import struct

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Frozen
from engine.streams import stream
from engine.vision.sound.tones import AnyTone, Sine

QUIET = 1e-9


class Recording(Frozen):
    """One sound: which tone, sampled how finely, for how long, with how much noise."""

    tone: AnyTone = Sine()
    rate: int = Field(
        8000,
        ge=1000,
        le=16_000,
        title="Sample rate r",
        description="Samples a second.",
        json_schema_extra={"step": 100, "unit": "Hz"},
    )
    seconds: float = Field(0.5, ge=0.1, le=2.0, title="Length", json_schema_extra={"step": 0.1, "unit": "s"})
    noise: float = Field(
        0.0,
        ge=0.0,
        le=1.0,
        title="Noise",
        description="Standard deviation of what is added to every sample; the tone reaches 1.",
        json_schema_extra={"step": 0.05},
    )

    def samples(self, seed: int) -> Float[Tensor, " samples"]:
        """Its samples, in double precision."""
        clean = self.tone.samples(self.rate, self.seconds, stream(seed, "data"))
        hiss = torch.randn(len(clean), generator=stream(seed, "noise"), dtype=torch.float64)
        return clean + self.noise * hiss

    @property
    def half(self) -> float:
        """Half the rate, in hertz: what lies above cannot be told from what lies below (Nyquist 1928, Shannon 1949)."""
        return self.rate / 2


def alias(frequency: float, rate: int) -> float:
    """The frequency from 0 to ``rate`` / 2 whose samples are those of ``frequency``, but for the sign: |f - r round(f / r)|."""
    return abs(frequency - rate * round(frequency / rate))


def wav(samples: Float[Tensor, " samples"], rate: int, loudness: float = 0.8) -> bytes:
    """The samples as a WAV file of one channel and 16 bits a sample; the loudest becomes ``loudness`` of what fits."""
    peak = max(float(samples.abs().max()), QUIET) if len(samples) else 1.0
    body = (samples * (loudness / peak) * 32767).round().to(torch.int16).numpy().astype("<i2").tobytes()
    kind, channels, width = 1, 1, 2
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * channels * width, channels * width, 8 * width)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks
