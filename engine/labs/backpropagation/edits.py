"""Numbers changed by hand, as a link has them: ``w1.2.3=0.5`` is the weight of layer 1 to unit 2 from unit 3.

``b1.2`` is a bias (layer, unit), ``x1.2`` an input (example, input), ``y1.2`` a target (example, output). An edit made
after updates carries their number: ``4:w1.2.3=0.5``. A number that is only picked is written without its value.
"""

import re
from dataclasses import dataclass

LARGEST = 100.0
"""Of a weight, bias or input that is typed."""
WRITTEN = re.compile(r"(?:([0-9]{1,3}):)?([^=:]*)=(\S{1,24})")
PLACED = re.compile(r"([wbxy])([0-9])\.([0-9])(?:\.([0-9]))?")
PLACES = "w<layer>.<to>.<from>, b<layer>.<unit>, x<example>.<input> or y<example>.<output>"
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

    @property
    def label(self) -> str:
        """What stands over its field; the layer or the example is said beside it."""
        return {
            "w": f"w to {self.unit} from {self.source}",
            "b": f"b of unit {self.unit}",
            "x": f"x{self.unit}",
            "y": f"target y{self.unit}",
        }[self.letter]

    @property
    def full_label(self) -> str:
        """The same with the layer or the example."""
        return f"{self.label}, {'layer' if self.letter in 'wb' else 'example'} {self.first}"


@dataclass(frozen=True)
class Edit:
    """One number set by hand, when ``after`` updates were made."""

    after: int
    place: Place
    value: float

    def __str__(self) -> str:
        return (f"{self.after}:" if self.after else "") + f"{self.place}={self.value:.6g}"


def read_place(text: str) -> Place:
    """A place from a link. Raises ValueError that says how one is written."""
    found = PLACED.fullmatch(text)
    if found is None or (found[1] == "w") != (found[4] is not None):
        raise ValueError(f"write {PLACES}")
    return Place(found[1], int(found[2]), int(found[3]), int(found[4] or 0))


def read_edit(text: str) -> Edit:
    """An edit from a link. Raises ValueError that says how one is written."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None or PLACED.fullmatch(found[2]) is None:
        raise ValueError(ALLOWED)
    try:
        value = float(found[3])
    except ValueError:
        raise ValueError(f"{found[3]!r} is not a number; {ALLOWED}") from None
    return Edit(int(found[1] or 0), read_place(found[2]), value)
