"""Words that came from a person, a file or a link, in places where Streamlit reads Markdown."""

import re


def bare(text: str, most: int = 80) -> str:
    """So short and bare that Markdown can make nothing of it."""
    short = text if len(text) <= most else f"{text[:most]}…"
    return "".join(c for c in short if c.isprintable()).replace("`", "'")


def escaped(text: str) -> str:
    """As it stands, whatever signs are in it."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
