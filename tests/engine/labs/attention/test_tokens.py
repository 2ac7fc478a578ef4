"""The sentence is split as the pattern says, and what is too long or empty is refused in words."""

import re

import pytest

from engine.labs.attention.tokens import LONGEST, MAX_TOKENS, numbered, refused, short, split

SENTENCES = [
    "the cat sat on the mat",
    "Hello, world! a_b 3.14",
    "  straße\tund\nÜbermut  ",
    "<b>x</b> %{y} $z$",
    "東京 は 大きい",
    "no... really?!",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_tokens_are_runs_of_letters_or_of_other_signs(text: str) -> None:
    assert split(text) == tuple(re.findall(r"\w+|[^\w\s]+", text))


def test_what_is_no_sentence_is_refused_with_what_is_allowed() -> None:
    assert refused("one word") == ""
    assert refused("a " * MAX_TOKENS) == ""
    assert "at least one word" in refused("  \n ")
    assert f"at most {MAX_TOKENS} tokens, and this has {MAX_TOKENS + 1}" in refused("a " * (MAX_TOKENS + 1))


def test_a_picture_shows_tokens_short_and_never_empty() -> None:
    assert short("word") == "word"
    assert len(short("x" * 40)) == LONGEST and short("x" * 40).endswith("…")
    assert short("\u200b") == "▯"
    assert numbered(("the", "the")) == ("1 the", "2 the")
