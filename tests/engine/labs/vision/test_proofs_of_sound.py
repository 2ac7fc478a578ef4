"""What the proofs on sound and film measure."""

import math

import numpy as np
import pytest
from scipy import signal

from engine.labs.vision.proofs_of_sound import (
    CLIP_PROOFS,
    TONE_PROOFS,
    averaged_frames,
    finer_in_all,
    twice_the_highest,
)


def test_at_exactly_twice_the_frequency_a_sine_may_be_silence() -> None:
    found = twice_the_highest()
    expected = [abs(math.sin(2 * math.pi * turn)) for turn in (0, 1 / 12, 1 / 4)]
    assert [float(row[1]) for row in found.rows] == pytest.approx(expected, abs=0.001)
    assert all(float(row[2]) > 0.99 for row in found.rows) and "0, 0.5 or 1" in found.sentence


def test_a_long_window_parts_tones_and_a_short_one_clicks() -> None:
    short, long = ([float(cell.split()[0]) for cell in row[1:]] for row in finer_in_all().rows)
    assert short[0] < 1 and long[0] > 80 and short[1] > 80 and long[1] < 5
    t = np.arange(8000) / 8000
    both = np.sin(2 * np.pi * 1000 * t) + np.sin(2 * np.pi * 1040 * t)
    f, _, lines = signal.stft(both, 8000, "hann", 1024, 1008, nfft=8000, boundary=None, padded=False)
    level = np.sqrt((np.abs(lines) ** 2).mean(1))
    assert long[0] == pytest.approx(
        100 * (1 - level[f == 1020][0] / min(level[f == 1000][0], level[f == 1040][0])), abs=0.2
    )


def test_averaged_over_frames_backwards_is_the_same() -> None:
    found = averaged_frames()
    mean, ordered = (float(row[1]) for row in found.rows)
    assert mean < 1e-5 and ordered > 0.01 and found.rows[1][1] in found.sentence


def test_every_proof_says_what_is_often_written_and_what_is_right() -> None:
    for proof in (*TONE_PROOFS, *CLIP_PROOFS):
        assert proof.often and proof.right and proof.run().sentence
