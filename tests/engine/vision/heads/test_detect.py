"""Several boxes: which cell answers for what, and what finding all of it scores."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.vision.boxes import iou
from engine.vision.heads.detect import Detect, edges, middles, responsible
from engine.vision.images import NO_OBJECT
from engine.vision.sources.scenes import ShapeScenes

SOURCE = ShapeScenes(objects=3, smallest=0.12, largest=0.22, samples=100)
Y = Detect().target(SOURCE.build(0).train)
SIDE, CLASSES = 8, 3


def random_outputs() -> torch.Tensor:
    return torch.randn(len(Y), 5 + CLASSES, SIDE, SIDE, generator=torch.Generator().manual_seed(0))


def perfect_outputs() -> torch.Tensor:
    """Every cell answers for its object, without doubt."""
    mine = responsible(Y, SIDE, SIDE)
    told = torch.full((len(Y), SIDE * SIDE, 5 + CLASSES), -30.0)
    middle = middles(SIDE, SIDE)
    for picture in range(len(Y)):
        for cell in torch.nonzero(mine[picture] >= 0)[:, 0].tolist():
            label, left, top, right, bottom = Y[picture, mine[picture, cell]].tolist()
            x, y = middle[cell].tolist()
            told[picture, cell, 0] = 30.0
            told[picture, cell, 1:5] = torch.tensor([x - left, y - top, right - x, bottom - y]).mul(SIDE).log()
            told[picture, cell, 5 + int(label)] = 30.0
    return told.transpose(1, 2).reshape(len(Y), -1, SIDE, SIDE)


def test_a_cell_answers_for_the_smallest_object_whose_centre_is_near():
    mine = responsible(Y, SIDE, SIDE)
    for picture in range(30):
        for cell, (x, y) in enumerate(middles(SIDE, SIDE).tolist()):
            near = []
            for number, (label, left, top, right, bottom) in enumerate(Y[picture].tolist()):
                across, down = abs(x - (left + right) / 2), abs(y - (top + bottom) / 2)
                wide, high = right - left, bottom - top
                central = across <= wide / 4 and down <= high / 4
                holds = across <= 0.5 / SIDE and down <= 0.5 / SIDE and across < wide / 2 and down < high / 2
                if label != NO_OBJECT and (central or holds):
                    near.append((wide * high, number))
            assert int(mine[picture, cell]) == (min(near)[1] if near else -1)


def test_every_object_has_a_cell_unless_a_smaller_one_took_it():
    mine = responsible(Y, SIDE, SIDE)
    there = torch.nonzero(Y[..., 0] != NO_OBJECT).tolist()
    answered = sum(bool((mine[picture] == number).any()) for picture, number in there)
    assert answered >= 0.99 * len(there)


def test_a_box_begins_at_the_middle_of_its_cell():
    told = torch.zeros(1, 8, 2, 4)
    found = edges(told)[0]
    for cell, (x, y) in enumerate(middles(2, 4).tolist()):
        assert found[cell].tolist() == pytest.approx([x - 0.25, y - 0.5, x + 0.25, y + 0.5])


def test_finding_all_without_doubt_scores_one_and_costs_nothing():
    told = perfect_outputs()
    assert Detect().scores(told, Y) == pytest.approx([1, 1], abs=0.02)
    assert float(Detect().loss(told, Y)) == pytest.approx(0, abs=1e-3)


def test_the_loss_is_that_of_explicit_loops():
    head, told = Detect(box_weight=1.5), random_outputs()[:10]
    y = Y[:10]
    mine = responsible(y, SIDE, SIDE)
    total, count = 0.0, 0
    for picture in range(10):
        cells = told[picture].flatten(1).T
        for cell in range(SIDE * SIDE):
            object_ = int(mine[picture, cell])
            score = float(torch.sigmoid(cells[cell, 0]))
            total -= math.log(score if object_ >= 0 else 1 - score)
            if object_ >= 0:
                count += 1
                truth = y[picture, object_]
                total -= float(F.log_softmax(cells[cell, 5:], 0)[int(truth[0])])
                total += 1.5 * (1 - float(iou(edges(told[picture, None])[0, cell], truth[1:])))
    assert float(head.loss(told, y)) == pytest.approx(total / count, rel=1e-4)


def test_pictures_without_any_object_have_a_finite_loss():
    empty = torch.zeros(4, 2, 5)
    empty[..., 0] = NO_OBJECT
    told = torch.zeros(4, 8, 4, 4, requires_grad=True)
    loss = Detect().loss(told, empty)
    loss.backward()
    assert math.isfinite(loss.item()) and torch.isfinite(told.grad).all()
    assert all(np.isnan(Detect().scores(told.detach(), empty)))


@pytest.mark.long
def test_average_precision_over_the_classes_is_that_of_explicit_matching():
    told, noise = perfect_outputs(), random_outputs()
    told[:, 0], told[:, 5:] = 0.1 * told[:, 0] + noise[:, 0], 0.05 * told[:, 5:] + noise[:, 5:]
    told[:, 1:5] += 0.3 * noise[:, 1:5]
    head = Detect()
    found = head.answer(told)
    means, hits = [], 0
    for label in range(CLASSES):
        rows = []
        for picture in range(len(Y)):
            left: list[int] = []
            for cell in found.score[picture].argsort(descending=True).tolist():
                at, own = found.boxes[picture, cell], int(found.label[picture, cell])
                clear = all(
                    float(iou(at, found.boxes[picture, o])) <= 0.5 for o in left if found.label[picture, o] == own
                )
                if float(found.score[picture, cell]) >= 0.05 and clear:
                    left.append(cell)
            taken: set[int] = set()
            truths = [n for n in range(Y.shape[1]) if int(Y[picture, n, 0]) == label]
            for cell in (c for c in left if int(found.label[picture, c]) == label):
                agree = {n: float(iou(found.boxes[picture, cell], Y[picture, n, 1:])) for n in truths}
                best = max(agree, key=agree.__getitem__, default=-1)
                right = best >= 0 and agree[best] >= 0.5 and best not in taken
                taken |= {best} if right else set()
                rows.append((float(found.score[picture, cell]), right))
        rows.sort(key=lambda row: -row[0])
        right = np.array([r for _, r in rows])
        objects = int((Y[..., 0] == label).sum())
        precision, recall = right.cumsum() / np.arange(1, len(right) + 1), right.cumsum() / objects
        means.append(np.mean([precision[recall >= k / objects - 1e-9].max(initial=0) for k in range(1, objects + 1)]))
        hits += int(right.sum())
    total = int((Y[..., 0] != NO_OBJECT).sum())
    assert head.scores(told, Y) == pytest.approx([np.mean(means), hits / total], abs=1e-6)
    assert 0.1 < np.mean(means) < 0.9


def test_a_map_of_too_many_places_is_refused_with_what_to_do():
    assert not Detect().misfits(SOURCE, (8, 16, 16))
    (found,) = Detect().misfits(SOURCE, (8, 32, 32))
    assert found[2].startswith("each of the 32x32 places") and "pool before" in found[2]
