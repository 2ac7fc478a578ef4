"""What answers are worth: beside scikit-learn, counts of pixels and explicit loops."""

import math

import numpy as np
import pytest

from engine.labs.vision.heads.measuring import (
    agreement_with_nearest,
    degrees_off,
    is_fork,
    judge,
    nothing_found,
    off_the_ways,
    overlaps,
)
from engine.labs.vision.heads.results import Course, Known, Pictures
from engine.labs.vision.heads.said import edge_accuracy


def test_overlaps_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import jaccard_score

    rng = np.random.default_rng(0)
    truth, answers = (rng.integers(0, 4, (5, 8, 8)).astype(np.uint8) for _ in range(2))
    found = overlaps(answers, truth, 3)
    wanted = jaccard_score(truth.ravel(), answers.ravel(), average=None)
    np.testing.assert_allclose(found.each, wanted)
    assert found.mean == pytest.approx(wanted.mean()) and found.accuracy == pytest.approx((truth == answers).mean())


def pictures(**truth: np.ndarray) -> Pictures:
    count = len(next(iter(truth.values())))
    return Pictures(np.zeros((count, 8, 8, 3), np.uint8), truth, ("circle", "square", "triangle"))


def test_who_finds_nothing_has_the_share_of_the_background() -> None:
    mask = np.zeros((2, 8, 8), np.uint8)
    mask[:, :2] = 1
    found = nothing_found(pictures(mask=mask))
    assert found.accuracy == 0.75 and found.each[0] == 0.75 and found.each[1] == 0
    assert np.isnan(found.each[2:]).all() and found.mean == 0.375


def test_angles_are_off_the_shorter_way_round() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.uniform(0, 2 * math.pi, (2, 50))
    for turn in (2 * math.pi, math.pi / 2):
        brute = [min(abs(x - y + k * turn) for k in range(-5, 6)) for x, y in zip(a, b, strict=True)]
        np.testing.assert_allclose(degrees_off(a, b, turn), np.rad2deg(brute), atol=1e-9)


def test_ways_are_measured_to_the_nearer_one() -> None:
    ways = np.array([[0.3, -0.2], [0.1, 0.1]])
    assert is_fork(ways).tolist() == [True, False]
    np.testing.assert_allclose(off_the_ways(np.array([-0.1, 0.2]), ways), np.rad2deg([0.1, 0.1]))


def detector(boxes: np.ndarray, score: np.ndarray, label: np.ndarray) -> Course:
    answers = {"boxes": boxes.astype(np.float32), "score": score.astype(np.float32), "class": label.astype(np.uint8)}
    none = np.zeros(0, np.float32)
    return Course("detector", 0, 1, 1, none, ("loss",), np.zeros((0, 1), np.float32), "", answers)


def test_thresholds_decide_which_boxes_are_left_and_right() -> None:
    boxes = np.array([[[0.1, 0.1, 0.5, 0.5], [0.1, 0.1, 0.48, 0.5], [0.6, 0.6, 0.9, 0.9], [0.0, 0.7, 0.2, 0.9]]])
    course = detector(boxes, np.array([[0.9, 0.8, 0.7, 0.2]]), np.array([[0, 0, 1, 2]]))
    objects = np.array([[[0, 0.1, 0.1, 0.5, 0.5], [1, 0.6, 0.6, 0.9, 0.9], [-1, 0, 0, 0, 0]]], np.float32)
    truth = pictures(objects=objects)
    strict, loose = judge(course, truth, 0.5, 0.5), judge(course, truth, 0.1, 1.0)
    assert strict.left.tolist() == [[True, False, True, False]] and strict.scored.sum() == 3
    assert strict.precision == 1 and strict.recall == 1 and strict.mean == 1 and strict.objects == 2
    assert loose.left.all() and loose.right.tolist() == [[True, False, True, False]]
    assert loose.precision == 0.5 and loose.recall == 1 and loose.average[:2].tolist() == [1, 1]
    assert np.isnan(loose.average[2]) and len(loose.curves) == 3


def test_a_box_agrees_with_the_nearest_object_of_its_class() -> None:
    objects = np.array([[0, 0.0, 0.0, 0.5, 0.5], [1, 0.0, 0.0, 0.5, 0.5]], np.float32)
    boxes = np.array([[0.0, 0.0, 0.5, 0.25], [0.0, 0.0, 0.5, 0.5]], np.float32)
    np.testing.assert_allclose(agreement_with_nearest(boxes, np.array([1, 2]), objects), [0.5, 0.0])


def test_pixels_beside_an_edge_are_counted_alone() -> None:
    truth = np.zeros((1, 6, 6), np.uint8)
    truth[0, 2:4, 2:4] = 1
    beside = {
        (y, x)
        for y in range(6)
        for x in range(6)
        for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0))
        if 0 <= y + dy < 6 and 0 <= x + dx < 6 and truth[0, y, x] != truth[0, y + dy, x + dx]
    }
    answer = np.zeros_like(truth)
    wanted = np.mean([truth[0, y, x] == 0 for y, x in beside])
    none = np.zeros(0, np.float32)
    course = Course("u", 0, 1, 1, none, ("loss",), np.zeros((0, 1), np.float32), "", {"mask": answer})
    assert edge_accuracy(Known(pictures(mask=truth), ("u",), 1), course) == pytest.approx(wanted)
