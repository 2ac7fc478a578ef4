"""Boxes, by counting pixels, by the definition, and beside scikit-learn."""

import numpy as np
import pytest
import torch

from engine.vision.boxes import average_precision, found_right, generalised_iou, iou, precision_recall, suppressed

SIDE = 60


def boxes(count: int, seed: int) -> torch.Tensor:
    """With edges on a grid of ``SIDE`` pixels."""
    rng = np.random.default_rng(seed)
    edges = np.sort(rng.integers(0, SIDE + 1, (count, 2, 2)), axis=1) / SIDE
    return torch.tensor(edges.reshape(count, 4))


def filled(box: torch.Tensor) -> np.ndarray:
    left, top, right, bottom = (box * SIDE).round().int().tolist()
    picture = np.zeros((SIDE, SIDE), dtype=bool)
    picture[top:bottom, left:right] = True
    return picture


def test_iou_is_what_counting_pixels_gives():
    a, b = boxes(80, 0), boxes(80, 1)
    for one, other, found in zip(a, b, iou(a, b), strict=True):
        both, either = filled(one) & filled(other), filled(one) | filled(other)
        assert float(found) == pytest.approx(both.sum() / max(1, either.sum()), abs=1e-9)


def test_generalised_iou_takes_off_the_empty_share_of_the_box_around_both():
    a, b = boxes(80, 2), boxes(80, 3)
    for one, other, found in zip(a, b, generalised_iou(a, b), strict=True):
        either = filled(one) | filled(other)
        if not filled(one).any() or not filled(other).any():
            continue
        rows, columns = np.nonzero(either)
        around = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
        wanted = (filled(one) & filled(other)).sum() / either.sum() - (around - either.sum()) / around
        assert float(found) == pytest.approx(wanted, abs=1e-9)


def test_boxes_apart_have_no_gradient_of_iou_and_one_of_generalised_iou():
    b = torch.tensor([[0.6, 0.6, 0.9, 0.9]])
    for measure, is_flat in ((iou, True), (generalised_iou, False)):
        a = torch.tensor([[0.1, 0.1, 0.3, 0.3]], requires_grad=True)
        measure(a, b).sum().backward()
        assert bool((a.grad == 0).all()) is is_flat


def by_definition(at: np.ndarray, score: np.ndarray, label: np.ndarray, overlap: float, least: float) -> set[int]:
    """Greedy suppression, one box after another."""
    left: list[int] = []
    for own in np.argsort(-score, kind="stable"):
        rivals = [other for other in left if label[other] == label[own]]
        clear = all(float(iou(torch.tensor(at[own]), torch.tensor(at[other]))) <= overlap for other in rivals)
        if score[own] >= least and clear:
            left.append(int(own))
    return set(left)


@pytest.mark.parametrize("overlap", [0.0, 0.3, 0.7, 1.0])
def test_suppression_leaves_what_the_definition_leaves(overlap):
    rng = np.random.default_rng(4)
    at = torch.stack([boxes(30, seed) for seed in range(5)])
    score, label = torch.tensor(rng.random((5, 30)).round(1)), torch.tensor(rng.integers(0, 2, (5, 30)))
    found = suppressed(at, score, label, overlap, 0.3)
    for row in range(5):
        wanted = by_definition(at[row].numpy(), score[row].numpy(), label[row].numpy(), overlap, 0.3)
        assert set(torch.nonzero(found[row])[:, 0].tolist()) == wanted


def test_the_second_box_on_one_object_finds_nothing():
    truth = torch.tensor([[[0.1, 0.1, 0.5, 0.5], [0.6, 0.6, 0.9, 0.9]]])
    at = torch.tensor([[[0.1, 0.1, 0.5, 0.5], [0.12, 0.1, 0.5, 0.5], [0.6, 0.6, 0.9, 0.9], [0.0, 0.6, 0.3, 0.9]]])
    score = torch.tensor([[0.7, 0.9, 0.3, 0.8]])
    there = torch.tensor([[True, True]])
    assert found_right(at, score, truth, there).tolist() == [[False, True, True, False]]
    assert found_right(at, score, truth, torch.tensor([[True, False]])).tolist() == [[False, True, False, False]]


def test_average_precision_is_the_area_under_the_best_precision_at_each_recall():
    rng = np.random.default_rng(0)
    for _ in range(20):
        score, right = torch.tensor(rng.random(40)), torch.tensor(rng.random(40) < 0.5)
        objects = int(right.sum()) + 5
        precision, recall = (values.numpy() for values in precision_recall(score, right, objects))
        levels = np.arange(1, objects + 1) / objects
        best = [precision[recall >= level - 1e-9].max(initial=0.0) for level in levels]
        assert average_precision(score, right, objects) == pytest.approx(np.mean(best), abs=1e-9)


def test_average_precision_is_scikit_learns_where_precision_only_falls():
    from sklearn.metrics import average_precision_score

    right = torch.tensor([True, True, True, False, False, True][:5])
    score = torch.tensor([0.9, 0.8, 0.7, 0.6, 0.5])
    assert average_precision(score, right, 3) == pytest.approx(average_precision_score(right, score), abs=1e-9)
    rng = np.random.default_rng(1)
    for _ in range(10):
        score, right = torch.tensor(rng.random(50)), torch.tensor(rng.random(50) < 0.4)
        assert average_precision(score, right, int(right.sum())) >= average_precision_score(right, score) - 1e-9


def test_precision_and_recall_are_those_of_scikit_learn():
    from sklearn.metrics import precision_recall_curve

    rng = np.random.default_rng(2)
    score, right = torch.tensor(rng.permutation(30) / 30), torch.tensor(rng.random(30) < 0.5)
    precision, recall = precision_recall(score, right, int(right.sum()))
    theirs, recalls, _ = precision_recall_curve(right, score)
    for p, r in zip(precision.tolist(), recall.tolist(), strict=True):
        assert any(abs(p - q) < 1e-9 and abs(r - s) < 1e-9 for q, s in zip(theirs, recalls, strict=True))


def test_a_class_without_objects_has_no_average_precision_and_one_without_boxes_has_none_of_it():
    none = torch.zeros(0)
    assert np.isnan(average_precision(none, none.bool(), 0))
    assert average_precision(none, none.bool(), 4) == 0
