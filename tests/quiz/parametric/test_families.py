"""Every family: answered a second way, the same for the same seed, graded, and written by the rules."""

import json
import re
import subprocess
import sys
from functools import cache

import pytest

from quiz.kinds.choices import Single
from quiz.kinds.number import Number
from quiz.parametric.family import Asked, Drawn, Family, numbers
from quiz.parametric.table import FAMILIES, FILES
from quiz.rules import complaints, complaints_of_all
from tests.quiz.parametric.ways.table import WAYS
from tests.quiz.test_links import problems_of

ALL = list(FAMILIES.values())
SEEDS = range(100)
NEAR = 1e-5
"""Relative: PyTorch's epsilons, and the steps of an integral, are that large."""


@cache
def made(name: str, seed: int) -> tuple[Drawn, Asked, Number | Single]:
    """What a family makes of a seed."""
    drawn, asked = FAMILIES[name].accepted(seed)
    return drawn, asked, FAMILIES[name].written(asked)


ELSEWHERE = """
import json, random, numpy, torch
from quiz.parametric.table import FAMILIES
states = {
    "torch": lambda: torch.get_rng_state().tolist(),
    "random": random.getstate,
    "numpy": lambda: str(numpy.random.get_state()),
}
before = {name: state() for name, state in states.items()}
questions = [family.question(7).model_dump_json() for family in FAMILIES.values()]
touched = [name for name, state in states.items() if state() != before[name]]
print(json.dumps({"questions": questions, "touched": touched}))
"""


each_family = pytest.mark.parametrize("family", ALL, ids=lambda family: family.id)


def test_every_family_has_a_second_way_and_an_id_of_its_own() -> None:
    assert set(WAYS) == set(FAMILIES)
    assert sum(len(file.FAMILIES) for file in FILES) == len(FAMILIES)


def test_there_are_many_of_both_forms_over_most_topics() -> None:
    assert len(ALL) >= 44
    assert len({family.topic for family in ALL}) >= 12
    assert sum(family.chosen for family in ALL) >= 12
    assert sum(not family.chosen for family in ALL) > len(ALL) / 2


@each_family
def test_the_answer_is_that_of_a_second_way(family: Family) -> None:
    for seed in SEEDS:
        drawn, asked, question = made(family.id, seed)
        found = WAYS[family.id](**drawn)
        found = tuple(map(float, found)) if isinstance(found, tuple) else float(found)
        assert numbers(found) == pytest.approx(numbers(asked.value), rel=NEAR, abs=NEAR), seed
        if isinstance(question, Number):
            assert abs(found - question.value) <= question.tolerance + 1e-9 * abs(found), seed
        else:
            assert displayed(right_option(question)) == pytest.approx(
                [round(number, asked.decimals) for number in numbers(found)]
            ), seed


def right_option(question: Single) -> str:
    return next(option.text for option in question.options if option.right)


def displayed(option: str) -> list[float]:
    """The numbers of an option, as a reader sees them."""
    text = option.split("$")[1].replace("{,}", "")
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


@each_family
def test_each_question_keeps_the_rules_of_writing(family: Family) -> None:
    for seed in range(20):
        question = made(family.id, seed)[2]
        assert complaints(question) == [], seed
        assert (question.id, question.topic) == (family.id, family.topic)
        assert "+ -" not in question.text + question.explanation
        assert not re.search(r"nan|inf\b|e[+-]\d\d", question.text + question.explanation), seed
        if isinstance(question, Number) and question.tolerance:
            assert re.search(r"Round to \w+ decimals?\.$", question.text)


@each_family
def test_the_solution_is_right_and_every_mistake_is_named(family: Family) -> None:
    for seed in range(20):
        question = made(family.id, seed)[2]
        assert question.grade(question.solution).is_right
        for why, given in mistakes(question):
            grade = question.grade(given)
            assert not grade.is_right
            assert [note.text for note in grade.notes] == [why], seed


def mistakes(question: Number | Single) -> list[tuple[str, str | tuple[int, ...]]]:
    """What is said of each wrong answer, and the answer."""
    if isinstance(question, Number):
        return [(mistake.why, repr(mistake.value)) for mistake in question.mistakes]
    return [(option.why, (place,)) for place, option in enumerate(question.options) if not option.right]


def test_the_right_option_is_not_given_away_by_its_length() -> None:
    chosen = [family.id for family in ALL if family.chosen]
    assert complaints_of_all([made(name, seed)[2] for name in chosen for seed in range(20)]) == []


@each_family
def test_other_seeds_give_other_questions(family: Family) -> None:
    assert len({made(family.id, seed)[2].text for seed in SEEDS}) >= 55


@each_family
def test_what_was_drawn_stands_in_the_question(family: Family) -> None:
    """Whoever has the text has all that is needed."""
    texts: dict[str, object] = {}
    for seed in SEEDS:
        _, asked, question = made(family.id, seed)
        assert texts.setdefault(question.text, asked.value) == asked.value, seed


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, list[str]]:
    """What another process told: its questions, and the global generators that it found changed."""
    told = subprocess.run([sys.executable, "-c", ELSEWHERE], capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, list[str]] = json.loads(told.stdout)
    return found


def test_another_process_gives_the_same_questions(elsewhere: dict[str, list[str]]) -> None:
    assert elsewhere["questions"] == [family.question(7).model_dump_json() for family in ALL]


def test_no_global_generator_is_touched(elsewhere: dict[str, list[str]]) -> None:
    """Asked of a process without checks of shapes, which draw themselves."""
    assert elsewhere["touched"] == []


@pytest.mark.parametrize("link", sorted({family.lab for family in ALL} - {""}))
def test_a_link_opens_its_page_with_its_settings(link: str) -> None:
    assert problems_of(link) == []
