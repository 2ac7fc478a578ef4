"""Sounds as pictures: what is drawn is what is said, and a CNN can be trained on it like on any picture."""

import numpy as np
import pytest
import torch
from scipy import signal

from engine.streams import stream
from engine.vision.blocks import Activate, Convolution, GlobalPool, Pool
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.model import Cnn
from engine.vision.run import VisionRun
from engine.vision.sound.scales import Mel
from engine.vision.sources.catalog import built
from engine.vision.sources.sounds import HIGHEST, KINDS, LENGTH, LOWEST, QUIETEST, RATE, Sounds, drawn

FEW = Sounds(samples=160)


@pytest.mark.parametrize(
    "row", [FEW, Sounds(samples=80, pixels=16, scale="octaves"), Sounds(samples=80, pixels=64)], ids=repr
)
def test_it_is_what_it_says_without_its_pictures(row: Sounds) -> None:
    images = row.build(3)
    assert row.shape == images.shape and row.classes == images.classes == KINDS
    for part in (images.train, images.validation, images.test):
        assert float(part.x.min()) >= 0 and float(part.x.max()) <= 1
        assert len(set(np.bincount(part.label, minlength=len(KINDS)))) == 1, "as many of each kind"
    assert len(images.train) + 2 * len(images.test) == row.samples


def test_the_seed_decides_the_sounds_and_runs_share_them() -> None:
    assert torch.equal(FEW.hear(1).samples, FEW.hear(1).samples)
    assert not torch.equal(FEW.hear(1).samples, FEW.hear(2).samples)
    assert built(FEW, 1) is built(FEW, 1)


def test_a_picture_is_scipys_spectrogram_in_decibels_upside_down() -> None:
    heard = FEW.hear(0)
    hop = FEW.spectrogram.hop
    _, _, lines = signal.stft(heard.samples[3].numpy(), RATE, "hann", 256, 256 - hop, boundary=None, padded=False)
    power = Mel(rows=32).bands(256, RATE).numpy() @ (4 * np.abs(lines) ** 2)
    expected = np.clip((10 * np.log10(power) + 60) / 60, 0, 1)[::-1, :32]
    assert np.allclose(FEW.pictures(heard.samples)[3, 0], expected, atol=1e-3)


def test_a_kind_is_drawn_at_any_pitch_loudness_and_beginning() -> None:
    generator = stream(0, "data")
    each = [drawn("chirp down", generator) for _ in range(200)]
    pitch, turn, loudness = np.array([(tone.frequency, late, loud) for tone, late, loud in each]).T
    assert LOWEST <= pitch.min() < 1.2 * LOWEST and HIGHEST / 1.2 < pitch.max() <= HIGHEST
    assert 0 <= turn.min() < 0.05 and QUIETEST <= loudness.min() < 0.4 and loudness.max() > 0.9
    assert np.median(pitch) == pytest.approx((LOWEST * HIGHEST) ** 0.5, rel=0.2), "evenly over the octaves"
    for kind in KINDS:
        tone, late, _ = drawn(kind, generator)
        assert len(tone.samples(RATE, 0.5, generator, late)) == LENGTH and tone.kind.split("_")[0] == kind.split()[
            0
        ].replace("plucked", "pluck")


def test_the_noise_is_as_strong_as_asked() -> None:
    loud = FEW.model_copy(update={"noise": 0.7}).hear(0).samples - FEW.model_copy(update={"noise": 0.0}).hear(0).samples
    assert float(loud.std()) == pytest.approx(0.7, rel=0.01)


@pytest.mark.long
def test_a_cnn_learns_the_kinds_in_the_engines_own_run() -> None:
    blocks = (Convolution(channels=8), Activate(), Pool(), Convolution(channels=16), Activate(), Pool(), GlobalPool())
    asked = VisionExperiment(
        data=Sounds(samples=400, noise=0.05), model=Cnn(blocks=blocks), training=VisionTraining(epochs=20)
    )
    run = VisionRun(asked)
    run.advance(120)
    scores = dict(zip(run.score_names, map(float, run.snapshot(detail=False).scores), strict=True))
    assert scores["validation.accuracy"] > 0.6
