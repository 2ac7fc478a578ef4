"""Dates as people write them, as days since 1970-01-01. A column follows one way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

EPOCH = datetime(1970, 1, 1)
DAY_SECONDS = 86_400
ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)


@dataclass(frozen=True)
class DateFormat:
    """One way of writing dates, in the terms of ``strptime``; empty for ISO 8601."""

    label: str
    terms: str

    def days(self, cell: str) -> float:
        """Days since 1970-01-01, UTC where a zone is given. Raises ValueError for what is no such date."""
        if self.terms:
            moment = datetime.strptime(cell, self.terms)
        elif ISO.fullmatch(cell):
            moment = datetime.fromisoformat(cell)
        else:
            raise ValueError(cell)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return (moment - EPOCH).total_seconds() / DAY_SECONDS


DAY_FIRST, MONTH_FIRST = DateFormat("day/month/year", "%d/%m/%Y"), DateFormat("month/day/year", "%m/%d/%Y")
FORMATS = (
    DateFormat("year-month-day", ""),
    DateFormat("year/month/day", "%Y/%m/%d"),
    DateFormat("day.month.year", "%d.%m.%Y"),
    DateFormat("day.month.year and time", "%d.%m.%Y %H:%M"),
    DAY_FIRST,
    MONTH_FIRST,
)


def format_of(cells: Sequence[str]) -> DateFormat | None:
    """The first way of writing in which every cell is a date; None where there is none."""
    return next((way for way in FORMATS if all(is_date(way, cell) for cell in cells)), None)


def is_ambiguous(cells: Sequence[str]) -> bool:
    """Whether day and month may be meant either way: ``03/04/2024``, and never a number above 12."""
    return all(is_date(DAY_FIRST, cell) and is_date(MONTH_FIRST, cell) for cell in cells)


def is_date(way: DateFormat, cell: str) -> bool:
    """Whether a cell is a date in this way of writing."""
    try:
        way.days(cell)
    except (ValueError, OverflowError):
        return False
    return True


def written(days: float) -> str:
    """``2024-03-01``, with the time of day where it is not midnight."""
    moment = datetime.fromtimestamp(days * DAY_SECONDS, UTC) if abs(days) < 1e6 else None
    if moment is None:
        return f"{days:g}"
    return moment.strftime("%Y-%m-%d" if days == int(days) else "%Y-%m-%d %H:%M")
