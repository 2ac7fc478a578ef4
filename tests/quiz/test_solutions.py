"""Every solution of the bank can be written; what was answered, too."""

import pytest

from quiz.bank import bank
from quiz.kinds.choices import Several, Single
from quiz.kinds.predict import Predict
from quiz.kinds.short import Short
from quiz.question import Question
from quiz.solutions import solution, written

ALL = [question for question in bank().values() if not isinstance(question, Predict)]


def first(kind: str) -> Question:
    return next(question for question in ALL if question.kind == kind)


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.id)
def test_a_solution_has_words_of_its_question(question: Question) -> None:
    text = solution(question)
    assert text.strip()
    if isinstance(question, Single | Several):
        assert all((option.text in text) == option.right or not option.right for option in question.options)
    if isinstance(question, Short):
        assert text == question.model


def test_answers_are_written_as_their_kind_is() -> None:
    pairs = first("match")
    turned = tuple(reversed(range(len(pairs.pairs))))  # type: ignore[attr-defined]
    assert written(pairs, turned).startswith(f"{pairs.pairs[0].left} – {pairs.pairs[-1].right}; ")  # type: ignore[attr-defined]
    steps = first("order")
    assert written(steps, steps.solution).startswith(f"1. {steps.steps[0]}; 2. ")  # type: ignore[attr-defined]
    assert written(first("line"), "x + 1") == "`x + 1`"
    number = next(question for question in ALL if question.kind == "number" and question.unit)  # type: ignore[attr-defined]
    assert written(number, "12") == f"12 {number.unit}"  # type: ignore[attr-defined]
    short = first("short")
    assert written(short, ()) == "nothing"
    assert written(short, (1, 0)) == "; ".join(short.points[:2])  # type: ignore[attr-defined]
