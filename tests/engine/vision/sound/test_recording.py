"""Recordings: what sampling folds, and the bytes that a browser plays."""

import io
import math
import wave

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.vision.sound.recording import Recording, alias, wav
from engine.vision.sound.tones import Sine


@given(st.floats(20, 12_000), st.integers(1000, 16_000))
def test_a_frequency_and_its_alias_have_the_same_samples_but_for_the_sign(frequency: float, rate: int) -> None:
    folded = alias(frequency, rate)
    n = np.arange(50)
    true, heard = (np.sin(2 * math.pi * f * n / rate) for f in (frequency, folded))
    assert 0 <= folded <= rate / 2
    assert np.allclose(true, heard, atol=1e-7) or np.allclose(true, -heard, atol=1e-7)


@pytest.mark.parametrize(
    ("frequency", "heard"), [(440.0, 440), (4000.0, 4000), (5000.0, 3000), (7900.0, 100), (8000.0, 0), (11_000.0, 3000)]
)
def test_what_lies_above_half_the_rate_comes_back_below(frequency: float, heard: float) -> None:
    assert alias(frequency, 8000) == heard
    lines = np.abs(np.fft.rfft(Recording(tone=Sine(frequency=frequency), seconds=1.0).samples(0).numpy()))
    if heard not in (0, 4000):
        assert lines.argmax() == heard, "a second long: lines are 1 Hz apart"


def test_noise_is_added_from_the_seeds_own_stream() -> None:
    clean, noisy = Recording(), Recording(noise=0.5)
    hiss = (noisy.samples(3) - clean.samples(3)).numpy()
    assert hiss.std() == pytest.approx(0.5, rel=0.05)
    assert torch.equal(noisy.samples(3), noisy.samples(3)) and not torch.equal(noisy.samples(3), noisy.samples(4))


@pytest.mark.parametrize("rate", [1000, 8000, 16_000])
def test_the_bytes_are_a_wav_file_with_the_samples(rate: int) -> None:
    samples = Recording(tone=Sine(frequency=100.0), rate=rate, noise=0.3).samples(0)
    with wave.open(io.BytesIO(wav(samples, rate))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, rate)
        assert file.getnframes() == len(samples)
        read = np.frombuffer(file.readframes(len(samples)), "<i2")
    assert np.allclose(read / 32767, samples.numpy() * 0.8 / samples.abs().max().item(), atol=1 / 32767)
    assert np.abs(read).max() == round(0.8 * 32767)


def test_silence_and_nothing_are_files_too() -> None:
    for samples in (torch.zeros(10), torch.zeros(0)):
        with wave.open(io.BytesIO(wav(samples, 8000))) as file:
            assert file.readframes(20) == bytes(2 * len(samples))
