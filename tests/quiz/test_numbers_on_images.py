"""What questions on images, sounds and the layers that read them say in numbers, computed once more."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.signal import find_peaks
from scipy.stats import entropy

from engine.labs.vision.transfer_settings import Transferring
from engine.labs.vision.transferring import rates
from engine.vision.boxes import iou, suppressed
from engine.vision.heads.segment import class_iou
from engine.vision.mixture import Mixture
from engine.vision.sound.recording import alias
from quiz.bank import bank
from quiz.kinds.number import Number


def stated(id: str) -> float:
    question = bank()[id]
    assert isinstance(question, Number)
    return question.value


def test_stamps_of_five_at_stride_two_lie_unevenly() -> None:
    weight = torch.ones(1, 1, 5, 5)
    inside = F.conv_transpose2d(torch.ones(1, 1, 12, 12), weight, stride=2)[..., 6:-6, 6:-6]
    assert set(inside.unique().tolist()) == {4.0, 6.0, 9.0}
    assert float(inside.max() / inside.min()) == stated("conv-uneven-stamps")


def test_the_gradient_through_24_even_kernels_is_as_wide_as_is_said() -> None:
    signal = torch.zeros(1, 1, 101, dtype=torch.float64, requires_grad=True)
    out = signal
    for _ in range(24):
        out = F.conv1d(out, torch.ones(1, 1, 3, dtype=torch.float64) / 3, padding=1)
    (seen,) = torch.autograd.grad(out[0, 0, 50], signal)
    share, place = seen[0, 0] / seen.sum(), torch.arange(101) - 50
    assert int((share > 0).sum()) == 49
    assert float((share * place**2).sum().sqrt()) == pytest.approx(stated("conv-effective-spread"))


def test_mean_iou_of_half_an_object_is_as_is_said() -> None:
    counts = torch.tensor([[9500, 100], [200, 200]])
    assert counts.sum() == 10_000
    assert float(class_iou(counts).mean()) == pytest.approx(stated("vision-mean-iou"))


def boxes_in_a_row() -> torch.Tensor:
    left = torch.tensor([0.0, 2.0, 4.0, 6.0])
    return torch.stack([left, torch.zeros(4), left + 8, torch.full((4,), 8.0)], dim=1) / 16


@pytest.mark.parametrize(("threshold", "kept"), [(0.5, [0, 2]), (0.3, [0, 3])])
def test_suppression_leaves_the_boxes_that_are_named(threshold: float, kept: list[int]) -> None:
    boxes, scores = boxes_in_a_row()[None], torch.tensor([[0.9, 0.8, 0.7, 0.6]])
    left = suppressed(boxes, scores, torch.zeros(1, 4, dtype=torch.int64), threshold)[0]
    assert left.nonzero().flatten().tolist() == kept
    assert len(kept) == stated("vision-nms-chain")


def test_overlaps_in_a_row_fall_as_is_said() -> None:
    boxes = boxes_in_a_row()
    assert iou(boxes[:1], boxes[1:]).tolist() == pytest.approx([6 / 10, 4 / 12, 2 / 14])


def test_a_tone_above_half_the_rate_has_the_samples_of_the_one_that_is_named() -> None:
    heard, time = stated("vision-folded-tone"), np.arange(64) / 8000
    assert alias(5500.0, 8000) == heard
    np.testing.assert_allclose(np.cos(2 * np.pi * 5500 * time), np.cos(2 * np.pi * heard * time), atol=1e-9)


def test_the_first_of_four_groups_learns_at_the_rate_that_is_named() -> None:
    found = rates("discriminative rates", 4, Transferring(rate=0.01, factor=2.6))
    assert found[0] == pytest.approx(stated("vision-layer-rates")) == 0.01 / 2.6**3


def test_an_even_posterior_costs_as_many_nats_as_is_said() -> None:
    assert entropy([0.5, 0.5]) == pytest.approx(stated("vision-six-or-nine"))


def test_the_fork_is_likeliest_left_and_its_mean_lies_where_nothing_is() -> None:
    weight = torch.tensor([[0.55, 0.45]], dtype=torch.float64)
    mean = torch.tensor([[-30.0, 30.0]], dtype=torch.float64).deg2rad()
    fork = Mixture(weight.log(), mean, torch.full((1, 2), math.radians(4), dtype=torch.float64), "gaussians")
    middle = (weight * mean).sum(dim=1)
    assert math.degrees(float(fork.likeliest()[0])) == pytest.approx(-30, abs=0.1)
    assert math.degrees(float(middle)) == pytest.approx(-3)
    assert float((mean - middle[:, None]).abs().min() / math.radians(4)) > 6
    assert float(fork.log_density(middle[:, None])) < float(fork.log_density(mean).max()) - 20


@pytest.mark.parametrize(
    ("rate", "window", "parts"), [(8000, 256, False), (16_000, 256, False), (8000, 2048, True)], ids=str
)
def test_two_near_tones_part_in_a_long_window_only(rate: int, window: int, parts: bool) -> None:
    """At every moment of a beat, on a grid of frequencies so fine that zeros appended could not add to it."""
    time = np.arange(window) / rate
    fade = np.hanning(window + 1)[:-1]
    low, high = 440.0, 440.0 * 2 ** (1.1 / 12)
    counts = set()
    for turn in np.linspace(0, 2 * np.pi, 16):
        sound = np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time + turn)
        lines = np.abs(np.fft.rfft(sound * fade, 2**17))[: 2**17 * 1000 // rate]
        counts.add(len(find_peaks(lines, height=lines.max() / 2)[0]))
    assert (counts == {2}) == parts
