"""Words, windows, and which pairs skip-gram learns from."""

from collections import Counter

import numpy as np
import pytest

from engine.labs.tokens.lexicon import pairs, shown, words_of
from engine.labs.tokens.state import SkipGram
from engine.refusal import Refusal
from engine.text.corpora import Sentences
from engine.text.text import Text
from tests.engine.labs.tokens.runs import TINY, TINY_ASKED


def windows(lines: list[list[str]], window: int) -> Counter:
    """Every (word, context) of a text, one after another."""
    return Counter(
        (line[i], line[j])
        for line in lines
        for i in range(len(line))
        for j in range(max(0, i - window), min(len(line), i + window + 1))
        if i != j
    )


def test_words_are_letters_in_small() -> None:
    assert words_of("The king's 3 dogs, naïve_as ÉVER!") == ["the", "king's", "dogs", "naïve", "as", "éver"]


@pytest.mark.parametrize("window", [1, 2, 4])
def test_pairs_are_those_of_a_loop_over_every_window(window: int) -> None:
    text = Sentences().read()
    found = pairs(text, SkipGram(window=window, rarest=1, words=2000), 0)
    names = found.lexicon.words
    mine = Counter((names[w], names[c]) for w, c in zip(found.word.tolist(), found.context.tolist(), strict=True))
    assert mine == windows([words_of(line) for line in text.lines], window)


def test_words_that_are_left_out_leave_no_gap() -> None:
    text = Text("x", ("a rare b a b", *["a b c d e f g h"] * 3))
    found = pairs(text, SkipGram(window=1, rarest=2), 0)
    assert "rare" not in found.lexicon.words and found.lexicon.left_out == 1
    at = found.lexicon.places
    assert any((w, c) == (at["a"], at["b"]) for w, c in zip(found.word.tolist(), found.context.tolist(), strict=True))


def test_the_most_frequent_words_are_kept() -> None:
    found = pairs(Sentences().read(), SkipGram(words=20, rarest=1), 0)
    counts = Counter(word for line in Sentences().read().lines for word in words_of(line))
    assert sorted(counts.values(), reverse=True)[:20] == found.lexicon.counts.tolist()
    assert found.lexicon.left_out == sum(counts.values()) - found.lexicon.counts.sum()


@pytest.mark.parametrize("alpha", [0.0, 0.75, 1.0])
def test_negatives_are_drawn_as_the_power_of_their_count_as_contexts(alpha: float) -> None:
    found = pairs(TINY, TINY_ASKED.model_copy(update={"smoothing": alpha}), 0)
    counts = np.bincount(found.context.numpy(), minlength=len(found.lexicon.words)).astype(float)
    expected = np.where(counts > 0, counts**alpha, 0)
    np.testing.assert_allclose(found.negative.numpy(), expected / expected.sum())


def test_subsampling_drops_frequent_words_about_as_often_as_it_says() -> None:
    text = Text("x", ("a b c d e f g h i j " * 400,))
    found = pairs(text, SkipGram(subsample=0.025), 0)
    assert found.lexicon.dropped == 4000 - found.lexicon.counts.sum()
    kept = found.lexicon.counts / 400
    assert np.abs(kept - np.sqrt(0.025 / 0.1)).max() < 0.1
    whole = pairs(text, SkipGram(subsample=0.0), 0)
    assert whole.lexicon.dropped == 0 and (whole.lexicon.counts == 400).all()


def test_too_short_a_text_is_refused() -> None:
    with pytest.raises(Refusal, match="3 different words that occur 2 times or more; at least 8"):
        pairs(Text("x", ("a b c a b c",)), SkipGram(), 0)
    with pytest.raises(Refusal, match="16 pairs of words; at least 20"):
        pairs(Text("x", ("a b c d e f g h i",)), SkipGram(window=1, rarest=1), 0)


def test_the_picture_shows_frequent_words_that_do_not_stand_everywhere() -> None:
    lexicon = pairs(Sentences().read(), SkipGram(), 0).lexicon
    names = [lexicon.words[place] for place in shown(lexicon, 60)]
    assert len(names) == 60 and "the" not in names and {"king", "queen", "man", "woman"} <= set(names)
    assert len(shown(lexicon, 10_000)) == len(lexicon.words), "where too few are left all are shown"
