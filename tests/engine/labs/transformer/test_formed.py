"""The step at which a head takes up a role."""

import numpy as np
import pytest

from engine.labs.transformer.formed import MARKED, formed, forming_step
from engine.labs.transformer.results import Course, RoleScores
from tests.engine.labs.transformer.tiny import translator

STEPS = np.array([0, 10, 20, 30, 40])


@pytest.mark.parametrize(
    ("share", "step"),
    [
        ([0.1, 0.1, 0.8, 0.9, 0.9], 20),
        ([0.1, 0.8, 0.1, 0.8, 0.9], 30),
        ([0.1, 0.2, 0.3, 0.3, 0.3], None),
        ([0.1, 0.9, 0.9, 0.9, 0.2], None),
        ([0.9, 0.9, 0.9, 0.9, 0.9], None),
        ([0.1, 0.5, float("nan"), 0.9, 0.9], None),
    ],
)
def test_it_is_where_the_share_comes_to_stay_above_the_middle(share: list[float], step: int | None) -> None:
    assert forming_step(STEPS, np.array(share)) == step


def test_a_single_point_forms_nothing() -> None:
    assert forming_step(STEPS[:1], np.array([0.9])) is None


def test_the_strongest_heads_are_marked_and_no_more_than_a_few() -> None:
    course: Course = translator().course
    ends = np.linspace(0.4, 0.9, 12).reshape(6, 2)
    rising = np.concatenate([np.full((10, 6, 2), 0.1), np.broadcast_to(ends, (len(course.step) - 10, 6, 2))])
    marks = formed(course, RoleScores("aligned", rising, np.full(6, 0.1)))
    assert len(marks) == MARKED
    assert [mark.share for mark in marks] == pytest.approx(sorted(ends.ravel())[::-1][:MARKED])
    assert marks[0].head == ("cross 2", 2)
    assert {mark.step for mark in marks} == {course.step[10]}
