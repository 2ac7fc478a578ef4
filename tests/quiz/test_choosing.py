"""What comes next: something whenever something is due, new ones at their pace, topics in turn."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quiz.bank import bank
from quiz.choosing import TURNS, WHATS, Options, Turn, What, due, forecast, introduced, listed, next_due, next_questions
from quiz.days import day_of
from quiz.question import Level
from quiz.records import Answered, Rating
from quiz.scheduling import due_at, replayed, retrievability
from quiz.turns import Item
from tests.quiz.learners import START, STEADY, answered, catalogue, histories, history

ITEMS = catalogue(20)
BY_ID = {item.id: item for item in ITEMS}
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=13, minutes=45)), ZoneInfo("America/New_York")])
DAYS = st.floats(0, 400)
BERLIN = ZoneInfo("Europe/Berlin")


ANY = Options()


def asked(
    answers: list[Answered], day: float, options: Options = ANY, seed: int = 0, items: tuple[Item, ...] = ITEMS
) -> list[str]:
    return next_questions(items, replayed(answers), answers, START + timedelta(days=day), options, seed)


def test_the_tables_have_all_choices() -> None:
    assert tuple(WHATS) == get_args(What)
    assert tuple(TURNS) == get_args(Turn)


@STEADY
@given(histories(), DAYS, st.sampled_from(["all", "due", "cram"]), st.sampled_from(get_args(Turn)))
def test_whenever_something_is_due_something_is_asked(
    answers: list[Answered], day: float, what: What, order: Turn
) -> None:
    cards = replayed(answers)
    waiting = set(due(cards, START + timedelta(days=day)))
    found = asked(answers, day, Options(what=what, order=order, new_per_day=0))
    assert waiting <= set(found)
    assert len(set(found)) == len(found)
    if what != "cram":
        assert set(found) == waiting


@STEADY
@given(histories(), DAYS, st.sampled_from(get_args(What)))
def test_no_topic_twice_in_a_row_where_another_could_be_asked(answers: list[Answered], day: float, what: What) -> None:
    items = tuple(item._replace(after=None) for item in ITEMS)
    order = [BY_ID[id].topic for id in asked(answers, day, Options(what=what, new_per_day=500), items=items)]
    before = BY_ID[max(answers, key=lambda each: each.at).question].topic if answers else ""
    for place, (previous, topic) in enumerate(pairwise([before, *order])):
        assert topic != previous or set(order[place:]) == {topic}


@STEADY
@given(histories(), DAYS, st.sampled_from(get_args(What)), st.sampled_from(get_args(Turn)), st.integers(0, 99))
def test_follow_ups_wait_for_their_question(
    answers: list[Answered], day: float, what: What, order: Turn, seed: int
) -> None:
    found = asked(answers, day, Options(what=what, order=order, new_per_day=7), seed)
    cards = replayed(answers)
    for place, id in enumerate(found):
        after = BY_ID[id].after
        assert after is None or id in cards or after in cards or after in found[:place]


@STEADY
@given(histories(), DAYS, st.sampled_from(get_args(Turn)))
def test_what_was_just_answered_is_not_first_unless_alone(answers: list[Answered], day: float, order: Turn) -> None:
    found = asked(answers, day, Options(what="cram", order=order))
    if answers:
        assert found[0] != max(answers, key=lambda each: each.at).question
    alone = asked([answered("q-0")], 0.5, Options(what="due", topics=(BY_ID["q-0"].topic,)))
    assert alone == ["q-0"]


@STEADY
@given(histories(), DAYS, st.integers(0, 9), ZONES)
def test_forecast_counts_what_falls_due_within_its_days(
    answers: list[Answered], day: float, days: int, zone: timezone
) -> None:
    cards, now = replayed(answers), START + timedelta(days=day)
    counts = forecast(cards, now, days, zone)
    today = day_of(now, zone)
    assert list(counts) == [today + timedelta(days=ahead) for ahead in range(days)]
    until = today + timedelta(days=days)
    assert sum(counts.values()) == (sum(day_of(due_at(card), zone) < until for card in cards.values()) if days else 0)


def test_overdue_counts_today() -> None:
    cards = replayed([answered("q-0", 0, Rating.EASY), answered("q-1", 0, Rating.EASY)])
    now = START + timedelta(days=100)
    assert due(cards, now) == ["q-0", "q-1"]
    assert forecast(cards, now)[day_of(now, UTC)] == 2
    assert forecast({}, now) == {day_of(now, UTC) + timedelta(days=ahead): 0 for ahead in range(14)}


def test_a_due_date_falls_on_the_learners_own_day() -> None:
    late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    card = {**replayed([answered()])["q-0"], "due": late.isoformat()}
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    for zone, day in ((UTC, 10), (timezone(timedelta(hours=1)), 11), (timezone(timedelta(hours=-8)), 10)):
        assert forecast({"q-0": card}, now, 14, zone)[date(2026, 3, day)] == 1


def test_the_calendar_keeps_its_days_when_the_clocks_change() -> None:
    """In Berlin 29 March 2026 has 23 hours, and 25 October 2026 has 25."""
    for changed in (date(2026, 3, 29), date(2026, 10, 25)):
        noon = datetime(changed.year, changed.month, changed.day, 12, tzinfo=BERLIN)
        counts = forecast({}, noon - timedelta(days=2), 5, BERLIN)
        assert list(counts) == [changed + timedelta(days=ahead) for ahead in range(-2, 3)]
        edges = [
            datetime(changed.year, changed.month, changed.day, 0, 0, tzinfo=BERLIN),
            noon.replace(hour=23, minute=59),
        ]
        answers = [
            answered(f"q-{place}", (edge.astimezone(UTC) - START) / timedelta(days=1))
            for place, edge in enumerate(edges)
        ]
        assert introduced(answers, noon, BERLIN) == 2
        assert introduced(answers, noon + timedelta(days=1), BERLIN) == 0


def test_new_questions_come_at_their_pace() -> None:
    options = Options(what="new", new_per_day=5)
    assert len(asked([], 0, options)) == 5
    three = [answered(f"q-{place}", place / 1000) for place in range(3)]
    assert len(asked(three, 0.1, options)) == 2
    again = [*three, answered("q-0", 0.02), answered("q-1", 0.03)]
    assert len(asked(again, 0.1, options)) == 2, "a question answered again is not another new one"
    assert len(asked(three, 1, options)) == 5, "the next day has its own"
    assert asked([], 0, Options(what="new", new_per_day=0)) == []


def test_new_questions_begin_with_foundations() -> None:
    found = asked([], 0, Options(what="new", new_per_day=6))
    assert {BY_ID[id].level for id in found} == {"foundation"}


def test_due_ones_come_before_new_ones_of_other_topics_are_needed() -> None:
    answers = [answered(f"q-{place}", place / 1000, Rating.EASY) for place in range(6)]
    found = asked(answers, 60, Options(new_per_day=3))
    assert len({BY_ID[f"q-{place}"].topic for place in range(6)}) == 6
    assert set(found[:6]) == {f"q-{place}" for place in range(6)}
    assert len(found) == 9


@pytest.mark.parametrize(
    "options",
    [
        Options(topics=("networks", "losses")),
        Options(levels=("expert",)),
        Options(kinds=("number", "order")),
        Options(topics=("networks",), levels=("foundation",), what="cram"),
    ],
)
def test_only_what_was_chosen_is_asked(options: Options) -> None:
    answers = history(200, 20)
    found = asked(answers, 300, options.model_copy(update={"new_per_day": 500}))
    chosen = {item.id for item in ITEMS if options.takes(item)}
    assert found and set(found) <= chosen


def test_a_follow_up_is_asked_where_its_question_was_left_out() -> None:
    follow_up = next(item for item in ITEMS if item.after)
    levels: tuple[Level, ...] = (follow_up.level,)  # type: ignore[assignment]
    assert BY_ID[follow_up.after or ""].level not in levels
    assert follow_up.id in asked([], 0, Options(levels=levels, new_per_day=500))


def test_weakest_first_follows_the_probability_of_recall() -> None:
    answers = history(300, 20)
    day = 300 * 5 / 24 + 200
    tomorrow = START + timedelta(days=day + 1)
    recall = {id: retrievability(card, tomorrow) for id, card in replayed(answers).items()}
    options = Options(what="due", order="weakest")
    found = asked(answers, day, options, items=tuple(item._replace(after=None) for item in ITEMS))
    assert len(found) > 10 and found[0] != answers[-1].question
    assert found == sorted(found, key=recall.__getitem__)


def test_weakness_is_that_of_tomorrow() -> None:
    """What was missed just now is weak though a moment ago it was told; what has faded for long is weaker than that."""
    now = START + timedelta(days=60)
    card = replayed([answered("q-0"), answered("q-0", 0.01)])["q-0"]
    past = {id: START + timedelta(days=day) for id, day in (("q-0", 60), ("q-1", 57), ("q-2", 0))}
    cards = {
        id: {**card, "stability": stability, "due": now.isoformat(), "last_review": past[id].isoformat()}
        for id, stability in (("q-0", 2.0), ("q-1", 40.0), ("q-2", 50.0))
    }
    assert retrievability(cards["q-0"], now) == 1.0
    assert next_questions(ITEMS, cards, [], now, Options(what="due", order="weakest"), 0) == ["q-2", "q-0", "q-1"]


def test_new_ones_of_the_weakest_topic_come_first() -> None:
    weak, strong = ITEMS[0].topic, ITEMS[1].topic
    answers = [answered("q-0", 0, Rating.AGAIN), answered("q-1", 0.01, Rating.EASY)]
    options = Options(topics=(weak, strong), what="new", order="weakest", new_per_day=500)
    topics = [BY_ID[id].topic for id in asked(answers, 2, options)]
    assert topics == sorted(topics, key=[weak, strong].index)


def test_cramming_goes_round_before_it_repeats() -> None:
    answers: list[Answered] = []
    options = Options(what="cram")
    for place in range(2 * len(ITEMS)):
        question = asked(answers, place / 1000, options)[0]
        answers.append(answered(question, place / 1000, key=f"{place:03}"))
    rounds = [{each.question for each in answers[: len(ITEMS)]}, {each.question for each in answers[len(ITEMS) :]}]
    assert rounds == [set(BY_ID), set(BY_ID)]


def test_a_seed_fixes_the_order_and_another_changes_it() -> None:
    options = Options(new_per_day=20)
    answers = history(30, 10)
    assert asked(answers, 90, options, 1) == asked(answers, 90, options, 1)
    assert len({tuple(asked([], 0, options, seed)) for seed in range(10)}) > 5


def test_an_order_does_not_depend_on_that_of_the_catalogue() -> None:
    options = Options(new_per_day=20)
    assert asked([], 0, options, items=ITEMS[::-1]) == asked([], 0, options)


def test_nothing_to_ask_of() -> None:
    for what in get_args(What):
        assert asked([], 0, Options(what=what), items=()) == []
        assert asked([answered("gone")], 50, Options(what=what), items=()) == []
    assert "gone" not in asked([answered("gone")], 50)


def test_when_the_next_is_due() -> None:
    cards = replayed([answered("q-0", 0), answered("q-1", 0, Rating.EASY)])
    assert next_due(cards, START) == START + timedelta(minutes=10)
    assert next_due(cards, START + timedelta(minutes=10)) == due_at(cards["q-1"])
    assert next_due(cards, START + timedelta(days=99)) is None


def test_the_bank_is_a_catalogue() -> None:
    items = listed(bank().values())
    assert [item.id for item in items] == list(bank())
    everything = asked([], 0, Options(what="new", new_per_day=500), items=items)
    assert set(everything) == set(bank())


def test_ten_thousand_answers_are_no_burden() -> None:
    items = catalogue(350, 16)
    answers = history(10_000, 350)
    cards = replayed(answers)
    now = START + timedelta(days=10_000 * 5 / 24)
    options = Options(new_per_day=20)
    took = []
    for _ in range(5):
        begun = time.process_time()
        next_questions(items, cards, answers, now, options, 1, BERLIN)
        took.append(time.process_time() - begun)
    assert min(took) < 0.020


@pytest.mark.parametrize("wrong", [{"new_per_day": -1}, {"order": "random"}, {"levels": ("easy",)}, {"what": "some"}])
def test_options_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Options.model_validate(wrong)
