"""Two ways to do the same work, timed in turns: A B, B A, A B, ... so that a slow moment of the machine hits both.

The clock is the thread's own processor time: what else runs on the machine does not count.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

clock = time.thread_time
"""Processor seconds of this thread."""


@dataclass(frozen=True)
class Ratio:
    """Time of A over time of B: the median over the pairs, between its quartiles."""

    median: float
    low: float
    high: float
    seconds: float
    """Median time of A for one turn."""


def ratio(a: Callable[[], object], b: Callable[[], object], pairs: int) -> Ratio:
    """Time ``a`` over ``b`` in ``pairs`` pairs of turns, after one turn of each that is not counted."""
    a()
    b()
    found = [_pair(a, b) if number % 2 == 0 else _pair(b, a)[::-1] for number in range(pairs)]
    low, median, high = quartiles([first / second for first, second in found])
    return Ratio(median, low, high, statistics.median(first for first, _ in found))


def _pair(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    return seconds(first), seconds(second)


def seconds(act: Callable[[], object]) -> float:
    """Processor seconds that ``act`` takes in this thread."""
    began = clock()
    act()
    return clock() - began


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """(lower quartile, median, upper quartile); one value is all three, none gives NaN."""
    if len(values) < 2:
        return (values[0],) * 3 if values else (float("nan"),) * 3
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, median, high


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of ``values`` lie, interpolated; NaN of none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
