"""Interviews: they fit their time, share it as the role says, and say nothing of what was right."""

from collections import Counter
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quiz.bank import bank
from quiz.choosing import listed
from quiz.interview import NEED_RUNS, Interview, Mix, Plan, Slot, begin, standing
from quiz.kinds.table import AnyQuestion
from quiz.pace import USUAL, usual_seconds
from quiz.question import LEVELS
from quiz.records import Answered, Rating
from quiz.roles import ROLES, RoleName
from quiz.topics import TOPICS
from quiz.turns import Item
from tests.quiz.learners import START, STEADY, catalogue

BANK = listed(bank().values())
KNOWN = {item.id: item for item in BANK}
PLANS = st.builds(
    Plan,
    role=st.sampled_from(get_args(RoleName)),
    minutes=st.integers(10, 60),
    mix=st.builds(Mix, foundation=st.sampled_from([0.0, 1.0, 3.0]), practitioner=st.sampled_from([0.0, 1.0, 3.0])),
    seed=st.integers(0, 10_000),
)


def answer(slot: Slot, minutes: float, **given: object) -> Answered:
    values = {"seed": slot.seed, "place": "interview", **given}
    return Answered(slot.id, (0,), 1.0, Rating.GOOD, START + timedelta(minutes=minutes), **values)  # type: ignore[arg-type]


def test_every_kind_has_its_usual_seconds() -> None:
    kinds = {member.model_fields["kind"].default for member in get_args(get_args(AnyQuestion)[0])}
    assert kinds <= set(USUAL)
    assert usual_seconds("another") > 0


@pytest.mark.parametrize("role", ROLES.values(), ids=list(ROLES))
def test_roles_ask_about_topics_that_are_there(role: object) -> None:
    assert set(role.weights) <= set(TOPICS)  # type: ignore[attr-defined]
    assert all(weight > 0 for weight in role.weights.values())  # type: ignore[attr-defined]


def test_the_table_has_every_role() -> None:
    assert tuple(ROLES) == get_args(RoleName)


@STEADY
@given(PLANS)
def test_questions_fit_the_time_and_fill_it(plan: Plan) -> None:
    slots = begin(plan, BANK, START).slots
    took = sum(slot.seconds for slot in slots)
    assert plan.minutes * 60 - min(USUAL.values()) < took <= plan.minutes * 60
    assert len({slot.id for slot in slots}) == len(slots)
    for slot in slots:
        assert slot.topic in ROLES[plan.role].weights
        assert plan.mix.weight(slot.level) > 0
        assert (slot.topic, slot.level, slot.kind) == KNOWN[slot.id][1:4]


@STEADY
@given(PLANS)
def test_a_follow_up_comes_right_after_its_question(plan: Plan) -> None:
    slots = begin(plan, BANK, START).slots
    role, asked = ROLES[plan.role].weights, [slot.id for slot in slots]
    possible = {id for id, item in KNOWN.items() if item.topic in role and plan.mix.weight(item.level) > 0}
    for place, slot in enumerate(slots):
        after = KNOWN[slot.id].after
        assert slot.follows == (after is not None and place > 0 and asked[place - 1] == after)
        assert slot.follows or after not in possible


def test_a_question_with_a_follow_up_is_followed_where_time_allows() -> None:
    first = Item("one", "networks", "foundation", "single")
    items = (
        first,
        Item("two", "networks", "expert", "single", "one"),
        Item("three", "networks", "expert", "single", "two"),
    )
    slots = begin(Plan(), items, START).slots
    assert [slot.id for slot in slots] == ["one", "two", "three"]
    assert [slot.follows for slot in slots] == [False, True, True]


@pytest.mark.parametrize("role", get_args(RoleName))
def test_topics_and_levels_share_the_time_as_weighted(role: RoleName) -> None:
    topics: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    mix = Mix(foundation=1, practitioner=2, expert=1)
    for seed in range(120):
        for slot in begin(Plan(role=role, seed=seed, minutes=20, mix=mix), BANK, START).slots:
            topics[slot.topic] += slot.seconds  # type: ignore[assignment]
            levels[slot.level] += slot.seconds  # type: ignore[assignment]
    whole, weights = sum(topics.values()), ROLES[role].weights
    for topic, weight in weights.items():
        assert topics[topic] / whole == pytest.approx(weight / sum(weights.values()), abs=0.03)
    for level in LEVELS:
        assert levels[level] / whole == pytest.approx(mix.weight(level) / 4, abs=0.05)


def test_a_plan_fixes_the_questions_and_a_seed_changes_them() -> None:
    assert begin(Plan(seed=3), BANK, START) == begin(Plan(seed=3), BANK[::-1], START)
    assert len({begin(Plan(seed=seed), BANK, START).slots[0].id for seed in range(20)}) > 8


def test_an_interview_is_kept_as_json() -> None:
    interview = begin(Plan(role="engineer", minutes=45, seed=9), BANK, START)
    assert Interview.model_validate_json(interview.model_dump_json()) == interview
    assert Plan.model_validate(interview.plan.model_dump(mode="json")) == interview.plan


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"role": "chef"}, "role"),
        ({"minutes": 9}, "greater than or equal to 10"),
        ({"minutes": 61}, "less than or equal to 60"),
        ({"mix": {"foundation": 0, "practitioner": 0, "expert": 0}}, "at least one level"),
        ({"mix": {"foundation": float("nan")}}, "finite"),
        ({"seed": -1}, "seed"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Plan.model_validate(wrong)


def test_a_catalogue_without_its_topics_gives_no_questions() -> None:
    for items in ((), tuple(item for item in catalogue(20) if item.topic == "nowhere")):
        interview = begin(Plan(), items, START)
        assert interview.slots == ()
        assert standing(interview, [], START).is_over


def test_what_needs_runs_is_not_asked() -> None:
    items = tuple(Item(f"q-{kind}", "networks", "foundation", kind) for kind in (*NEED_RUNS, "single"))
    assert [slot.kind for slot in begin(Plan(), items, START).slots] == ["single"]


def test_an_interview_is_answered_question_by_question() -> None:
    interview = begin(Plan(minutes=10), BANK, START)
    answers: list[Answered] = []
    for place, slot in enumerate(interview.slots):
        found = standing(interview, answers, START + timedelta(minutes=place / 10))
        assert (found.next, found.answered, found.is_over) == (slot, place, False)
        assert found.seconds_left == pytest.approx(600 - 6 * place)
        answers.append(answer(slot, place / 10))
    assert standing(interview, answers, START + timedelta(minutes=5)).is_over


def test_time_ends_it_and_later_answers_do_not_count() -> None:
    interview = begin(Plan(minutes=10), BANK, START)
    first, second = interview.slots[:2]
    late = [answer(first, 9.9), answer(second, 10.1)]
    found = standing(interview, late, START + timedelta(minutes=11))
    assert (found.is_over, found.next, found.seconds_left, found.answered) == (True, None, 0.0, 1)


def test_answers_from_elsewhere_are_not_its_own() -> None:
    interview = begin(Plan(), BANK, START)
    slot = interview.slots[0]
    others = [answer(slot, 1, place="practice"), answer(slot, 1, seed=slot.seed + 1), answer(slot, -1)]
    assert interview.answers(others) == {}
    twice = [answer(slot, 3, hints=2), answer(slot, 2, hints=1)]
    assert interview.answers(twice)[slot.id].hints == 1, "the first one counts"


def test_a_question_passed_is_not_asked_again() -> None:
    interview = begin(Plan(), BANK, START)
    first, second = interview.slots[:2]
    assert standing(interview, [], START, passed={first.id}).next == second
    assert standing(interview, [], START, passed={slot.id for slot in interview.slots}).is_over


def test_it_stands_at_nothing_that_tells_what_was_right() -> None:
    interview = begin(Plan(), BANK, START)
    right = answer(interview.slots[0], 1)
    wrong = Answered(**{**right.__dict__, "share": 0.0, "rating": Rating.AGAIN})
    now = START + timedelta(minutes=2)
    assert standing(interview, [right], now) == standing(interview, [wrong], now)
