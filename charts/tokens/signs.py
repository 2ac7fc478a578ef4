"""Pieces of text as one can see them, spaces and line ends included."""

import unicodedata

SEEN = {" ": "·", "\n": "⏎", "\t": "⇥", "\N{NO-BREAK SPACE}": "⍽"}
"""What stands for what has no sign of its own."""
BLANK = "▯"


def seen(piece: str) -> str:
    """A piece with a sign for each space; what cannot be seen at all is a box."""
    return "".join(SEEN.get(c, BLANK if unicodedata.category(c)[0] == "C" else c) for c in piece)
