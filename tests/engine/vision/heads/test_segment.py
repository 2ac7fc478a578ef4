"""The class of every pixel, beside scikit-learn and explicit loops."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.vision.heads.segment import Segment, class_iou, confusion, dice_loss
from engine.vision.sources.scenes import ShapeScenes

Y = Segment().target(ShapeScenes(samples=100, size=16).build(0).train).long()
TOLD = torch.randn(100, 4, 16, 16, generator=torch.Generator().manual_seed(0)) + 1.5 * F.one_hot(Y, 4).movedim(-1, 1)


def test_the_confusion_matrix_and_the_ious_are_scikit_learns():
    from sklearn.metrics import accuracy_score, confusion_matrix, jaccard_score

    answers, y = TOLD.argmax(1).flatten(), Y.flatten()
    counts = confusion(TOLD.argmax(1), Y, 4)
    assert (counts.numpy() == confusion_matrix(y, answers, labels=range(4))).all()
    each = jaccard_score(y, answers, average=None, labels=range(4))
    assert class_iou(counts).tolist() == pytest.approx(list(each), abs=1e-9)
    assert Segment().scores(TOLD, Y) == pytest.approx([each.mean(), accuracy_score(y, answers)], abs=1e-9)


def test_a_class_that_is_nowhere_does_not_count():
    y = torch.tensor([[[0, 0], [1, 1]]])
    told = F.one_hot(y, 4).movedim(-1, 1).float()
    assert np.isnan(class_iou(confusion(y, y, 4)).numpy()).tolist() == [False, False, True, True]
    assert Segment().scores(told, y) == [1, 1]


def test_the_loss_is_the_mean_negative_log_probability_of_the_right_class():
    chosen = TOLD.softmax(1).gather(1, Y[:, None])
    assert float(Segment().loss(TOLD, Y)) == pytest.approx(float(-chosen.log().mean()), rel=1e-5)


def test_dice_is_that_of_explicit_sums_and_is_added_with_its_weight():
    p = TOLD.softmax(1).numpy()
    overlaps = []
    for label in range(4):
        t = (label == Y).numpy()
        overlaps.append(2 * (p[:, label] * t).sum() / (p[:, label].sum() + t.sum()))
    assert float(dice_loss(TOLD, Y)) == pytest.approx(1 - np.mean(overlaps), abs=1e-5)
    plain, both = Segment().loss(TOLD, Y), Segment(dice=0.5).loss(TOLD, Y)
    assert float(both - plain) == pytest.approx(0.5 * (1 - np.mean(overlaps)), abs=1e-4)


def test_a_coarser_map_is_stretched_to_the_size_of_the_picture():
    coarse = TOLD[:, :, ::4, ::4]
    stretched = F.interpolate(coarse, (16, 16), mode="bilinear", align_corners=False)
    assert float(Segment().loss(coarse, Y)) == pytest.approx(float(Segment().loss(stretched, Y)))
    assert Segment().scores(coarse, Y) == Segment().scores(stretched, Y)


def test_all_background_is_accurate_and_overlaps_little():
    told = torch.zeros(100, 4, 16, 16)
    told[:, 0] = 1
    mean_iou, accuracy = Segment().scores(told, Y)
    background = float((Y == 0).double().mean())
    assert accuracy == pytest.approx(background) and mean_iou == pytest.approx(background / 4)


def test_who_knows_the_shares_only_has_the_constant_loss():
    share = torch.bincount(Y.flatten()) / Y.numel()
    told = share.log()[None, :, None, None].expand(100, 4, 16, 16)
    assert Segment().constant_loss(Y) == pytest.approx(float(Segment().loss(told, Y)), rel=1e-4)
    assert np.isnan(Segment(dice=1.0).constant_loss(Y))
