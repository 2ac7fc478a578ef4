"""The order of questions: alternation against a search over all orders, follow-ups after their questions."""

from collections import Counter
from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from quiz.turns import Item, in_turn
from tests.quiz.learners import STEADY

TOPICS = st.sampled_from("abcd")


def named(topics: str) -> list[Item]:
    return [Item(f"{topic}{place}", topic, "foundation") for place, topic in enumerate(topics)]


@st.composite
def items(draw: st.DrawFn, most: int = 30) -> list[Item]:
    """Questions, some of which follow up on one that may stand before or behind them, or on none that is there."""
    topics = draw(st.lists(TOPICS, max_size=most))
    found = []
    for place, topic in enumerate(topics):
        after = draw(st.none() | st.integers(0, place)) if place else None
        found.append(Item(f"q{place}", topic, "foundation", after=None if after in (None, place) else f"q{after}"))
    return draw(st.permutations(found))


def repeats(topics: list[str]) -> int:
    return sum(one == other for one, other in pairwise(topics))


@STEADY
@given(items(), st.booleans(), st.none() | items(most=30).filter(bool).map(lambda found: found[0]))
def test_everything_comes_once_and_follow_ups_after_their_question(
    listed: list[Item], alternate: bool, last: Item | None
) -> None:
    order = in_turn(listed, alternate=alternate, last=last)
    assert Counter(order) == Counter(listed)
    place = {item.id: place for place, item in enumerate(order)}
    asked_before = last.id if last else ""
    for item in order:
        if item.after in place and item.after != asked_before:
            assert place[item.after] < place[item.id]


@STEADY
@given(items(), st.integers(0, 30))
def test_the_first_few_are_the_beginning_of_all(listed: list[Item], most: int) -> None:
    assert in_turn(listed, alternate=True, most=most) == in_turn(listed, alternate=True)[:most]


@STEADY
@given(st.lists(TOPICS, max_size=30), st.none() | TOPICS)
def test_no_topic_comes_twice_in_a_row_where_another_is_there(topics: list[str], before: str | None) -> None:
    last = Item("before", before, "expert") if before else None
    order = [item.topic for item in in_turn(named("".join(topics)), alternate=True, last=last)]
    left = Counter(topics)
    for previous, topic in pairwise([before or "", *order]):
        assert topic != previous or set(left) == {topic}
        left[topic] -= 1
        left = +left


@STEADY
@given(st.lists(st.sampled_from("abc"), max_size=7))
def test_topics_repeat_as_rarely_as_in_the_best_of_all_orders(topics: list[str]) -> None:
    order = [item.topic for item in in_turn(named("".join(topics)), alternate=True)]
    best = min((repeats(list(each)) for each in set(permutations(topics))), default=0)
    assert repeats(order) == best


def test_the_most_pressing_comes_first_where_nothing_else_decides() -> None:
    listed = named("aabbcc")
    assert in_turn(listed, alternate=False) == listed
    assert [item.id for item in in_turn(listed, alternate=True)] == ["a0", "b2", "a1", "c4", "b3", "c5"]


def test_what_was_asked_last_is_not_first_unless_it_is_alone() -> None:
    listed = named("aaa")
    for alternate in (True, False):
        assert in_turn(listed, alternate=alternate, last=listed[0])[0] == listed[1]
        assert in_turn(listed[:1], alternate=alternate, last=listed[0]) == listed[:1]


def test_a_follow_up_may_come_right_after_its_question_was_asked() -> None:
    first, second = Item("one", "a", "expert"), Item("two", "a", "expert", after="one")
    assert in_turn([first, second], alternate=True, last=first) == [second, first]


def test_questions_that_wait_for_each_other_still_come() -> None:
    ring = [Item("one", "a", "expert", after="two"), Item("two", "a", "expert", after="one")]
    assert in_turn(ring, alternate=True) == ring
    alone = [Item("one", "a", "expert", after="one")]
    assert in_turn(alone, alternate=False) == alone
