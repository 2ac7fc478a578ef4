"""One box: what outputs stand for, and how wrong they are."""

import pytest
import torch
import torch.nn.functional as F

from engine.vision.boxes import iou
from engine.vision.heads.box import Localise
from engine.vision.sources.scenes import ShapeScenes

PART = ShapeScenes(samples=100).build(0).train
Y = Localise().target(PART)


def outputs_for(boxes: torch.Tensor) -> torch.Tensor:
    """Outputs that stand for these boxes."""
    centre, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    return torch.logit(torch.cat([centre, size], dim=1))


def test_outputs_that_stand_for_the_truth_are_right_under_every_loss():
    for minimises in ("smooth L1", "1 - IoU", "1 - GIoU"):
        head = Localise(minimises=minimises)
        torch.testing.assert_close(head.answer(outputs_for(Y)), Y, atol=1e-5, rtol=0)
        assert float(head.loss(outputs_for(Y), Y)) == pytest.approx(0, abs=1e-4)
        assert head.scores(outputs_for(Y), Y) == pytest.approx([1, 1], abs=1e-3)


def test_a_mean_box_has_the_constant_loss_and_no_other_constant_has_less_of_smooth_l1():
    head = Localise()
    mean = Y.mean(0, keepdim=True).expand_as(Y)
    assert head.constant_loss(Y) == pytest.approx(float(F.smooth_l1_loss(mean, Y, beta=0.1)), rel=1e-5)
    noise = 0.05 * torch.randn(4, generator=torch.Generator().manual_seed(0))
    assert float(head.loss(outputs_for((mean + noise).clamp(0.01, 0.99)), Y)) > head.constant_loss(Y)


def test_the_score_is_the_mean_iou_and_the_share_above_a_half():
    told = torch.randn(100, 4, generator=torch.Generator().manual_seed(1))
    agree = iou(Localise().answer(told), Y)
    assert Localise().scores(told, Y) == pytest.approx([float(agree.mean()), float((agree >= 0.5).float().mean())])
    assert float(Localise(minimises="1 - IoU").loss(told, Y)) == pytest.approx(1 - float(agree.mean()), abs=1e-6)
