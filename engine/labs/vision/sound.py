"""A sound taken apart: samples, what is heard of frequencies above half the rate, the spectrogram, the price of a window."""

import math
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.labs.vision.results.sound import Heard, Partial, Trade, Zoomed
from engine.labs.vision.sound_settings import SoundPart
from engine.vision.sound.recording import Recording, alias, wav
from engine.vision.sound.spectrogram import AnyWindow, Spectrogram
from engine.vision.sound.tones import Tone

PERIODS, DOTS = 3, 9
"""The first moments show at least so many periods, and so many samples."""
BETWEEN = 1600
"""Times at which the tone itself is drawn there."""
LISTED = 40
"""Partials that are looked at."""
WINDOWS = (64, 128, 256, 512, 1024, 2048)
FINE = 32
"""How many times finer than a window's bins, and than its samples, widths are measured, at least."""


def heard(asked: SoundPart, seed: int) -> Heard:
    """All that is shown of a sound. Raises Refusal where the window does not fit into it."""
    recording, how = asked.recording, asked.spectrogram
    samples = recording.samples(seed)
    times = how.times(len(samples), recording.rate)
    levels = how.of(samples, recording.rate)
    grain = recording.rate / len(samples)
    return Heard(
        rate=recording.rate,
        t=(torch.arange(len(samples)) / recording.rate).numpy(),
        samples=samples.numpy(),
        zoomed=zoomed(recording, samples),
        partials=partials(recording),
        strongest=int(torch.fft.rfft(samples).abs().argmax()) * grain,
        grain=grain,
        times=times.numpy(),
        hertz=how.axis.centres(how.window, recording.rate).numpy(),
        levels=levels.numpy(),
        span=how.level.span,
        unit=how.level.unit,
        wav=wav(samples, recording.rate),
    )


def partials(recording: Recording) -> tuple[Partial, ...]:
    """The first of the tone's frequencies, and what is heard of each."""
    found = recording.tone.partials(recording.rate)[:LISTED]
    return tuple(Partial(f, alias(f, recording.rate)) for f in found)


def zoomed(recording: Recording, samples: Float[Tensor, " samples"]) -> Zoomed:
    """The first periods, or the first samples where these are fewer."""
    rate, tone = recording.rate, recording.tone
    frequency = float(getattr(tone, "frequency", rate / DOTS))
    lasts = min(max(PERIODS / frequency, DOTS / rate), recording.seconds)
    t = torch.linspace(0, lasts, BETWEEN, dtype=torch.float64)
    at = torch.arange(math.floor(lasts * rate) + 1)[: len(samples)]
    clean = tone.at(t, recording.seconds).numpy() if tone.has_formula else None
    return Zoomed(t.numpy(), clean, slowest(tone, rate, t), (at / rate).numpy(), samples[at].numpy())


def slowest(tone: Tone, rate: int, t: Float[Tensor, " times"]) -> Float[np.ndarray, " times"] | None:
    """The slowest sines through the samples of a tone of one or two of them, where one lies above half the rate."""
    each = tone.partials(rate)
    if not 0 < len(each) <= 2 or all(f <= rate / 2 for f in each):
        return None
    folded = [torch.sin(2 * math.pi * (f - rate * round(f / rate)) * t) for f in each]
    return (torch.stack(folded).sum(0) / len(folded)).numpy()


@lru_cache(maxsize=16)
def trades(shape: AnyWindow, rate: int) -> tuple[Trade, ...]:
    """How long a click lasts and how wide a sine is in the spectrogram, for each length of window: measured on both."""
    return tuple(Trade(window, *measured(Spectrogram(window=window, hop=4, shape=shape), rate)) for window in WINDOWS)


def measured(how: Spectrogram, rate: int) -> tuple[float, float]:
    """(seconds that a click is at least half its strength, hertz across which a sine is).

    The click, one sample of 1, is read by windows that begin at every sample; the sine, at a quarter of the rate, by one window
    whose transform is taken at frequencies ``FINE`` times as close as its bins.
    """
    weights = how.shape.weights(how.window)
    click = torch.zeros(3 * how.window, dtype=torch.float64)
    click[3 * how.window // 2] = 1.0
    seen = click.unfold(0, how.window, 1) @ weights
    lasts = int((seen >= seen.max() / 2).sum()) / rate
    sine = torch.exp(0.5j * math.pi * torch.arange(how.window)).to(torch.complex128)
    lines = torch.fft.fft(sine * weights, how.window * FINE).abs()
    wide = int((lines >= lines.max() / 2).sum()) * rate / (how.window * FINE)
    return lasts, wide
