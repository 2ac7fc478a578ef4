"""Words that came from a person, a file or a link, in places where Streamlit reads Markdown."""

import re

TIED = "\N{NO-BREAK SPACE}"
"""Keeps the words or numbers on its two sides on one line."""


def bare(text: str, most: int = 80) -> str:
    """So short and bare that Markdown can make nothing of it."""
    short = text if len(text) <= most else f"{text[:most]}…"
    return "".join(c for c in short if c.isprintable() or c == TIED).replace("`", "'")


def escaped(text: str) -> str:
    """As it stands, whatever signs are in it."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
