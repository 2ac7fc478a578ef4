"""What a family takes, and what it draws again."""

from random import Random
from typing import Any

import pytest

from quiz.kinds.number import Number
from quiz.parametric.drawing import Row, drawn_from, grid, nonzero, tenths, whole
from quiz.parametric.family import Asked, DrawAgain, Family


def sum_of(a: float, b: float) -> Asked:
    """A sum, beside which stands the difference."""
    if a == 5:
        raise DrawAgain
    return Asked(f"What is {a} + {b}?", a + b, "Add.", f"{a} + {b}", {"Subtracted.": a - b}, decimals=1)


def family(**change: Any) -> Family:
    row: dict[str, Any] = {
        "id": "a-sum",
        "topic": "losses",
        "level": "foundation",
        "title": "A sum",
        "source": "Peano 1889",
        "draws": {"a": whole(1, 6), "b": grid(0.0, 2.0, 0.1)},
        "ask": sum_of,
    }
    return Family(**(row | change))


def test_numbers_that_make_no_good_question_are_drawn_again() -> None:
    for seed in range(200):
        drawn = family().drawn(seed)
        assert drawn["a"] != 5, "refused by the family"
        assert drawn["b"] > 0.1, "the mistake would be taken for the answer"


def test_it_says_where_nothing_good_can_be_drawn() -> None:
    with pytest.raises(RuntimeError, match="a-sum: none of 1000 draws from seed 3 makes a good question"):
        family(draws={"a": (5,), "b": (1.0,)}).question(3)


def test_a_family_is_not_moved_by_another_s_draws() -> None:
    assert family().question(4) == family().question(4)
    assert [family().drawn(seed) for seed in range(9)] != [family(id="another").drawn(seed) for seed in range(9)]


def test_how_to_round_is_said_and_one_off_in_the_last_place_is_right() -> None:
    question = family(draws={"a": (2,), "b": (1.3,)}).question(0)
    assert isinstance(question, Number)
    assert question.text == "What is 2 + 1.3? Round to one decimal."
    assert question.solution == "3.3"
    assert question.grade("3.4").is_right and question.grade("3.2").is_right
    assert not question.grade("3.5").is_right
    assert question.grade("0.7").notes[0].text == "Subtracted."


def test_answers_on_the_edge_of_rounding_are_unclear() -> None:
    def asked(value: float, wrong: float = 9.0) -> Asked:
        return Asked("?", value, "r", "w", {"why": wrong}, decimals=1)

    assert asked(2.34).is_clear
    assert not asked(2.35).is_clear, "2.3 or 2.4"
    assert not asked(2.34, wrong=2.5).is_clear, "one off would be taken for the other"
    assert not asked(0.04).is_clear, "no digit would be left"
    assert not asked(float("nan")).is_clear
    assert asked(0.0).is_clear


def test_rows_and_grids_are_drawn_as_they_say() -> None:
    random = Random(0)
    assert len(set(drawn_from(Row(3, (1, 2, 3), distinct=True), random))) == 3
    matrix = drawn_from(Row(2, Row(3, nonzero(-1, 1))), random)
    assert [len(row) for row in matrix] == [3, 3] and 0 not in matrix[0] + matrix[1]
    assert grid(0.0, 0.3, 0.1) == (0.0, 0.1, 0.2, 0.3)
    assert tenths(-0.1, 0.2) == (-0.1, 0.1, 0.2)
    assert list(whole(2, 8, 3)) == [2, 5, 8]
