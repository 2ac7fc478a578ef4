"""Cards against the fsrs library itself, and its curve against the formula."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.records import Answered, Rating
from quiz.scheduling import (
    Card,
    advanced,
    due_at,
    in_words,
    intervals,
    is_learned,
    replayed,
    retrievability,
    reviewed_at,
    suggested,
)
from tests.quiz.learners import RATINGS, START, STEADY, answered, histories, history

DECAY = 0.1542


def by_the_library(answers: list[Answered], retention: float = 0.9) -> fsrs.Card:
    """One question's card as the library alone makes it."""
    scheduler = fsrs.Scheduler(desired_retention=retention, enable_fuzzing=False)
    card = fsrs.Card(card_id=1, due=answers[0].at)
    for each in answers:
        card, _ = scheduler.review_card(card, fsrs.Rating(int(each.rating)), each.at)
    return card


def one_question(*steps: tuple[float, Rating]) -> list[Answered]:
    return [answered("q-0", day, rating) for day, rating in steps]


LEARNED = one_question((0, Rating.GOOD), (0.01, Rating.GOOD), (2, Rating.GOOD))


@STEADY
@given(st.lists(st.tuples(st.floats(0, 200), RATINGS), min_size=1, max_size=25), st.sampled_from([0.75, 0.9, 0.95]))
def test_cards_are_those_of_the_library(steps: list[tuple[float, Rating]], retention: float) -> None:
    day, answers = 0.0, []
    for gap, rating in steps:
        day += gap
        answers.append(answered("q-0", day, rating))
    card: Card | None = None
    for each in answers:
        card = advanced(card, each, retention)
    assert card is not None
    assert {**card, "card_id": 1} == by_the_library(answers, retention).to_dict()


@STEADY
@given(histories(), st.booleans())
def test_a_replay_gives_the_cards_that_answers_made_one_by_one(answers: list[Answered], fuzz: bool) -> None:
    cards: dict[str, Card] = {}
    for each in sorted(answers, key=lambda each: (each.at, each.key)):
        cards[each.question] = advanced(cards.get(each.question), each, fuzz=fuzz)
    assert replayed(answers, fuzz=fuzz) == cards


def test_ten_thousand_answers_are_replayed_and_json_keeps_their_cards() -> None:
    cards = replayed(history(10_000, 350))
    assert len(cards) == 350
    assert json.loads(json.dumps(cards)) == cards
    assert len({card["card_id"] for card in cards.values()}) == 350


def test_no_answers_give_no_cards() -> None:
    assert replayed([]) == {}


def test_a_card_stays_as_it_was() -> None:
    card = advanced(None, answered())
    before = deepcopy(card)
    advanced(card, answered(day=3))
    intervals(card, START + timedelta(days=3))
    assert card == before


def test_the_target_moves_due_dates_and_not_memory() -> None:
    strict, lax = replayed(LEARNED, 0.95)["q-0"], replayed(LEARNED, 0.8)["q-0"]
    assert due_at(strict) < due_at(lax)
    assert {**strict, "due": ""} == {**lax, "due": ""}


@pytest.mark.parametrize("retention", [0.5, 1.0, float("nan")])
def test_a_retention_out_of_bounds_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match=r"choose one between 0\.7 and 0\.97"):
        advanced(None, answered(), retention)


def test_times_may_be_of_any_zone_but_must_say_which() -> None:
    there = START.astimezone(timezone(timedelta(hours=-7)))
    assert advanced(None, Answered("q-0", (0,), 1.0, Rating.GOOD, there)) == advanced(None, answered())
    with pytest.raises(ValueError, match="does not say its zone"):
        advanced(None, Answered("q-0", (0,), 1.0, Rating.GOOD, datetime(2026, 1, 1)))


def test_retrievability_is_the_formula() -> None:
    card = replayed(LEARNED)["q-0"]
    factor = 0.9 ** (-1 / DECAY) - 1
    for days in (0, 1, 10, 400):
        formula = (1 + factor * days / card["stability"]) ** -DECAY
        assert retrievability(card, reviewed_at(card) + timedelta(days=days)) == pytest.approx(formula, rel=1e-12)
    assert retrievability(None, START) == 0.0


def test_recall_is_at_the_target_when_it_is_due() -> None:
    for retention in (0.8, 0.9, 0.95):
        card = replayed(LEARNED, retention)["q-0"]
        day = (due_at(card) - reviewed_at(card)).days
        around = [retrievability(card, due_at(card) + timedelta(days=off)) for off in (1, -1)]
        assert day > 1 and around[0] < retention < around[1]


def test_intervals_are_what_each_rating_leads_to() -> None:
    for card in (None, *(replayed(LEARNED[:count])["q-0"] for count in (1, 2, 3))):
        now = START + timedelta(days=9)
        shown = intervals(card, now, 0.9, question="q-0")
        assert list(shown) == list(Rating)
        for rating, interval in shown.items():
            after = advanced(card, Answered("q-0", (0,), 1.0, rating, now), 0.9)
            assert interval == due_at(after) - now
        assert sorted(shown.values()) == list(shown.values())


def test_fuzz_is_foretold_by_the_intervals() -> None:
    card = replayed(LEARNED)["q-0"]
    now = due_at(card)
    shown = intervals(card, now, fuzz=True)
    for rating in Rating:
        later = now + timedelta(seconds=40)
        after = advanced(card, Answered("q-0", (0,), 1.0, rating, later), fuzz=True)
        assert due_at(after) - later == shown[rating]


@pytest.mark.parametrize("stability", [3.0, 12.0, 80.0])
def test_fuzz_chooses_among_the_days_that_the_library_chooses_among(
    stability: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [START + timedelta(seconds=step) for step in range(600)]
    card = {**replayed(LEARNED)["q-0"], "stability": stability}
    mine = set()
    for moment in moments:
        one = {**card, "last_review": moment.isoformat()}
        now = moment + timedelta(days=round(stability))
        mine.add((due_at(advanced(one, Answered("q-0", (0,), 1.0, Rating.GOOD, now), fuzz=True)) - now).days)
    draws = Random(0)
    monkeypatch.setattr("fsrs.scheduler.random", lambda: draws.random() * 0.999)
    now = moments[0] + timedelta(days=round(stability))
    learned = fsrs.Card.from_dict({**card, "last_review": moments[0].isoformat()})  # type: ignore[typeddict-item]
    theirs = {(fsrs.Scheduler().review_card(learned, fsrs.Rating.Good, now)[0].due - now).days for _ in moments}
    # The library rounds a draw that lies between its days, so that now and then it goes one day beyond the last.
    assert mine <= theirs and theirs - mine <= {max(mine) + 1}
    assert len(mine) > 2


def test_without_fuzz_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> float:
        raise AssertionError("the generator that all visitors share was drawn from")

    monkeypatch.setattr("fsrs.scheduler.random", refuse)
    for fuzz in (False, True):
        assert is_learned(replayed(LEARNED, fuzz=fuzz)["q-0"])


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (timedelta(seconds=-5), "1 min"),
        (timedelta(seconds=20), "1 min"),
        (timedelta(minutes=10), "10 min"),
        (timedelta(minutes=59, seconds=40), "1 h"),
        (timedelta(hours=5), "5 h"),
        (timedelta(hours=23, minutes=50), "1 d"),
        (timedelta(days=3), "3 d"),
        (timedelta(days=30), "30 d"),
        (timedelta(days=30.7), "1 month"),
        (timedelta(days=64), "2.1 months"),
        (timedelta(days=364), "1 year"),
        (timedelta(days=900), "2.5 years"),
        (timedelta(days=36500), "99.9 years"),
    ],
)
def test_intervals_in_words(interval: timedelta, words: str) -> None:
    assert in_words(interval) == words


@pytest.mark.parametrize(
    ("share", "seconds", "hints", "usual", "rating", "said"),
    [
        (1.0, 60, 0, 60, Rating.GOOD, "usual time"),
        (1.0, 20, 0, 60, Rating.EASY, "20 s, where 60 s are usual"),
        (1.0, 150, 0, 60, Rating.HARD, "slowly: 150 s"),
        (1.0, 5000, 0, 60, Rating.GOOD, "the time tells nothing"),
        (1.0, 20, 1, 60, Rating.HARD, "with a hint"),
        (1.0, 20, 2, 60, Rating.HARD, "with 2 hints"),
        (1.0, 0, 0, 60, Rating.GOOD, "right"),
        (1.0, 20, 0, 0, Rating.GOOD, "right"),
        (0.8, 20, 0, 60, Rating.HARD, "mostly right (80%)"),
        (0.8, 20, 1, 60, Rating.AGAIN, "partly right (80%), with a hint"),
        (0.5, 20, 0, 60, Rating.AGAIN, "partly right (50%)"),
        (0.0, 20, 2, 60, Rating.AGAIN, "not right"),
    ],
)
def test_a_rating_is_suggested_with_its_reason(
    share: float, seconds: float, hints: int, usual: float, rating: Rating, said: str
) -> None:
    found, why = suggested(share, seconds, hints, usual)
    assert found == rating
    assert said in why


@STEADY
@given(st.floats(0, 1), st.floats(0, 1e5), st.integers(0, 2))
def test_more_hints_never_suggest_a_better_rating(share: float, seconds: float, hints: int) -> None:
    assert suggested(share, seconds, hints + 1, 60)[0] <= suggested(share, seconds, hints, 60)[0]


def test_what_was_forgotten_comes_again_in_minutes() -> None:
    card = replayed([*LEARNED, answered("q-0", 20, Rating.AGAIN)])["q-0"]
    assert not is_learned(card)
    assert due_at(card) == START + timedelta(days=20, minutes=10)
    assert due_at(card).tzinfo == UTC
