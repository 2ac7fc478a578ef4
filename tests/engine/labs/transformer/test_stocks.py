"""Texts of two classes: what a language model and a classifier are given of them."""

import pytest
import torch

from engine.labs.transformer.stocks import (
    CONTEXT,
    DRAWN_WORDS,
    NEUTRAL,
    OWN,
    SHARE,
    STOCKS,
    coded,
    following,
    labelled,
    reversed_copies,
)
from engine.sequences.data import BEGIN, END, IGNORED, PAD, SPECIAL, Part
from engine.text.corpora import Reviews
from engine.text.split import split
from engine.text.tokenizers import Words, trained


def test_a_text_stands_between_its_ends_and_a_longer_one_is_cut() -> None:
    assert coded([7, 8]) == [BEGIN, 7, 8, END] + [PAD] * (CONTEXT - 4)
    assert coded(list(range(4, 90))) == [BEGIN, *range(4, 4 + CONTEXT - 2), END]


def test_a_language_model_is_asked_for_the_next_token_and_for_no_padding() -> None:
    x = torch.tensor([[BEGIN, 7, 8, END, PAD], [BEGIN, 7, 8, 9, END]])
    assert following(x).tolist() == [[7, 8, END, IGNORED, IGNORED], [7, 8, 9, END, IGNORED]]


def test_reversed_copies_turn_the_words_and_leave_the_ends() -> None:
    part = Part(torch.tensor([[BEGIN, 7, 8, 9, END, PAD], [BEGIN, 5, 6, END, PAD, PAD]]), torch.tensor([0, 1]))
    found = reversed_copies(part)
    assert found.x[:2].equal(part.x)
    assert found.x[2:].tolist() == [[BEGIN, 9, 8, 7, END, PAD], [BEGIN, 6, 5, END, PAD, PAD]]
    assert found.y.tolist() == [0, 1, 0, 1]


def test_labels_are_drawn_by_class_and_more_of_one_seed_include_the_fewer() -> None:
    part = Part(torch.arange(60)[:, None], (torch.arange(60) >= 40).long())
    few, more = labelled(part, (5, 3), 0), labelled(part, (50, 10), 0)
    assert few.y.bincount().tolist() == [5, 3] and more.y.bincount().tolist() == [40, 10]
    assert set(few.x.flatten().tolist()) <= set(more.x.flatten().tolist())
    assert set(few.x.flatten().tolist()) != set(labelled(part, (5, 3), 1).x.flatten().tolist())


def test_reviews_of_one_subject_stay_on_one_side_and_are_the_texts_as_written() -> None:
    text, given = Reviews().read(), STOCKS["reviews"].given(3)
    train, held = split(text, 0.25, 3)
    assert text.groups is not None
    assert not {text.groups[row] for row in train} & {text.groups[row] for row in held}
    vocabulary = trained(Words(lower_case=True), text)
    for part, rows in ((given.train, train), (given.held, held)):
        assert len(part) == len(rows)
        assert part.y.tolist() == [text.labels[row] for row in rows]  # type: ignore[index]
        words = [id for id in part.x[0].tolist() if id not in (PAD, BEGIN, END)]
        assert words == list(vocabulary.encode(text.lines[rows[0]]).ids)[: CONTEXT - 2]
    assert given.unlabelled.answers == given.unlabelled.tokens and given.labelled.answers == given.classes


def test_drawn_texts_have_the_share_of_toned_words_that_the_rule_says() -> None:
    given = STOCKS["drawn"].given(0)
    words = given.train.x[:, 1:-1] - len(SPECIAL)
    assert words.shape[1] == DRAWN_WORDS and int(words.min()) == 0 and int(words.max()) == NEUTRAL + 2 * OWN - 1
    toned = words >= NEUTRAL
    assert float(toned.double().mean()) == pytest.approx(SHARE, abs=0.01)
    own = (words - NEUTRAL) // OWN
    assert bool((own[toned] == given.train.y[:, None].expand_as(words)[toned]).all())
    assert float(given.train.y.double().mean()) == pytest.approx(0.5, abs=0.04)
    assert len(given.tokens) == len(SPECIAL) + NEUTRAL + 2 * OWN
    assert not STOCKS["drawn"].given(0).train.x.equal(STOCKS["drawn"].given(1).train.x)
