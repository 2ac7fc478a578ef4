"""Tones: against SciPy, Fourier's series and a loop by hand."""

import math
from typing import get_args

import numpy as np
import pytest
import torch
from scipy import signal

from engine.choice import catalog
from engine.streams import stream
from engine.vision.sound.tones import AnyTone, ChirpDown, ChirpUp, Chord, Noise, Pluck, Sawtooth, Sine, Square, Tone

RATE, SECONDS = 8000, 0.5
T = np.arange(round(RATE * SECONDS)) / RATE
ROWS = [row(kind=kind) for kind, row in catalog(AnyTone).items()]


def samples(tone: Tone, rate: int = RATE, seconds: float = SECONDS, turn: float = 0.0) -> np.ndarray:
    return tone.samples(rate, seconds, stream(0, "data"), turn).numpy()


@pytest.mark.parametrize("tone", ROWS, ids=lambda tone: tone.kind)
def test_every_tone_has_its_samples_within_1_and_its_texts(tone: Tone) -> None:
    found = samples(tone)
    assert found.shape == T.shape and np.abs(found).max() <= 1 + 1e-12 and found.std() > 0.05
    assert tone.label and tone.formula and tone.lesson and tone.source
    assert np.array_equal(found, samples(tone)), "the same seed, the same sound"


@pytest.mark.parametrize("tone", [tone for tone in ROWS if tone.has_formula], ids=lambda tone: tone.kind)
def test_samples_are_the_formula_at_their_times_and_a_late_beginning_shifts_a_periodic_tone(tone: Tone) -> None:
    at = tone.at(torch.from_numpy(T), SECONDS).numpy()
    assert np.array_equal(samples(tone), at)
    assert not np.allclose(samples(tone, turn=0.3), at)
    if isinstance(tone, Sine | Square | Sawtooth):
        shifted = tone.model_copy(update={"frequency": 437.3})
        assert np.allclose(samples(shifted, turn=437.3 * 5 / RATE)[:-5], samples(shifted)[5:], atol=1e-9)


def test_square_and_sawtooth_are_scipys() -> None:
    turns = 2 * math.pi * 437.3 * T
    assert np.array_equal(samples(Square(frequency=437.3)), signal.square(turns))
    assert np.allclose(samples(Sawtooth(frequency=437.3)), signal.sawtooth(turns))


@pytest.mark.parametrize(("kind", "first"), [(Square, 4 / math.pi), (Sawtooth, -2 / math.pi)])
def test_partials_are_the_terms_of_fouriers_series(kind: type[Square] | type[Sawtooth], first: float) -> None:
    tone = kind(frequency=100.0)
    partials = np.array(tone.partials(RATE))
    assert partials[0] == 100 and partials[-1] <= 4 * RATE < partials[-1] + 200
    series = sum(first * 100 / f * np.sin(2 * math.pi * f * T) for f in partials)
    assert np.median(np.abs(series - samples(tone))) < 0.01


def test_chirps_are_scipys_and_each_other_backwards() -> None:
    up, down = ChirpUp(frequency=200.0, octaves=2.0), ChirpDown(frequency=200.0, octaves=2.0)
    assert np.allclose(samples(up), signal.chirp(T, 200, SECONDS, 800, "logarithmic", phi=-90), atol=1e-9)
    assert np.allclose(samples(down), signal.chirp(T, 800, SECONDS, 200, "logarithmic", phi=-90), atol=1e-9)
    for tone in (up, down):
        turns = np.unwrap(np.angle(signal.hilbert(samples(tone))))
        measured = np.diff(turns) * RATE / (2 * math.pi)
        expected = (200 if tone is up else 800) * 2 ** ((1 if tone is up else -1) * 2 * T / SECONDS)
        assert np.allclose(measured[400:-400], expected[400:-401], rtol=0.05)


def test_a_chord_is_half_of_each_sine() -> None:
    tone = Chord(frequency=300.0, semitones=12.0)
    assert tone.partials(RATE) == (300.0, 600.0)
    assert np.allclose(samples(tone), (samples(Sine(frequency=300.0)) + samples(Sine(frequency=600.0))) / 2)


@pytest.mark.parametrize(("frequency", "rate"), [(220.0, 8000), (437.0, 8000), (12_000.0, 1000), (20.0, 1000)])
def test_a_plucked_string_is_the_loop_that_karplus_and_strong_wrote(frequency: float, rate: int) -> None:
    tone = Pluck(frequency=frequency, decay=0.99)
    delay, found = tone.delay(rate), samples(tone, rate)
    expected = found[:delay].tolist()
    assert delay >= 2 and len(found) == round(rate * SECONDS)
    for n in range(delay, len(found)):
        expected.append(0.99 / 2 * (expected[n - delay] + (expected[n - delay - 1] if n > delay else 0.0)))
    assert np.allclose(found, expected[: len(found)])


def test_a_plucked_string_sounds_at_its_pitch_and_its_high_frequencies_die_first() -> None:
    found = samples(Pluck(frequency=220.0), RATE, 1.0)
    lines = np.abs(np.fft.rfft(found))
    assert abs(np.argmax(lines[100:400]) + 100 - RATE / (Pluck(frequency=220.0).delay(RATE) + 0.5)) <= 1.5
    early, late = (np.abs(np.fft.rfft(part)) ** 2 for part in (found[:1000], found[-1000:]))
    assert late[250:].sum() / late[:60].sum() < 0.2 * early[250:].sum() / early[:60].sum()


def test_noise_has_no_line() -> None:
    power = np.abs(np.fft.rfft(samples(Noise(), RATE, 2.0))) ** 2
    assert power.max() / power.sum() < 0.01 and len(get_args(get_args(AnyTone)[0])) == len(ROWS)
