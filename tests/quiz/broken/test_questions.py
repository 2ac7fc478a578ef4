"""Naming the fault, and trying a fix."""

import pytest
from pydantic import ValidationError

from engine.jobs import Workshop
from quiz.bank import bank
from quiz.broken.faults import FAULTS
from quiz.broken.fixing import grade, shown, tried
from quiz.kinds.broken import BreakIt
from quiz.question import BadAnswer

QUESTION = bank()["broken-units-dead"]
assert isinstance(QUESTION, BreakIt)
GIVEN = QUESTION.model_dump()


def test_the_fault_named_is_right_and_its_lesson_told() -> None:
    graded = QUESTION.grade(QUESTION.solution)
    assert graded.is_right
    assert FAULTS["units_dead"].lesson in graded.notes[0].text


def test_another_suspect_is_told_how_it_would_have_looked() -> None:
    wrong = QUESTION.suspects.index("weights_zero")
    graded = QUESTION.grade((wrong,))
    assert graded.share == 0
    assert [note.is_right for note in graded.notes] == [False, True]
    assert FAULTS["weights_zero"].lesson in graded.notes[0].text
    assert FAULTS["units_dead"].lesson in graded.notes[1].text


@pytest.mark.parametrize("answer", [(), (0, 1), (9,), "units_dead"])
def test_one_suspect_is_named(answer: tuple[int, ...] | str) -> None:
    with pytest.raises(BadAnswer):
        QUESTION.grade(answer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fault": "units_ded"}, "did you mean 'units_dead'"),
        ({"suspects": ("weights_zero", "rate_too_low", "decay_too_strong", "inputs_raw")}, "not among them"),
        ({"suspects": ("units_dead", "units_dead", "decay_too_strong", "inputs_raw")}, "two suspects are the same"),
        ({"suspects": ("units_dead", "dropout_at_test", "weights_zero", "inputs_raw")}, "without dropout"),
        ({"suspects": ("units_dead", "weights_zero", "inputs_raw")}, "at least 4"),
    ],
)
def test_a_bad_question_is_refused(change: dict, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        BreakIt.model_validate({**GIVEN, **change})


def test_fixes_stand_in_the_order_of_their_table() -> None:
    assert [fix.id for fix in QUESTION.fixes] != list(FAULTS["units_dead"].fixes)
    assert {fix.id for fix in QUESTION.fixes} == set(FAULTS["units_dead"].fixes)


def test_a_fix_is_graded_by_training_again() -> None:
    shop = Workshop()
    try:
        for fix, mends in (("biases_zero", True), ("wider", False)):
            job = shop.ask("me", "broken", fix, lambda fix=fix: tried(QUESTION, fix))
            shop.wait(job, 60.0, version=10**6)
            assert job.status == "done"
            assert job.result is not None
            assert job.result.is_over
            assert grade(job.result).is_right is mends
            assert "on fresh data" in grade(job.result).notes[0].text
    finally:
        shop.close()


def test_a_trial_under_way_is_not_graded() -> None:
    first = next(tried(QUESTION, "wider")).result
    assert first is not None
    with pytest.raises(BadAnswer, match="not over"):
        grade(first)


def test_a_fix_that_is_not_offered_is_refused() -> None:
    with pytest.raises(BadAnswer, match="did you mean 'biases_zero'"):
        tried(QUESTION, "bias_zero")


def test_the_broken_run_is_shown_with_its_signs() -> None:
    *_, last = shown(QUESTION)
    assert last.result is not None
    said = [str(reading) for reading in FAULTS["units_dead"].readings(last.result)]
    assert said[0] == "share of dead units before the first update at least 0.9: here 1"
