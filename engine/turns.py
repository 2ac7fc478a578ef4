"""Whose turn it is, and who has had how much: visitors take turns, so that one with many runs gets no more than others."""

import itertools
from collections.abc import Collection

from engine.entry import Entry


class Turns:
    """Among runs that are due, the visitor served longest ago comes first, and of a visitor's runs the one due first."""

    def __init__(self) -> None:
        self._count = itertools.count(1)
        self._last: dict[str, int] = {}

    def first(self, ready: Collection[Entry], now: float) -> Entry | None:
        """Whom to serve next; where none is due yet, the one that will be first."""
        late = [entry for entry in ready if entry.due <= now]
        if not late:
            return min(ready, key=lambda entry: entry.due, default=None)
        return min(late, key=lambda entry: (self._last.get(_visitor(entry), 0), entry.due))

    def given_to(self, entry: Entry) -> None:
        """Note that it is served now."""
        visitor = _visitor(entry)
        self._last.pop(visitor, None)
        self._last[visitor] = next(self._count)
        while len(self._last) > REMEMBERED:
            del self._last[next(iter(self._last))]


class Tally:
    """Updates made for each visitor, of all runs together. What belongs to nobody is not counted."""

    def __init__(self) -> None:
        self._made: dict[str, int] = {}

    def add(self, entry: Entry, updates: int) -> None:
        """Count what was done for the owner of ``entry``; the visitor counted longest ago may be forgotten."""
        if not entry.owner:
            return
        self._made[entry.owner] = self._made.pop(entry.owner, 0) + updates
        while len(self._made) > REMEMBERED:
            del self._made[next(iter(self._made))]

    def of(self, entry: Entry) -> int:
        """Updates made so far for the owner of ``entry``."""
        return self._made.get(entry.owner, 0)


REMEMBERED = 1000
"""Visitors whose last turn, and whose updates, are known; one forgotten counts as not served yet."""


def _visitor(entry: Entry) -> str:
    return entry.owner or entry.id
