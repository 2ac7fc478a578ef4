"""The spectrogram: against SciPy, NumPy's transform window by window, and the formulas of its axes."""

import math

import numpy as np
import pytest
import torch
from scipy import signal

from engine.choice import catalog
from engine.refusal import Refusal
from engine.vision.sound.recording import Recording
from engine.vision.sound.scales import AnyAxis, AnyLevel, Decibel, Linear, Magnitude, Mel, Octaves, bins
from engine.vision.sound.spectrogram import AnyWindow, Hann, Rectangle, Spectrogram, hop_for
from engine.vision.sound.tones import Sawtooth, Sine

RATE = 8000
SOUND = Recording(tone=Sawtooth(frequency=437.0), noise=0.2, seconds=0.3).samples(1)
PLAIN = {"axis": Linear(), "level": Magnitude()}


@pytest.mark.parametrize("shape", [Hann(), Rectangle()], ids=lambda shape: shape.kind)
@pytest.mark.parametrize(("window", "hop"), [(16, 4), (256, 64), (250, 37), (2048, 1024)])
def test_the_transform_is_numpys_window_by_window(shape: AnyWindow, window: int, hop: int) -> None:
    how = Spectrogram(window=window, hop=hop, shape=shape, **PLAIN)
    weights = signal.get_window("hann" if isinstance(shape, Hann) else "boxcar", window)
    starts = range(0, len(SOUND) - window + 1, hop)
    expected = (
        np.stack([np.fft.rfft(SOUND.numpy()[s : s + window] * weights) for s in starts], axis=1) * 2 / weights.sum()
    )
    assert np.allclose(how.transform(SOUND).numpy(), expected, atol=1e-10)
    assert how.columns(len(SOUND)) == len(starts) == how.of(SOUND, RATE).shape[1]


def test_it_is_scipys_stft_twice() -> None:
    _, _, expected = signal.stft(SOUND.numpy(), RATE, "hann", 256, 192, boundary=None, padded=False)
    found = Spectrogram(window=256, hop=64, **PLAIN).of(SOUND, RATE)
    assert np.allclose(found.numpy(), 2 * np.abs(expected))


@pytest.mark.parametrize("shape", [Hann(), Rectangle()], ids=lambda shape: shape.kind)
def test_a_sine_of_height_1_at_a_bin_has_magnitude_1_and_0_decibels(shape: AnyWindow) -> None:
    sine = Recording(tone=Sine(frequency=10 * RATE / 256)).samples(0)
    found = Spectrogram(window=256, shape=shape, level=Magnitude()).of(sine, RATE)
    assert np.allclose(found[10], 1.0)
    assert np.allclose(Spectrogram(window=256, shape=shape, level=Decibel()).of(sine, RATE)[10], 0.0, atol=1e-9)


def test_times_are_the_middles_and_frequencies_those_of_scipy() -> None:
    f, t, _ = signal.stft(SOUND.numpy(), RATE, "hann", 256, 192, boundary=None, padded=False)
    how = Spectrogram(window=256, hop=64)
    assert np.allclose(how.times(len(SOUND), RATE), t)
    assert np.allclose(how.axis.centres(256, RATE), f)


@pytest.mark.parametrize("samples", [0, 100, 255])
def test_a_window_longer_than_the_sound_is_refused_with_what_to_do(samples: int) -> None:
    with pytest.raises(Refusal, match=rf"256 samples do not fit into a sound of {samples}; choose a shorter window"):
        Spectrogram(window=256).of(torch.zeros(samples), RATE)


def test_mel_is_its_formula_and_back() -> None:
    hertz = torch.tensor([0.0, 700.0, 1000.0, 4000.0], dtype=torch.float64)
    scaled = Mel().scaled(hertz)
    assert scaled.tolist() == pytest.approx([0, 781.17, 999.99, 2146.06], abs=0.01)
    assert np.allclose(Mel().hertz(scaled), hertz) and np.allclose(
        Octaves().hertz(Octaves().scaled(hertz[1:])), hertz[1:]
    )
    assert Octaves().scaled(hertz[1:2] / 700 * 400).item() == pytest.approx(3), "400 Hz is three octaves above 50"


@pytest.mark.parametrize("axis", [Mel(rows=20), Mel(rows=128), Octaves(rows=64)], ids=repr)
def test_bands_are_triangles_written_by_hand(axis: Mel | Octaves) -> None:
    window = 256
    ends = [axis.lowest, RATE / 2]
    if isinstance(axis, Mel):
        low, high = (2595 * math.log10(1 + f / 700) for f in ends)
        edges = [700 * (10 ** (m / 2595) - 1) for m in np.linspace(low, high, axis.rows + 2)]
    else:
        edges = [50 * 2**o for o in np.linspace(0, math.log2(ends[1] / 50), axis.rows + 2)]
    grain = RATE / window
    expected = np.zeros((axis.rows, window // 2 + 1))
    for row in range(axis.rows):
        before, centre, after = edges[row : row + 3]
        below, above = max(centre - before, grain), max(after - centre, grain)
        for k in range(window // 2 + 1):
            f = k * grain
            expected[row, k] = max(0.0, 1 - (centre - f) / below if f <= centre else 1 - (f - centre) / above)
        expected[row] /= expected[row].sum()
    bands = axis.bands(window, RATE)
    assert np.allclose(bands, expected, atol=1e-12) and np.allclose(axis.centres(window, RATE), edges[1:-1])
    assert (bands.sum(1) > 0.999).all(), "no row is empty"
    power = np.abs(np.asarray(Spectrogram(window=window, **PLAIN).of(SOUND, RATE))) ** 2
    assert np.allclose(
        Spectrogram(window=window, axis=axis, level=Magnitude()).of(SOUND, RATE), np.sqrt(expected @ power)
    )


def test_decibels_are_twenty_times_the_logarithm_down_to_silence() -> None:
    level = Decibel(floor=-60.0)
    found = level.of(torch.tensor([1.0, 0.1, 0.001, 1e-9, 0.0, 10.0]))
    assert found.tolist() == pytest.approx([0, -20, -60, -60, -60, 20], abs=1e-5)
    assert level.span == (-60, 0) and Magnitude().span == (0, 1)


@pytest.mark.parametrize("union", [AnyAxis, AnyLevel, AnyWindow])
def test_every_row_builds_a_finite_picture_for_a_batch(union: object) -> None:
    batch = torch.stack([SOUND, torch.zeros_like(SOUND)]).float()
    for kind, row in catalog(union).items():
        choice = row(kind=kind)
        name = {"WindowChoice": "shape", "Axis": "axis", "Level": "level"}[
            next(base.__name__ for base in type(choice).__mro__ if base.__name__ in ("WindowChoice", "Axis", "Level"))
        ]
        found = Spectrogram(**{name: choice}).of(batch, RATE)
        assert found.isfinite().all() and found.shape[0] == 2 and choice.formula and choice.lesson
        assert torch.allclose(found[0], Spectrogram(**{name: choice}).of(batch[0], RATE))


@pytest.mark.parametrize("shape", [Hann(), Rectangle()], ids=lambda shape: shape.kind)
def test_a_line_is_as_wide_at_half_its_height_as_said(shape: AnyWindow) -> None:
    window, sine = 512, np.exp(2j * math.pi * 1000 / RATE * np.arange(512))
    at = np.linspace(900, 1100, 4001)
    weights = shape.weights(window).numpy()
    height = np.abs(np.exp(-2j * math.pi * np.outer(at, np.arange(512)) / RATE) @ (sine * weights))
    wide = at[height >= height.max() / 2]
    assert Spectrogram(window=window, shape=shape).finest(RATE) == pytest.approx(wide[-1] - wide[0], rel=0.01)


def test_the_hop_gives_at_least_so_many_columns() -> None:
    for samples, window, columns in ((4000, 256, 32), (4000, 256, 64), (1000, 16, 16)):
        hop = hop_for(samples, window, columns)
        assert (samples - window) // hop + 1 >= columns > (samples - window) // (hop + 1) + 1 - 1
    assert bins(4, 8000).tolist() == [0, 2000, 4000]
