"""Limits of this server, read once from the environment (``GP_...``): the README lists them."""

import os
from dataclasses import dataclass, fields
from functools import cache


@dataclass(frozen=True)
class Settings:
    """Each field is the variable ``GP_`` + its name in capitals; all are numbers."""

    workers: int = 2
    """Threads that train."""
    max_runs: int = 64
    """Runs kept at once, paused ones included; the longest unseen is forgotten first."""
    unwatched_seconds: float = 5.0
    """A playing run whose page has not asked for this long is paused."""
    forget_seconds: float = 900.0
    """A paused run nobody asked for in this long is forgotten."""


@cache
def settings() -> Settings:
    """The settings in force. Raises ValueError naming the variable, its value and what is allowed."""
    return Settings(**{item.name: _read(item.name, item.default) for item in fields(Settings)})  # type: ignore[arg-type]


def _read(name: str, default: int | float) -> int | float:
    variable = f"GP_{name.upper()}"
    given = os.environ.get(variable)
    if given is None:
        return default
    kind = "a whole number" if isinstance(default, int) else "a number"
    try:
        value = type(default)(given)
    except ValueError:
        raise ValueError(f"{variable}: got {given!r}; it must be {kind} such as {default}") from None
    if not 0 < value <= 1e6:
        raise ValueError(f"{variable}: got {given!r}; it must be above 0 and at most 1,000,000")
    return value
