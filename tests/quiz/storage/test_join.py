"""An account takes a browser's records along, and nobody else's."""

from datetime import timedelta

import pytest

from quiz.storage.store import Account, BadRecord, Learner, LearnerSettings, Store, new_secret
from tests.quiz.storage.answering import START, answered, ladder, whole

ACCOUNT = Account("https://login.example", "me")


def filled(store: Store, who: str | Account, *minutes: float) -> None:
    """Answers to a question of its own and to one that others have, too."""
    own = "own-of-" + (who.subject if isinstance(who, Account) else who[:6].lower().replace("_", "0").replace("-", "0"))
    for minute in minutes:
        store.record(who, answered("shared-one", minute), ladder)
        store.record(who, answered(own, minute), ladder)


def test_a_first_log_in_takes_the_browsers_records_along(store: Store) -> None:
    secret = new_secret()
    filled(store, secret, 0, 5)
    before = (store.answers(secret), store.cards(secret), store.learner(secret).created)
    assert store.join(secret, ACCOUNT, ladder)
    for who in (secret, ACCOUNT):
        assert (store.answers(who), store.cards(who), store.learner(who).created) == before
    assert store.learner(secret).has_account


def test_two_histories_become_their_union_replayed(store: Store) -> None:
    one, other = new_secret(), new_secret()
    filled(store, one, 0, 10, 20)
    filled(store, other, 5, 15)
    everything = sorted(store.answers(one) + store.answers(other), key=lambda given: (given.at, given.key))
    assert store.join(one, ACCOUNT, ladder) and store.join(other, ACCOUNT, ladder)
    for who in (one, other, ACCOUNT):
        assert store.answers(who) == everything and whole(store, who)
        assert store.learner(who).answers == 10
    assert len(store.cards(one)["shared-one"]["past"]) == 5


def test_an_answer_that_both_have_is_kept_once(store: Store) -> None:
    one, other = new_secret(), new_secret()
    filled(store, one, 0, 10)
    store.import_(other, store.export(one), ladder)
    filled(store, other, 20)
    store.join(one, ACCOUNT, ladder)
    store.join(other, ACCOUNT, ladder)
    assert store.learner(ACCOUNT).answers == len(store.answers(ACCOUNT)) == 6
    assert whole(store, ACCOUNT)


def test_an_old_secret_still_opens_and_still_writes_after_the_join(store: Store) -> None:
    secret = new_secret()
    filled(store, secret, 0)
    store.join(secret, ACCOUNT, ladder)
    filled(store, secret, 30)
    assert store.answers(ACCOUNT) == store.answers(secret) and len(store.answers(ACCOUNT)) == 4
    assert whole(store, ACCOUNT)


def test_joining_again_changes_nothing(store: Store) -> None:
    secret = new_secret()
    filled(store, secret, 0)
    assert [store.join(secret, ACCOUNT, ladder) for _ in range(3)] == [True] * 3
    assert len(store.answers(ACCOUNT)) == 2


def test_an_account_opens_its_records_in_a_new_browser(store: Store) -> None:
    filled(store, ACCOUNT, 0)
    secret = new_secret()
    assert store.join(secret, ACCOUNT, ladder)
    assert store.answers(secret) == store.answers(ACCOUNT)


def test_two_new_ones_join_into_an_empty_history(store: Store) -> None:
    secret = new_secret()
    assert store.join(secret, ACCOUNT, ladder)
    assert store.learner(secret).has_account and store.answers(secret) == []


def test_a_secret_of_another_account_is_not_taken_over(store: Store) -> None:
    secret, stranger = new_secret(), Account("https://login.example", "stranger")
    filled(store, secret, 0)
    store.join(secret, ACCOUNT, ladder)
    before = store.answers(ACCOUNT)
    assert not store.join(secret, stranger, ladder)
    assert store.answers(stranger) == [] and store.answers(secret) == store.answers(ACCOUNT) == before


@pytest.mark.parametrize("other", [Account("https://other.example", "me"), Account("https://login.examplem", "e")])
def test_the_same_subject_elsewhere_is_somebody_else(store: Store, other: Account) -> None:
    filled(store, ACCOUNT, 0)
    assert store.learner(other) == Learner() and store.answers(other) == []


@pytest.mark.parametrize(
    "account", [Account("", "me"), Account("x", ""), Account("x" * 1001, "me"), Account("x", None)]
)  # type: ignore[arg-type]
def test_an_account_without_a_name_is_refused(store: Store, account: Account) -> None:
    with pytest.raises(BadRecord, match="issuer and a subject of 1 to 1,000 characters"):
        store.record(account, answered(), ladder)


def test_everything_else_comes_along(store: Store) -> None:
    one, other = new_secret(), new_secret()
    store.settings_set(one, LearnerSettings(new_a_day=3))
    store.contest(one, "shared-one", 1, "first")
    store.start_interview(one, {"n": 1})
    store.contest(other, "shared-one", 1, "second")
    store.start_interview(other, {"n": 2})
    store.settings_set(other, LearnerSettings(new_a_day=7))
    created = store.learner(one).created
    store.join(one, ACCOUNT, ladder)
    store.join(other, ACCOUNT, ladder)
    assert [contest.text for contest in store.contests(ACCOUNT)] == ["first", "second"]
    assert [interview.plan for interview in store.interviews(ACCOUNT)] == [{"n": 2}, {"n": 1}]
    assert store.settings_of(ACCOUNT) == LearnerSettings(new_a_day=3)
    assert store.learner(ACCOUNT).created == created


def test_deleting_an_account_deletes_it_for_every_browser(store: Store) -> None:
    secret = new_secret()
    filled(store, secret, 0)
    store.join(secret, ACCOUNT, ladder)
    store.delete(ACCOUNT)
    assert store.learner(secret) == store.learner(ACCOUNT) == Learner()
    assert store.due(secret, START + timedelta(days=99)) == []


def test_after_logging_out_the_browser_begins_anew_and_the_account_keeps_all(store: Store) -> None:
    secret = new_secret()
    filled(store, secret, 0)
    assert not store.let_go(secret), "without an account nobody would find the records again"
    assert len(store.answers(secret)) == 2
    store.join(secret, ACCOUNT, ladder)
    assert store.let_go(secret)
    assert store.answers(secret) == []
    assert len(store.answers(ACCOUNT)) == 2
    filled(store, secret, 30)
    assert len(store.answers(secret)) == 2 and len(store.answers(ACCOUNT)) == 2
