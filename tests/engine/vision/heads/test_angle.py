"""Angles: the circle has no seam for (sin, cos), and one for a number."""

import math

import pytest
import torch

from engine.vision.heads.angle import Angle
from engine.vision.images import Part, Truth


def part(*angles: float) -> Part:
    count = len(angles)
    return Part(torch.zeros(count, 3, 8, 8), torch.zeros(count, dtype=torch.int64), Truth(angle=torch.tensor(angles)))


@pytest.mark.parametrize("answers", ["number", "sine and cosine"])
@pytest.mark.parametrize("symmetry", [1, 4])
def test_targets_stand_for_their_angles(answers, symmetry):
    head = Angle(answers=answers, symmetry=symmetry)
    angles = torch.linspace(0, 2 * math.pi / symmetry - 0.01, 50)
    y = head.target(part(*angles.tolist()))
    assert y.shape == (50, head.outputs(3))
    torch.testing.assert_close(head.angle(y), angles, atol=1e-4, rtol=0)
    assert head.scores(y, y) == pytest.approx([0, 1], abs=0.1)
    assert float(head.loss(y, y)) == 0


def test_just_before_and_after_a_full_turn_are_neighbours_on_the_circle_only():
    near = part(0.01, 2 * math.pi - 0.01)
    number, circle = Angle(answers="number"), Angle()
    apart = [float((head.target(near)[0] - head.target(near)[1]).norm()) for head in (number, circle)]
    assert apart[0] == pytest.approx(2 * math.pi - 0.02, abs=1e-4)
    assert apart[1] == pytest.approx(2 * math.sin(0.01), abs=1e-4)
    for head in (number, circle):
        y = head.target(near)
        assert float(head.off(y[:1], y[1:])) == pytest.approx(math.degrees(0.02), abs=1e-3)


def test_the_mean_of_neighbours_across_the_seam_points_the_other_way_as_a_number():
    y = Angle(answers="number").target(part(0.01, 2 * math.pi - 0.01))
    assert float(y.mean()) == pytest.approx(math.pi, abs=1e-4)
    circle = Angle()
    middle = circle.target(part(0.01, 2 * math.pi - 0.01)).mean(0, keepdim=True)
    off = circle.off(middle, circle.target(part(0.0)))
    assert float(off) == pytest.approx(0, abs=1e-2)


def test_a_square_turned_by_a_quarter_has_the_same_target_once_its_symmetry_is_known():
    y = Angle(symmetry=4).target(part(0.3, 0.3 + math.pi / 2))
    torch.testing.assert_close(y[0], y[1], atol=1e-5, rtol=0)


def test_the_constant_loss_is_that_of_the_mean():
    for answers in ("number", "sine and cosine"):
        head = Angle(answers=answers)
        y = head.target(part(*torch.linspace(0, 6, 40).tolist()))
        assert head.constant_loss(y) == pytest.approx(
            float(head.loss(y.mean(0, keepdim=True).expand_as(y), y)), rel=1e-5
        )
