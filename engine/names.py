"""Names that come from people: columns, classes, files. Short, on one line, and free of invisible signs."""

import unicodedata
from collections.abc import Sequence

LONGEST = 48
"""Characters of a name that are shown; a longer one ends in an ellipsis."""
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories without a sign of their own: control characters, marks that turn the direction of writing."""


def plain_name(text: str, longest: int = LONGEST) -> str:
    """``text`` without invisible characters, its spaces made single, cut to ``longest`` characters."""
    head = text[: longest * 8]
    seen = "".join(" " if c.isspace() else c for c in head if c.isspace() or unicodedata.category(c) not in INVISIBLE)
    short = " ".join(seen.split())
    return short if len(short) <= longest else f"{short[: longest - 1].rstrip()}…"


def plain_names(texts: Sequence[str], blank: str) -> tuple[str, ...]:
    """Plain names, no two alike: an empty one is called ``blank`` and its number, a repeated one gets a number."""
    names: list[str] = []
    taken: set[str] = set()
    for place, text in enumerate(texts, start=1):
        name = first = plain_name(text) or f"{blank} {place}"
        number = 2
        while name in taken:
            name, number = f"{first} ({number})", number + 1
        taken.add(name)
        names.append(name)
    return tuple(names)
