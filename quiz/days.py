"""The learner's calendar: a day begins at midnight where they are, also when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def day_of(at: datetime, zone: tzinfo) -> date:
    """On which day a moment falls."""
    return at.astimezone(zone).date()


def start_of(day: date, zone: tzinfo) -> datetime:
    """When a day begins, in UTC. Where the clocks skip midnight it begins when they do."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def next_days(today: date, count: int) -> list[date]:
    """``count`` days from today on."""
    return [today + timedelta(days=ahead) for ahead in range(count)]
