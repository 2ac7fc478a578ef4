"""A rating that the learner changes, and how many questions were new: on both databases."""

from datetime import timedelta

from quiz.records import Rating
from quiz.storage.store import Store, new_secret
from tests.quiz.storage.answering import answered, ladder


def test_another_rating_makes_the_card_as_if_it_had_been_given_at_once(store: Store) -> None:
    one, other = new_secret(), new_secret()
    first, second = answered("why-relu", 0), answered("why-relu", 10, rating=Rating.AGAIN)
    for secret in (one, other):
        store.record(secret, first, ladder)
    store.record(one, second, ladder)
    store.amend(one, second.key, Rating.EASY, ladder)
    store.record(other, answered("why-relu", 10, rating=Rating.EASY, key=second.key), ladder)
    assert store.cards(one) == store.cards(other)
    assert [each.rating for each in store.answers(one)] == [Rating.GOOD, Rating.EASY]
    assert store.amend(one, "nobody-s-key", Rating.EASY, ladder) is None
    assert store.amend(new_secret(), second.key, Rating.EASY, ladder) is None, "a second browser changes nothing"


def test_a_question_is_new_on_the_day_of_its_first_answer_alone(store: Store) -> None:
    me = new_secret()
    old = answered("why-relu", 0)
    for each in (old, answered("why-relu", 100), answered("why-tanh", 100)):
        store.record(me, each, ladder)
    assert store.introduced(me, old.at) == 2
    assert store.introduced(me, old.at + timedelta(seconds=1)) == 1
    assert store.introduced(new_secret(), old.at) == 0
