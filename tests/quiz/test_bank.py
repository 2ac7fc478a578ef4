"""The bank itself: every file is read, every rule kept, every answer graded as right, every link opened."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quiz import bank as module
from quiz.bank import FOLDER, BadBank, bank, read_bank, read_file
from quiz.kinds.line import Line
from quiz.kinds.predict import Predict
from quiz.question import Question
from quiz.rules import complaints, complaints_of_all
from quiz.shapes import shape_of
from quiz.topics import TOPICS

ALL = list(bank().values())
LINES = [each for each in ALL if isinstance(each, Line)]
GOOD = """
- id: a-good-one
  level: foundation
  kind: single
  text: What is 1 + 1?
  options:
    - {text: two, right: true, why: so it is}
    - {text: three, why: one too many}
    - {text: one, why: one too few}
  explanation: counted
  source: Peano 1889
"""


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.id)
def test_it_keeps_the_rules_of_writing(question: Question) -> None:
    assert complaints(question) == []


@pytest.mark.parametrize(
    "question", [each for each in ALL if not isinstance(each, Predict)], ids=lambda question: question.id
)
def test_its_own_solution_is_graded_as_right(question: Question) -> None:
    assert question.grade(question.solution).is_right


@pytest.mark.parametrize("question", LINES, ids=lambda question: question.id)
def test_every_accepted_line_is_right_and_has_the_asked_shape(question: Line) -> None:
    for line in question.answers:
        assert question.grade(line).is_right
        assert question.shapes is None or shape_of(line, question.shapes) == question.shapes.output


@pytest.mark.parametrize("question", LINES, ids=lambda question: question.id)
def test_no_listed_mistake_is_taken_for_an_answer(question: Line) -> None:
    for mistake in question.wrong:
        assert not question.grade(mistake.line).is_right, mistake.line
        assert question.grade(mistake.line).notes[0].text == mistake.why


def test_the_bank_gives_no_answers_away_by_length() -> None:
    assert complaints_of_all(ALL) == []


def test_many_who_ask_at_once_have_it_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def slowly(folder: Path) -> dict[str, Question]:
        read.append(folder)
        time.sleep(0.05)
        return {}

    monkeypatch.setattr(module, "read_bank", slowly)
    module._bank.cache_clear()
    try:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: bank(), range(8)))
    finally:
        module._bank.cache_clear()
    assert len(read) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("right: true, ", ""), "exactly one option is right, not 0"),
        (("kind: single", "kind: sinlge"), "sinlge"),
        (("level: foundation", "level: easy"), "level"),
        (("id: a-good-one", "id: A good one"), "id"),
        (("source: Peano 1889", "sauce: Peano 1889"), "sauce"),
        (("source: Peano 1889", "lab: javascript:alert(1)\n  source: Peano"), "lab"),
        (("source: Peano 1889", "after: nobody\n  source: Peano"), "there is no question 'nobody'"),
        (("- id", "-- id"), "a.yaml"),
    ],
)
def test_a_bad_question_is_refused_by_name(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / "losses.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert [question.id for question in read_file(path)] == ["a-good-one"]
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(BadBank) as caught:
        read_bank(tmp_path)
    assert said in str(caught.value) or "losses.yaml" in str(caught.value)


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    for topic in ("losses", "networks"):
        (tmp_path / f"{topic}.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadBank, match="the id is taken by one of networks"):
        read_bank(tmp_path)


def test_a_file_belongs_to_a_topic(tmp_path: Path) -> None:
    (tmp_path / "loses.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadBank, match="did you mean 'losses'"):
        read_bank(tmp_path)


def test_every_file_is_a_topic_s() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} <= set(TOPICS)
