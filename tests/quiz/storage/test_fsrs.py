"""With FSRS itself as the scheduler: what is kept is what the library alone would come to."""

import random
from datetime import timedelta
from typing import Any

from fsrs import Card, Rating, Scheduler

from quiz.records import Answered
from quiz.records import Rating as Given
from quiz.storage.store import Account, Store, new_secret
from tests.quiz.storage.answering import answered

SCHEDULER = Scheduler(enable_fuzzing=False)


def fsrs(card: dict[str, Any] | None, given: Answered) -> dict[str, Any]:
    """One review by the library."""
    before = Card(card_id=1, due=given.at) if card is None else Card.from_dict(card)  # type: ignore[arg-type]
    return dict(SCHEDULER.review_card(before, Rating(int(given.rating)), given.at)[0].to_dict())


def history(count: int, seed: int) -> list[Answered]:
    """Answers to a few questions over months."""
    draw = random.Random(seed)
    at, given = 0.0, list[Answered]()
    for _ in range(count):
        at += draw.expovariate(1 / 2000)
        rating = draw.choices(list(Given), (1, 1, 5, 1))[0]
        given.append(answered(f"question-{draw.randrange(8)}", at, rating=rating))
    return given


def by_the_library(answers: list[Answered]) -> dict[str, dict[str, Any]]:
    """The cards without any store: one card object for each question, reviewed again and again."""
    cards: dict[str, Card] = {}
    for given in answers:
        card = cards.get(given.question) or Card(card_id=1, due=given.at)
        cards[given.question], _ = SCHEDULER.review_card(card, Rating(int(given.rating)), given.at)
    return {question: dict(card.to_dict()) for question, card in cards.items()}


def test_cards_are_those_of_the_library_and_of_a_replay(store: Store) -> None:
    who, given = new_secret(), history(60, 1)
    for each in given:
        store.record(who, each, fsrs)
    kept = store.cards(who)
    assert kept == by_the_library(given)
    assert store.replay(who, fsrs) == kept == store.cards(who)
    when = given[-1].at + timedelta(days=3)
    due = [question for question in kept if Card.from_dict(kept[question]).due <= when]  # type: ignore[arg-type]
    assert sorted(store.due(who, when)) == sorted(due) and 0 < len(due) < len(kept)


def test_answers_that_arrive_in_any_order_and_in_two_browsers_give_the_same_cards(store: Store) -> None:
    secrets, account, given = [new_secret(), new_secret()], Account("https://login.example", "me"), history(60, 2)
    shuffled = random.Random(3).sample(given, len(given))
    for turn, each in enumerate(shuffled):
        store.record(secrets[turn % 2], each, fsrs)
    for secret in secrets:
        assert store.join(secret, account, fsrs)
    assert store.cards(account) == by_the_library(given) and store.answers(account) == given


def test_another_retention_asks_for_a_replay(store: Store) -> None:
    who, given = new_secret(), history(40, 4)
    for each in given:
        store.record(who, each, fsrs)
    strict = Scheduler(enable_fuzzing=False, desired_retention=0.97)

    def sooner(card: dict[str, Any] | None, given: Answered) -> dict[str, Any]:
        before = Card(card_id=1, due=given.at) if card is None else Card.from_dict(card)  # type: ignore[arg-type]
        return dict(strict.review_card(before, Rating(int(given.rating)), given.at)[0].to_dict())

    before, after = store.cards(who), store.replay(who, sooner)
    assert after.keys() == before.keys()
    assert all(after[question]["due"] <= before[question]["due"] for question in before)
    assert any(after[question]["due"] < before[question]["due"] for question in before)
