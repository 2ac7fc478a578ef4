"""A sentence split into tokens: words, and runs of other signs, as the Whitespace pre-tokenizer of ``tokenizers`` does."""

from functools import cache
from typing import Any

from engine.names import plain_name

MAX_TOKENS = 12
"""So many still have readable names on the two sides of a heat map on a telephone."""
LONGEST = 11
"""Characters of a token that a heat map shows."""


@cache
def _splitter() -> Any:
    from tokenizers.pre_tokenizers import Whitespace  # on first use: it loads a library of its own

    return Whitespace()


def split(text: str) -> tuple[str, ...]:
    """The tokens of ``text``: the pattern ``\\w+|[^\\w\\s]+``, so letters, digits and _ stay together, other signs too."""
    return tuple(piece for piece, _ in _splitter().pre_tokenize_str(text))


def refused(text: str) -> str:
    """Why ``text`` is not taken as a sentence; empty where it is."""
    count = len(split(text))
    if not count:
        return "write at least one word"
    if count > MAX_TOKENS:
        return f"at most {MAX_TOKENS} tokens, and this has {count}: words and signs are tokens of their own; shorten it"
    return ""


def short(token: str) -> str:
    """A token as a picture shows it: cut, without invisible signs, never empty."""
    return plain_name(token, LONGEST) or "▯"


def numbered(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Tokens with their places, for menus: ``2 cat``; a word that comes twice has two places."""
    return tuple(f"{place} {short(token)}" for place, token in enumerate(tokens, start=1))
