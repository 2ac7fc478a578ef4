"""Every fault breaks its run, shows its signs and no other fault's, and is mended by what is meant to mend it."""

import pytest

from quiz.bank import bank
from quiz.broken.bases import BASES, Base
from quiz.broken.fault import Fault
from quiz.broken.faults import FAULTS
from quiz.broken.fixes import FIXES
from quiz.kinds.broken import BreakIt
from tests.quiz.broken.runs import SEEDS, fresh, seen

QUESTIONS = [question for question in bank().values() if isinstance(question, BreakIt)]
ROWS = pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.id)


@pytest.mark.long
@pytest.mark.parametrize("base", BASES.values(), ids=lambda base: base.id)
def test_a_healthy_run_reaches_its_target_and_shows_no_fault(base: Base) -> None:
    for seed in SEEDS:
        assert base.target.is_reached(fresh(base.recipe, seed))
        assert [fault.id for fault in FAULTS.values() if fault.shows_in(seen(base.recipe, seed))] == []


@pytest.mark.long
@ROWS
def test_a_fault_misses_the_target(fault: Fault) -> None:
    for seed in SEEDS:
        assert not fault.healthy.target.is_reached(fresh(fault.recipe, seed))


@pytest.mark.long
@ROWS
def test_a_fault_shows_its_signs_and_no_other_s(fault: Fault) -> None:
    for seed in SEEDS:
        found = [other.id for other in FAULTS.values() if other.shows_in(seen(fault.recipe, seed))]
        assert found == [fault.id], [str(reading) for reading in fault.readings(seen(fault.recipe, seed))]


@pytest.mark.long
@ROWS
def test_what_is_meant_to_mend_it_does(fault: Fault) -> None:
    mended = FIXES[fault.fixes[0]].applied(fault.recipe)
    assert all(fault.healthy.target.is_reached(fresh(mended, seed)) for seed in SEEDS)


@pytest.mark.long
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_of_the_fixes_of_a_question_some_mend_it_and_some_do_not(question: BreakIt) -> None:
    target = question.base.target
    mend = {fix.id for fix in question.fixes if target.is_reached(fresh(fix.applied(question.recipe), question.seed))}
    assert FAULTS[question.fault].fixes[0] in mend
    assert 1 <= len(mend) <= 2


@ROWS
def test_a_fault_offers_four_fixes(fault: Fault) -> None:
    assert len(set(fault.fixes)) == 4
    assert set(fault.fixes) <= set(FIXES)


def test_every_fault_is_asked_about_and_every_fix_is_offered() -> None:
    assert {question.fault for question in QUESTIONS} == set(FAULTS)
    assert {fix for fault in FAULTS.values() for fix in fault.fixes} == set(FIXES)
    assert {fault.base for fault in FAULTS.values()} == set(BASES)
