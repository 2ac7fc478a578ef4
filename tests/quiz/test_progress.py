"""Mastery and its uncertainty, streaks over midnight, calibration against closed forms."""

import math
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz import progress
from quiz.progress import calibration, mastery, streak, totals
from quiz.question import LEVELS
from quiz.records import Answered, Rating
from quiz.scheduling import replayed, retrievability
from quiz.topics import TOPICS
from tests.quiz.learners import START, STEADY, answered, catalogue, histories, history

ITEMS = catalogue(24, topics=4)
TOPIC = ITEMS[0].topic
OF_TOPIC = [item.id for item in ITEMS if item.topic == TOPIC]


def known(answers: list[Answered], day: float = 1.0) -> progress.Mastery:
    return mastery(ITEMS, replayed(answers), answers, START + timedelta(days=day))[TOPIC]


def test_an_unseen_topic_may_be_anything() -> None:
    found = known([])
    assert (found.seen, found.total) == (0, len(OF_TOPIC))
    assert (found.known.low, found.known.mean, found.known.high) == pytest.approx((0.05, 0.5, 0.95))


def test_the_mean_is_that_of_the_model() -> None:
    answers = [answered(OF_TOPIC[0], 0, Rating.EASY), answered(OF_TOPIC[1], 0, Rating.HARD, share=0.75)]
    answers.append(answered(OF_TOPIC[2], 0, Rating.AGAIN))
    cards, now = replayed(answers), START + timedelta(days=30)
    right = retrievability(cards[OF_TOPIC[0]], now) + 0.75 * retrievability(cards[OF_TOPIC[1]], now)
    assert known(answers, 30).known.mean == pytest.approx((1 + right) / (2 + 3))


def test_only_the_last_answer_counts() -> None:
    before, after = answered(OF_TOPIC[0], 0, Rating.AGAIN), answered(OF_TOPIC[0], 0.1, Rating.GOOD)
    assert known([before]).known.mean == pytest.approx(1 / 3)
    assert known([after, before]).known.mean > 0.6
    assert known([before, after]) == known([after, before])


def test_what_was_rated_again_is_not_known_whatever_was_right_of_it() -> None:
    assert known([answered(OF_TOPIC[0], 0, Rating.AGAIN, share=0.8)]).known.mean == pytest.approx(1 / 3)


def test_mastery_fades_with_time_and_returns_with_a_review() -> None:
    answers = [answered(id, 0, Rating.EASY) for id in OF_TOPIC]
    means = [known(answers, day).known.mean for day in (1, 30, 365)]
    assert means == sorted(means, reverse=True) and means[0] > means[-1] + 0.1
    again = [*answers, *(answered(id, 365) for id in OF_TOPIC)]
    assert known(again, 365).known.mean > means[0] - 0.02


def test_more_seen_is_surer() -> None:
    widths = []
    for count in (0, 2, 4, 6):
        found = known([answered(id, 0, Rating.EASY) for id in OF_TOPIC[:count]]).known
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("by", ["topic", "level"])
def test_groups_come_in_their_order_with_all_their_questions(by: str) -> None:
    answers = history(100, 24)
    found = mastery(ITEMS, replayed(answers), answers, START + timedelta(days=30), by)  # type: ignore[arg-type]
    order = [name for name in (TOPICS if by == "topic" else LEVELS) if name in found]
    assert list(found) == order
    assert sum(each.total for each in found.values()) == len(ITEMS)
    assert sum(each.seen for each in found.values()) == len({each.question for each in answers})


def test_the_interval_of_a_learner_holds_what_they_know() -> None:
    """Learners who know each question with probability p: 90 % intervals hold p about as often."""
    draw, held = Random(0), 0
    for _ in range(300):
        share = draw.random()
        answers = [answered(id, 0, Rating.EASY if draw.random() < share else Rating.AGAIN) for id in OF_TOPIC]
        found = known(answers, 0.5).known
        held += found.low <= share <= found.high
    assert held / 300 == pytest.approx(0.9, abs=0.05)


NEW_YORK, AUCKLAND = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")


def at(year: int, month: int, day: int, hour: int, minute: int, zone: ZoneInfo) -> Answered:
    moment = datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)
    return answered("q-0", (moment - START) / timedelta(days=1))


def test_a_streak_lives_until_the_day_after_ends() -> None:
    answers = [answered(day=day) for day in (0, 1, 2)]
    assert streak(answers, START + timedelta(days=2)) == progress.Streak(3, 3, True)
    assert streak(answers, START + timedelta(days=3)) == progress.Streak(3, 3, False)
    assert streak(answers, START + timedelta(days=4)) == progress.Streak(0, 3, False)
    assert streak([], START) == progress.Streak(0, 0, False)


def test_a_streak_keeps_the_learners_midnight() -> None:
    """Answers at 23:50 and 0:10 of their clock are on two days, whatever day it is in Greenwich."""
    answers = [at(2026, 5, 10, 23, 50, AUCKLAND), at(2026, 5, 11, 0, 10, AUCKLAND)]
    now = datetime(2026, 5, 11, 9, tzinfo=AUCKLAND)
    assert streak(answers, now, AUCKLAND).current == 2
    assert streak(answers, now, UTC).current == 1


def test_a_streak_goes_on_when_the_clocks_change() -> None:
    """In New York 8 March 2026 has 23 hours and 1 November 25: answers late on each evening, 23 and 25 hours apart."""
    for month, days in ((3, range(6, 11)), (11, range(1, 4))):
        answers = [at(2026, month, day, 23, 30, NEW_YORK) for day in days]
        now = datetime(2026, month, days[-1], 23, 59, tzinfo=NEW_YORK)
        assert streak(answers, now, NEW_YORK).current == len(days)
        assert list(progress.history(answers, now, len(days), NEW_YORK).values()) == [1] * len(days)


@STEADY
@given(histories(), st.integers(-12, 14))
def test_the_longest_streak_is_found_by_walking_the_days(answers: list[Answered], hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    days = {each.at.astimezone(zone).date() for each in answers}
    longest = 0
    for day in days:
        length = 0
        while day + timedelta(days=length) in days:
            length += 1
        longest = max(longest, length)
    assert streak(answers, START, zone).longest == longest


def test_history_counts_the_last_days() -> None:
    answers = history(500, 20)
    now = answers[-1].at
    found = progress.history(answers, now, 30)
    assert len(found) == 30 and list(found)[-1] == now.date()
    counted = Counter(each.at.date() for each in answers)
    assert all(found[day] == counted[day] for day in found)


def test_totals() -> None:
    answers = [
        answered("q-0", 0, seconds=30, hints=1),
        answered("q-0", 1, seconds=90_000),
        answered("q-1", 1, Rating.AGAIN, seconds=12.5, hints=2),
        answered("q-2", 2, Rating.HARD, share=0.8, seconds=-3),
    ]
    assert totals(answers) == progress.Totals(4, 2, 3, 3, 30 + 600 + 12.5, 3)
    assert totals([]) == progress.Totals(0, 0, 0, 0, 0, 0)


def told(sure: float, right: bool) -> Answered:
    return answered("q-0", 0, Rating.GOOD if right else Rating.AGAIN, sure=sure)


def test_the_brier_score_of_one_confidence_is_its_closed_form() -> None:
    """Always p, right in a share r: r (1 - p)^2 + (1 - r) p^2 = r (1 - r) + (p - r)^2."""
    p, r = 0.8, 0.65
    found = calibration([told(p, place < 65) for place in range(100)])
    assert found.brier == pytest.approx(r * (1 - p) ** 2 + (1 - r) * p**2)
    assert found.brier == pytest.approx(r * (1 - r) + (p - r) ** 2)
    assert found.expected == pytest.approx(p * (1 - p))
    assert found.overconfidence == pytest.approx(0.15)


def test_the_brier_score_is_reliability_less_resolution_plus_uncertainty() -> None:
    """Murphy 1973, for a few distinct confidences."""
    draw = Random(3)
    pairs = [(sure, draw.random() < 0.9 * sure) for sure in draw.choices((0.1, 0.3, 0.5, 0.7, 0.9), k=400)]
    sure, right = np.array(pairs, dtype=float).T
    groups = [(p, right[sure == p].mean(), (sure == p).mean()) for p in np.unique(sure)]
    reliability = sum(weight * (p - r) ** 2 for p, r, weight in groups)
    resolution = sum(weight * (r - right.mean()) ** 2 for _, r, weight in groups)
    found = calibration([told(*pair) for pair in pairs])
    assert found.brier == pytest.approx(reliability - resolution + right.mean() * (1 - right.mean()))
    assert [each.sure for each in found.bins] == pytest.approx([p for p, _, _ in groups])
    assert [each.right.mean for each in found.bins] == pytest.approx([r for _, r, _ in groups])


def test_a_calibrated_learner_scores_what_is_expected() -> None:
    draw = Random(5)
    chances = [draw.random() for _ in range(4000)]
    found = calibration([told(p, draw.random() < p) for p in chances])
    assert found.brier == pytest.approx(found.expected, abs=0.01)
    assert found.expected == pytest.approx(1 / 6, abs=0.01), "the mean of p (1 - p) for even p"
    assert all(each.agrees for each in found.bins)


def test_an_overconfident_learner_scores_worse_and_bins_say_so() -> None:
    found = calibration([told(0.95, place % 2 == 0) for place in range(60)])
    assert found.brier > found.expected + 0.2
    assert [each.agrees for each in found.bins] == [False]


def test_bins_hold_all_confidences_and_their_edges() -> None:
    found = calibration([told(sure, True) for sure in (0.0, 0.19, 0.2, 0.6, 0.999, 1.0)])
    assert [(each.low, each.count) for each in found.bins] == [(0.0, 2), (0.2, 1), (0.6, 1), (0.8, 2)]
    assert found.count == 6


def test_who_never_said_how_sure_has_no_calibration() -> None:
    found = calibration([answered()])
    assert (found.count, found.bins) == (0, ())
    assert math.isnan(found.brier) and math.isnan(found.expected)
