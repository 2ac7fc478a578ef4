"""All that can be asked: the bank and the families together, mixed the same way for the same seed."""

import pytest

from quiz.bank import bank
from quiz.catalogue import ask, catalogue, kinds, mixed
from quiz.parametric.table import FAMILIES


def test_no_family_has_the_name_of_a_question() -> None:
    assert not set(FAMILIES) & set(bank())
    assert len(catalogue()) == len(FAMILIES) + len(bank())


def test_there_are_as_many_as_promised() -> None:
    assert len(bank()) >= 200
    assert len(FAMILIES) >= 40
    assert {entry.kind for entry in catalogue().values()} == set(kinds())


@pytest.mark.parametrize("id", ["init-zeros-symmetry", next(iter(FAMILIES))])
def test_what_is_known_beforehand_is_what_is_asked(id: str) -> None:
    entry, question = catalogue()[id], ask(id, 5)
    assert (entry.id, entry.topic, entry.level, entry.kind) == (
        question.id,
        question.topic,
        question.level,
        question.kind,
    )
    assert ask(id, 5) == question


def test_options_are_mixed_by_the_seed_alone() -> None:
    assert sorted(mixed(5, "a", 1)) == list(range(5))
    assert mixed(5, "a", 1) == mixed(5, "a", 1)
    assert len({mixed(5, "a", seed) for seed in range(200)}) > 60
    first = [mixed(4, "a", seed)[0] for seed in range(4000)]
    assert all(900 < first.count(place) < 1100 for place in range(4)), "no place is the likelier one"
