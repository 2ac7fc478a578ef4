"""From what the numbers of a question are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True)
class Row:
    """Several drawn from the same; a row of rows is a matrix."""

    count: int
    of: "Among"
    distinct: bool = False


Among = Sequence[Any] | Row
"""One of these is drawn, each as likely; of a row a tuple."""


def drawn_from(among: Among, random: Random) -> Any:
    """One draw."""
    if not isinstance(among, Row):
        return random.choice(among)
    if among.distinct and not isinstance(among.of, Row):
        return tuple(random.sample(among.of, among.count))
    return tuple(drawn_from(among.of, random) for _ in range(among.count))


def whole(low: int, high: int, step: int = 1) -> range:
    """Whole numbers, both ends included."""
    return range(low, high + 1, step)


def nonzero(low: int, high: int) -> tuple[int, ...]:
    """Whole numbers without 0, both ends included."""
    return tuple(number for number in whole(low, high) if number)


def grid(low: float, high: float, step: float) -> tuple[float, ...]:
    """Decimals, both ends included, each written as short as ``step`` is."""
    count = round((high - low) / step)
    return tuple(round(low + place * step, 6) for place in range(count + 1))


def tenths(low: float, high: float) -> tuple[float, ...]:
    """Numbers with one decimal, without 0, both ends included."""
    return tuple(number for number in grid(low, high, 0.1) if number)
