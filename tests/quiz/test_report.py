"""Reports: what was missed and left out counts, and few questions claim little."""

from collections import Counter
from datetime import timedelta

import pytest

from quiz.bank import bank
from quiz.choosing import listed
from quiz.interview import Interview, Plan, begin
from quiz.question import Question
from quiz.records import Answered, Rating
from quiz.report import Report, as_markdown, report
from quiz.shares import wilson
from quiz.solutions import solution, written
from quiz.topics import TOPICS
from tests.quiz.learners import START

INTERVIEW = begin(Plan(seed=4), listed(bank().values()), START)


def find(id: str, seed: int) -> Question:
    return bank()[id]


def answers(shares: list[float], seconds: float = 50.0) -> list[Answered]:
    """One a minute, with the solution whatever its share."""
    return [
        Answered(
            slot.id,
            bank()[slot.id].solution,
            share,
            Rating.GOOD,
            START + timedelta(minutes=place),
            seed=slot.seed,
            seconds=seconds,
            place="interview",
        )
        for place, (slot, share) in enumerate(zip(INTERVIEW.slots, shares, strict=False))
    ]


COUNT = len(INTERVIEW.slots)
MIXED = [(1.0, 0.0, 0.5)[place % 3] for place in range(COUNT - 2)]


def of(shares: list[float], interview: Interview = INTERVIEW) -> Report:
    return report(interview, answers(shares), find)


def test_what_was_left_unanswered_counts_as_missed() -> None:
    found = of(MIXED)
    assert found.unanswered == 2
    assert found.score.count == COUNT
    assert found.score.right == sum(MIXED)
    assert found.score.share == wilson(sum(MIXED), COUNT)
    assert [row.slot.id for row in found.missed] == [
        slot.id for slot, share in zip(INTERVIEW.slots, [*MIXED, 0, 0], strict=True) if share < 1
    ]
    assert "2 left unanswered count as missed" in found.in_words


def test_parts_add_up_to_the_whole() -> None:
    found = of(MIXED)
    for parts in (found.by_topic, found.by_level):
        assert sum(part.count for part in parts) == found.score.count
        assert sum(part.right for part in parts) == pytest.approx(found.score.right)
        assert all(part.count > 0 for part in parts)


def test_labs_come_once_and_most_missed_first() -> None:
    found = of([0.0] * COUNT)
    assert len(set(found.labs)) == len(found.labs) > 0
    lost = Counter(row.question.lab or TOPICS[row.question.topic].page for row in found.missed)
    counts = [lost[link] for link in found.labs]
    assert counts == sorted(counts, reverse=True) and len(set(counts)) > 1
    assert of([1.0] * COUNT).labs == ()


def test_few_questions_claim_little() -> None:
    found = of([1.0] * COUNT)
    assert found.score.share.low < 0.85
    assert "only say where to look" in found.in_words
    assert f"{COUNT} of {COUNT} questions were right (100%)" in found.in_words
    assert f"between {found.score.share.low:.0%} and 100%" in found.in_words


def test_slow_answers_are_named() -> None:
    found = report(INTERVIEW, answers(MIXED, seconds=400), find)
    assert all(row.was_slow for row in found.rows if row.answered)
    assert not any(row.was_slow for row in of(MIXED).rows)


def test_it_can_be_printed() -> None:
    found = of(MIXED)
    text = as_markdown(found, "https://there")
    assert text.startswith("# Mock interview: Research scientist\n")
    assert found.in_words in text
    for row in found.missed:
        for part in (row.question.text, row.question.explanation, row.question.source, solution(row.question)):
            assert part in text
    for link in found.labs:
        assert f"(https://there/{link})" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count(" |") + line.startswith("| |") for line in tables} <= {3, 4, 6, 7}


def test_an_interview_without_questions_has_a_report() -> None:
    nothing = begin(Plan(), (), START)
    found = report(nothing, [], find)
    assert found.in_words == "No questions were asked, so nothing can be said."
    assert "0 questions" in as_markdown(found)
    assert (found.score.share.low, found.score.share.high) == (0.0, 1.0)


def test_an_interview_never_answered_has_a_report() -> None:
    found = report(INTERVIEW, [], find)
    assert found.score.right == 0 and found.unanswered == COUNT
    assert "unanswered" in as_markdown(found)


def test_everything_right_says_so() -> None:
    assert "Everything was right." in as_markdown(of([1.0] * COUNT))


def test_the_question_asked_is_that_of_its_seed() -> None:
    seen = []

    def drawn(id: str, seed: int) -> Question:
        seen.append((id, seed))
        return bank()[id]

    report(INTERVIEW, [], drawn)
    assert seen == [(slot.id, slot.seed) for slot in INTERVIEW.slots]


def test_what_was_passed_or_fits_the_question_no_more_is_written_in_words() -> None:
    match = next(each for each in bank().values() if each.kind == "match")
    single = next(each for each in bank().values() if each.kind == "single")
    line = next(each for each in bank().values() if each.kind == "line")
    number = next(each for each in bank().values() if each.kind == "number")
    assert written(match, ()) == "nothing"
    assert written(line, "f('`')") == "`` f('`') ``"
    unread = {written(match, (0,)), written(single, (99,)), written(number, "![](http://elsewhere)")}
    assert unread == {"*an answer to an earlier form of this question*"}


def test_an_interview_goes_on_without_what_has_left_the_bank() -> None:
    gone, *left = INTERVIEW.slots
    known = [item for item in listed(bank().values()) if item.id != gone.id]
    assert INTERVIEW.of(known).slots == tuple(left)
    twice = INTERVIEW.model_copy(update={"slots": (*INTERVIEW.slots, gone)})
    assert twice.of(listed(bank().values())).slots == INTERVIEW.slots
