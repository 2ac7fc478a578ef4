"""A split of a text with labels: nothing is lost, groups stay together, and the seed decides."""

import pytest

from engine.text.corpora import Reviews
from engine.text.split import split
from engine.text.text import Text


@pytest.mark.parametrize("seed", range(3))
def test_groups_stay_together_and_no_piece_is_lost(seed: int) -> None:
    reviews = Reviews().read()
    training, held = split(reviews, 0.25, seed)
    assert sorted([*training, *held]) == list(range(len(reviews.lines)))
    assert reviews.groups is not None
    assert not {reviews.groups[n] for n in training} & {reviews.groups[n] for n in held}
    assert 0.25 * len(reviews.lines) <= len(held) <= 0.25 * len(reviews.lines) + 2


def test_the_seed_decides() -> None:
    reviews = Reviews().read()
    assert split(reviews, 0.25, 1) == split(reviews, 0.25, 1) != split(reviews, 0.25, 2)


def test_each_part_has_a_group_at_least() -> None:
    two = Text("two", ("a", "b", "c"), groups=(0, 0, 1))
    for share in (0.0, 0.5, 0.99):
        training, held = split(two, share, 0)
        assert training and held
    with pytest.raises(ValueError, match="of 1 groups can't be split"):
        split(Text("one", ("a", "b"), groups=(0, 0)), 0.5, 0)
