"""Small texts for tests."""

from engine.text.text import Text

HUGS = ("hug",) * 10 + ("pug",) * 5 + ("pun",) * 12 + ("bun",) * 4 + ("hugs",) * 5
"""The counts of the worked example in Hugging Face's course on tokenizers."""


def text(*lines: str, joint: str = "\n") -> Text:
    """A text of some lines."""
    return Text("test", lines, joint)
