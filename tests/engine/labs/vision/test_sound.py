"""A sound taken apart: every number that is shown, against NumPy and SciPy."""

import io
import wave

import numpy as np
import pytest
from scipy import signal

from engine.choice import catalog
from engine.labs.vision import said_of_sound as said
from engine.labs.vision.sound import heard, measured, trades, zoomed
from engine.labs.vision.sound_settings import SoundPart
from engine.refusal import Refusal
from engine.vision.sound.recording import Recording
from engine.vision.sound.spectrogram import AnyWindow, Hann, Rectangle, Spectrogram
from engine.vision.sound.tones import AnyTone, Chord, Pluck, Sawtooth, Sine


def part(**recording: object) -> SoundPart:
    return SoundPart(recording=Recording(**recording))


@pytest.mark.parametrize("kind", catalog(AnyTone))
def test_every_tone_is_taken_apart(kind: str) -> None:
    asked = part(tone={"kind": kind}, seconds=0.3, noise=0.1)
    found = heard(asked, 2)
    samples = asked.recording.samples(2).numpy()
    assert np.array_equal(found.samples, samples) and found.t[-1] == pytest.approx((len(samples) - 1) / 8000)
    f, t, lines = signal.stft(samples, 8000, "hann", 256, 192, boundary=None, padded=False)
    assert np.allclose(found.times, t) and np.allclose(found.hertz, f)
    assert np.allclose(found.levels, 20 * np.log10(np.maximum(2 * np.abs(lines), 1e-3)), atol=1e-6)
    with wave.open(io.BytesIO(found.wav)) as file:
        assert file.getnframes() == len(samples)
    assert said.sampled(asked.recording, found) and said.folding(asked.recording, found)


@pytest.mark.parametrize(("frequency", "rate"), [(440.0, 8000), (7000.0, 8000), (12_000.0, 1700), (3999.0, 8000)])
def test_the_strongest_line_is_where_folding_says(frequency: float, rate: int) -> None:
    found = heard(part(tone=Sine(frequency=frequency), rate=rate, seconds=1.0), 0)
    assert found.partials[0].heard == pytest.approx(found.strongest, abs=found.grain)
    assert found.grain == pytest.approx(1.0)


def test_the_slowest_sine_goes_through_all_samples_of_a_tone_above_half_the_rate() -> None:
    for tone in (Sine(frequency=7300.0), Sine(frequency=5100.0), Chord(frequency=3500.0, semitones=7.0)):
        recording = Recording(tone=tone)
        found = zoomed(recording, recording.samples(0))
        assert len(found.at) >= 9 and len(found.tone) == len(found.heard) == len(found.t)
        for curve in (found.tone, found.heard):
            read = np.interp(found.at, found.t, curve)
            assert np.allclose(read, found.samples, atol=0.01)
        assert np.abs(np.diff(found.heard)).max() < np.abs(np.diff(found.tone)).max()
    below, string = (Recording(tone=tone) for tone in (Sine(), Pluck()))
    assert zoomed(below, below.samples(0)).heard is None and zoomed(string, string.samples(0)).tone is None


@pytest.mark.parametrize("tone", [Sine(frequency=20.0), Sine(frequency=12_000.0), Sawtooth(frequency=20.0)], ids=repr)
@pytest.mark.parametrize("rate", [1000, 16_000])
def test_the_first_moments_are_within_the_sound(tone: Sine, rate: int) -> None:
    recording = Recording(tone=tone, rate=rate, seconds=0.1)
    found = zoomed(recording, recording.samples(0))
    assert 0 < found.t[-1] <= 0.1 and found.at[-1] <= found.t[-1] + 1e-12 and len(found.at) >= 9


@pytest.mark.parametrize(
    ("shape", "short", "lines"), [(Hann(), 0.5, 2.0), (Rectangle(), 1.0, 1.207)], ids=["hann", "rectangle"]
)
@pytest.mark.parametrize("rate", [1000, 8000])
def test_a_longer_window_is_finer_in_frequency_and_coarser_in_time(
    shape: AnyWindow, short: float, lines: float, rate: int
) -> None:
    for trade in trades(shape, rate):
        assert trade.lasts * rate / trade.window == pytest.approx(short, abs=2 / trade.window)
        assert trade.wide * trade.window / rate == pytest.approx(lines, abs=0.06), "Harris 1978, table 1"
    assert measured(Spectrogram(window=256, shape=shape), rate) == (
        trades(shape, rate)[2].lasts,
        trades(shape, rate)[2].wide,
    )


def test_a_click_lasts_as_long_in_the_spectrogram_itself() -> None:
    how = Spectrogram(window=64, hop=4, shape=Hann())
    click = np.zeros(256)
    click[128] = 1.0
    import torch

    seen = how.transform(torch.from_numpy(click)).abs()[10].numpy()
    assert np.sum(seen >= seen.max() / 2) * 4 / 8000 == pytest.approx(measured(how, 8000)[0], abs=4 / 8000)


def test_what_is_said_has_the_numbers() -> None:
    asked = part(tone=Sine(frequency=5000.0), seconds=0.5)
    found = heard(asked, 0)
    assert "**3,000 Hz**" in said.folding(asked.recording, found) and "|5{,}000 - 8{,}000 \\cdot 1|" in said.folding(
        asked.recording, found
    )
    assert "4,000 samples, 8,000 a second for 0.5 s" in said.sampled(asked.recording, found)
    sliced = said.sliced(asked.spectrogram, asked.recording, found)
    assert (
        "(4{,}000 - 256) / 64 \\rfloor + 1 = 59$ columns" in sliced
        and "**32 ms**" in sliced
        and "**31.2 Hz**" in sliced
    )
    assert "belong to no slower tone" in said.folding(part().recording, heard(part(), 0))
    saw = part(tone=Sawtooth(frequency=1000.0))
    assert "**3,000 Hz**" in said.folding(saw.recording, heard(saw, 0)), "5,000 Hz is the first above 4,000"
    assert "So 28 of its first 32 multiples come back" in said.folding(saw.recording, heard(saw, 0))
    assert said.listed(heard(saw, 0))[4] == ("5 f", "5,000 Hz", "3,000 Hz")
    each = trades(Hann(), 8000)
    products = {f"{trade.lasts * trade.wide:.3g}" for trade in each}
    priced = said.price(Spectrogram(), each)
    assert products == {"1"} and "Their product stays at 1:" in priced and "Hann window" in priced
    cut_out = [trade.lasts * trade.wide for trade in trades(Rectangle(), 8000)]
    assert f"{min(cut_out):.3g}" in said.price(Spectrogram(shape=Rectangle()), trades(Rectangle(), 8000))


def test_a_window_longer_than_the_sound_is_refused() -> None:
    with pytest.raises(Refusal, match="2,048 samples do not fit into a sound of 100"):
        heard(SoundPart(recording=Recording(rate=1000, seconds=0.1), spectrogram=Spectrogram(window=2048)), 0)
