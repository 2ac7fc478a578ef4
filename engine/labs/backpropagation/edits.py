"""Numbers changed by hand, as a link has them: ``w1.2.3=0.5`` is the weight of layer 1 to unit 2 from unit 3.

``b1.2`` is a bias (layer, unit), ``x1.2`` an input (example, input), ``y1.2`` a target (example, output). An edit made
after updates carries their number: ``4:w1.2.3=0.5``.
"""

import re
from dataclasses import dataclass

LARGEST = 100.0
"""Of a weight, bias or input that is typed."""
WRITTEN = re.compile(r"(?:(\d{1,3}):)?([wbxy])(\d)\.(\d)(?:\.(\d))?=(\S{1,24})")
ALLOWED = "write w<layer>.<to>.<from>=<number>, b<layer>.<unit>=, x<example>.<input>= or y<example>.<output>="


@dataclass(frozen=True)
class Place:
    """Which number; everything is counted from 1."""

    letter: str
    first: int
    """Layer of a weight or bias, example of an input or target."""
    unit: int
    source: int = 0
    """Of a weight: the unit it comes from; else 0."""

    def __str__(self) -> str:
        return f"{self.letter}{self.first}.{self.unit}" + (f".{self.source}" if self.source else "")


@dataclass(frozen=True)
class Edit:
    """One number set by hand, when ``after`` updates were made."""

    after: int
    place: Place
    value: float

    def __str__(self) -> str:
        return (f"{self.after}:" if self.after else "") + f"{self.place}={self.value:.6g}"


def read_edit(text: str) -> Edit:
    """An edit from a link. Raises ValueError that says how one is written."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None or (found[2] == "w") != (found[5] is not None):
        raise ValueError(ALLOWED)
    try:
        value = float(found[6])
    except ValueError:
        raise ValueError(f"{found[6]!r} is not a number; {ALLOWED}") from None
    return Edit(int(found[1] or 0), Place(found[2], int(found[3]), int(found[4]), int(found[5] or 0)), value)
