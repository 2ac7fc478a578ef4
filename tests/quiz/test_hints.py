"""Hints are true, and leave more than one answer open: counted over all answers that agree with them."""

import re
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.bank import bank
from quiz.hints import MOST, Hint, hints
from quiz.kinds.choices import Option, Several, Single
from quiz.kinds.number import Mistake, Number
from quiz.question import Question
from tests.quiz.learners import STEADY

ALL = list(bank().values())
SEEDS = range(4)


def of(kind: str) -> list[Question]:
    return [question for question in ALL if question.kind == kind]


def named(questions: list[Question]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", questions, ids=lambda question: question.id)


TEXTS = {"id": "a-question", "topic": "networks", "level": "expert", "text": "?", "explanation": "!", "source": "none"}


def options(right: int, wrong: int) -> tuple[Option, ...]:
    return tuple(Option(text=f"option {place}", right=place < right, why="so") for place in range(right + wrong))


SINGLES = [Single(**TEXTS, options=options(1, wrong)) for wrong in range(2, 6)]
SEVERALS = [
    Several(**TEXTS, options=options(right, count - right)) for count in range(3, 7) for right in range(1, count)
]


@named([question for question in ALL if question.kind != "predict"])
def test_every_question_has_hints_and_the_same_ones_each_time(question: Question) -> None:
    for seed in SEEDS:
        found = hints(question, seed)
        assert 1 <= len(found) <= MOST
        assert found == hints(question, seed)
        assert len(set(found)) == len(found)


@named([*of("single"), *SINGLES])
def test_a_single_choice_loses_wrong_options_only(question: Question) -> None:
    options = question.options  # type: ignore[attr-defined]
    for seed in SEEDS:
        struck = [place for hint in hints(question, seed) for place in hint.struck]
        assert not any(options[place].right for place in struck)
        assert len(options) - len(set(struck)) >= 2
        assert all(options[hint.struck[0]].text in hint.text for hint in hints(question, seed))


@named([*of("several"), *SEVERALS])
def test_several_answers_agree_with_the_hints_of_several(question: Question) -> None:
    options = question.options  # type: ignore[attr-defined]
    right = {place for place, option in enumerate(options) if option.right}
    for seed in SEEDS:
        first, second = hints(question, seed)
        holding = {place for place, option in enumerate(options) if first.text == f"This holds: {option.text}"}
        agreeing = [
            set(chosen)
            for chosen in combinations(range(len(options)), len(right))
            if not set(chosen) & set(first.struck) and holding <= set(chosen)
        ]
        assert right in agreeing and len(agreeing) >= 2
        assert second.text.endswith(" holds." if len(right) == 1 else " hold.")


@named(of("match"))
def test_several_matches_agree_with_the_hints(question: Question) -> None:
    count = len(question.pairs)  # type: ignore[attr-defined]
    for seed in SEEDS:
        struck = [hint.struck for hint in hints(question, seed)]
        agreeing = [each for each in permutations(range(count)) if all(each[left] != right for left, right in struck)]
        assert question.solution in agreeing and len(agreeing) >= 3


@named(of("order"))
def test_several_orders_agree_with_the_hints(question: Question) -> None:
    steps = question.steps  # type: ignore[attr-defined]
    found = hints(question)
    assert len(steps) - len(found) >= 2
    assert found[0].text == f"First comes: {steps[0]}"


def holds(hint: Hint, value: float) -> bool:
    """Whether what a hint says is true of a number."""
    edges = [float(text.replace(",", "")) for text in re.findall(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?(?= |\.|,|$)", hint.text)]
    size = abs(value) if "size" in hint.text or "negative" in hint.text else value
    if "negative" in hint.text and value >= 0:
        return False
    if "and below" in hint.text:
        return edges[0] <= size < edges[1]
    if "smaller than" in hint.text:
        return size < 1
    if "above" in hint.text:
        return value > edges[0]
    return size >= edges[0] if "at least" in hint.text else size < edges[0]


def number(value: float, mistakes: list[float]) -> Number:
    named = tuple(Mistake(value=mistake, why="a mistake") for mistake in mistakes if abs(mistake - value) > 1e-3)
    return Number(**TEXTS, value=value, mistakes=named)


NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(float),
    st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6),
    st.sampled_from([0.3, 0.03, 3.0, 300.0, 0.1, 10.0, 1000.0, -0.3]),
)


@STEADY
@given(NUMBERS, st.lists(st.sampled_from([0.5, 0.9, 1.001, 1.1, 2.0, 3.0, -1.0]), max_size=3))
def test_a_number_is_where_its_hints_say(value: float, factors: list[float]) -> None:
    assert all(holds(hint, value) for hint in hints(number(value, [factor * value for factor in factors])))


@STEADY
@given(st.integers(1, 10**6), st.lists(st.integers(-3, 3), max_size=3))
def test_another_whole_number_agrees_with_the_hints_too(value: int, steps: list[int]) -> None:
    found = hints(number(value, [float(value + step) for step in steps]))
    others = [value - 2, value - 1, value + 1, value + 2]
    assert any(all(holds(hint, float(other)) for hint in found) for other in others)


@named(of("number"))
def test_the_numbers_of_the_bank_are_where_their_hints_say(question: Question) -> None:
    assert all(holds(hint, question.value) for hint in hints(question))  # type: ignore[attr-defined]


@named([*of("line"), *of("number")])
def test_what_is_typed_does_not_stand_in_a_hint(question: Question) -> None:
    for hint in hints(question):
        assert f"`{question.solution}`" not in hint.text
        assert f" {question.solution}." not in hint.text


def test_hints_of_an_answer_in_own_words_are_its_points() -> None:
    question = of("short")[0]
    points = question.points  # type: ignore[attr-defined]
    assert hints(question)[1].text == f"The first: {points[0]}"


def test_a_kind_without_hints_has_none() -> None:
    question = of("order")[0]
    assert hints(question.model_copy(update={"kind": "another"})) == ()


@named(of("broken"))
def test_a_broken_run_is_told_where_to_look_and_what_it_is_not(question: Question) -> None:
    for seed in SEEDS:
        first, second = hints(question, seed)
        assert first.text.startswith("Look at this: ")
        assert second.struck and set(second.struck).isdisjoint(question.solution)


@named(of("predict"))
def test_of_a_prediction_nothing_is_known_before_it_is_run(question: Question) -> None:
    assert hints(question) == ()
