"""What counts as a review, and whether a learner who forgets as FSRS says is found to do so."""

import math
from datetime import timedelta
from random import Random

import pytest

from quiz.records import Answered, Rating
from quiz.retention import measured, reviews
from quiz.scheduling import Card, advanced, due_at, replayed, retrievability
from tests.quiz.learners import START, answered, history

LEARNED = [answered("q-0", 0), answered("q-0", 0.01)]


def learner(forgets: float, cards: int = 60, rounds: int = 12, seed: int = 0) -> list[Answered]:
    """Reviews on the day they are due; recalled with FSRS's probability to the power of ``forgets``."""
    draw, found = Random(seed), []
    for number in range(cards):
        card: Card | None = None
        day = number / 1000
        for _ in range(rounds):
            at = START + timedelta(days=day)
            known = card is None or draw.random() < retrievability(card, at) ** forgets
            each = answered(f"q-{number}", day, Rating.GOOD if known else Rating.AGAIN)
            card = advanced(card, each)
            found.append(each)
            day = (due_at(card) - START) / timedelta(days=1) + 1e-6
    return found


def test_only_learned_questions_after_a_day_are_counted() -> None:
    assert reviews(LEARNED) == []
    assert reviews([*LEARNED, answered("q-0", 0.5)]) == []
    assert reviews([answered("q-0", 0), answered("q-0", 5)]) == [], "it had not left the first steps"
    assert reviews([*LEARNED, answered("q-1", 2)]) == []
    [review] = reviews([*LEARNED, answered("q-0", 2.02)])
    assert (review.question, review.recalled) == ("q-0", True)
    card = replayed(LEARNED)["q-0"]
    assert review.predicted == retrievability(card, START + timedelta(days=2.02))
    assert review.late == pytest.approx(2.02 - (due_at(card) - START) / timedelta(days=1))


@pytest.mark.parametrize(("rating", "recalled"), [(Rating.AGAIN, False), (Rating.HARD, True), (Rating.EASY, True)])
def test_whatever_is_better_than_again_was_recalled(rating: Rating, recalled: bool) -> None:
    [review] = reviews([*LEARNED, answered("q-0", 3, rating, share=0.5)])
    assert review.recalled is recalled


def test_a_learner_who_forgets_as_fsrs_says_keeps_the_promise() -> None:
    kept = measured(learner(forgets=1.0))
    assert kept.count > 300
    assert kept.measured.low <= kept.predicted <= kept.measured.high
    assert kept.predicted == pytest.approx(0.9, abs=0.02), "what comes on its day is at the target"
    assert "lies within the interval" in kept.in_words


def test_a_learner_who_forgets_sooner_is_told() -> None:
    kept = measured(learner(forgets=4.0))
    assert kept.measured.high < min(kept.predicted, kept.target)
    assert "below the target of 90%, and less than expected" in kept.in_words


def test_a_learner_who_forgets_less_is_told() -> None:
    kept = measured(learner(forgets=0.1))
    assert "above the target of 90%: fewer reviews would do" in kept.in_words


def test_late_reviews_are_not_blamed_on_memory() -> None:
    draw, found = Random(1), []
    for number in range(300):
        one = [answered(f"q-{number}", 0), answered(f"q-{number}", 0.01)]
        card = replayed(one)[f"q-{number}"]
        known = draw.random() < retrievability(card, START + timedelta(days=90))
        found += [*one, answered(f"q-{number}", 90, Rating.GOOD if known else Rating.AGAIN)]
    assert "as expected: reviews came late" in measured(found).in_words


def test_too_few_reviews_say_nothing_of_the_target() -> None:
    none = measured([])
    assert none.count == 0 and math.isnan(none.predicted)
    assert (none.measured.low, none.measured.high) == (0.0, 1.0)
    assert "0 reviews" in none.in_words
    assert "from 20 on" in measured([*LEARNED, answered("q-0", 3)]).in_words


def test_the_order_in_which_answers_are_given_does_not_matter() -> None:
    answers = history(400, 15)
    assert measured(answers[::-1]) == measured(answers)


def test_the_target_is_compared_and_does_not_move_the_prediction() -> None:
    answers = history(2000, 50)
    low, high = measured(answers, 0.8), measured(answers, 0.95)
    assert (low.count, low.recalled, low.predicted) == (high.count, high.recalled, high.predicted)
    assert (low.target, high.target) == (0.8, 0.95)
