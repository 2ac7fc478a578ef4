"""What is said of other heads holds of what the proofs measure."""

import pytest

from engine.labs.vision.heads.proofs import PROOFS

BY_ID = {proof.id: proof for proof in PROOFS}


def numbers(proof: str, column: int) -> list[float]:
    return [float(row[column].rstrip("°%").strip()) for row in BY_ID[proof].run().rows]


def test_finding_nothing_is_the_more_accurate_the_smaller_the_objects() -> None:
    accuracy, mean_iou = numbers("heads_background", 1), numbers("heads_background", 2)
    assert accuracy == sorted(accuracy) and accuracy[-1] > 95
    assert mean_iou == pytest.approx([share / 400 for share in accuracy], abs=0.001)


def test_least_squares_answers_the_mean_and_a_mixture_one_of_the_ways() -> None:
    answers, off = numbers("heads_mean", 1), numbers("heads_mean", 2)
    assert answers[0] == pytest.approx(0, abs=0.5) and off[0] == pytest.approx(20, abs=0.5) and off[1] < 1


def test_neighbours_across_the_seam_are_far_apart_as_numbers_only() -> None:
    assert numbers("heads_seam", 1) == pytest.approx([39.04, 0.0006092], rel=1e-3)
    assert numbers("heads_seam", 2) == [180, 0]


def test_boxes_apart_have_no_gradient() -> None:
    agree, gradient = numbers("heads_apart", 1), numbers("heads_apart", 2)
    assert [g > 0 for g in gradient] == [a > 0 for a in agree] == [False, False, False, True, True]
