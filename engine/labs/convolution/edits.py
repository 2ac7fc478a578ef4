"""Weights of a kernel set by hand, as a link has them: ``1.1.2.3=0.5`` is output 1, input channel 1, row 2, column 3."""

import re
from dataclasses import dataclass

LARGEST = 100.0
"""Of a weight that is typed."""
DIGITS = 4
"""Of a weight that is typed: the link holds no more."""
MAX_EDITS = 98
"""A link holds no more."""
WRITTEN = re.compile(r"([1-9])\.([1-9])\.([1-9])\.([1-9])=(\S{1,24})")
PLACES = "<output>.<channel>.<row>.<column>=<number>, each counted from 1"


@dataclass(frozen=True)
class Place:
    """One weight, counted from 1."""

    out: int
    channel: int
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.out}.{self.channel}.{self.row}.{self.column}"


@dataclass(frozen=True)
class Edit:
    """One weight set by hand."""

    place: Place
    value: float

    def __str__(self) -> str:
        return f"{self.place}={rounded(self.value):g}"


def rounded(value: float) -> float:
    """As a link holds it."""
    return float(f"{value:.{DIGITS}g}")


def read_edit(text: str) -> Edit:
    """An edit from a link. Raises ValueError that says how one is written."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"write {PLACES}")
    try:
        value = float(found[5])
    except ValueError:
        raise ValueError(f"{found[5]!r} is not a number") from None
    if not -LARGEST <= value <= LARGEST:
        raise ValueError(f"a weight goes from {-LARGEST:g} to {LARGEST:g}")
    return Edit(Place(*map(int, found.groups()[:4])), value)
