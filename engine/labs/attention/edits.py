"""Numbers of a matrix set by hand, as a link has them: ``x2.1=0.5`` is row 2, column 1 of X."""

import re
from dataclasses import dataclass

LARGEST = 20.0
"""Of a number that is typed."""
SYMBOLS = {
    "x": "X",
    "q": "W_Q",
    "k": "W_K",
    "v": "W_V",
    "mq": "W_Q",
    "mk": "W_K",
    "mv": "W_V",
    "mo": "W_O",
}
"""By the letters of a place: the embeddings, the matrices of the one head, and (m) those of several heads."""
WRITTEN = re.compile(r"([^=]{1,10})=(\S{1,24})")
PLACED = re.compile(r"(x|q|k|v|mq|mk|mv|mo)([0-9]{1,2})\.([0-9]{1,2})")
PLACES = "<matrix><row>.<column>, with x, q, k, v (one head) or mq, mk, mv, mo (several heads)"


@dataclass(frozen=True)
class Place:
    """One cell of a matrix, counted from 1."""

    letter: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.letter}{self.row}.{self.column}"

    @property
    def label(self) -> str:
        """What stands over its field: ``W_Q row 2, column 1``."""
        return f"{SYMBOLS[self.letter]} row {self.row}, column {self.column}"


@dataclass(frozen=True)
class Edit:
    """One number set by hand."""

    place: Place
    value: float

    def __str__(self) -> str:
        return f"{self.place}={self.value:.6g}"


def read_place(text: str) -> Place:
    """A place from a link. Raises ValueError that says how one is written."""
    found = PLACED.fullmatch(text)
    if found is None:
        raise ValueError(f"write {PLACES}")
    return Place(found[1], int(found[2]), int(found[3]))


def read_edit(text: str) -> Edit:
    """An edit from a link. Raises ValueError that says how one is written."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"write {PLACES}, then = and a number")
    place = read_place(found[1])
    try:
        value = float(found[2])
    except ValueError:
        raise ValueError(f"{found[2]!r} is not a number") from None
    if not -LARGEST <= value <= LARGEST:
        raise ValueError(f"a number goes from {-LARGEST:g} to {LARGEST:g}")
    return Edit(place, value)
