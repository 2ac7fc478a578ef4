"""What the tests of this lab share."""

from collections.abc import Iterator
from typing import Any

from engine.jobs import Progress
from engine.labs.optimizers.race import race
from engine.labs.optimizers.results import Race
from engine.labs.optimizers.state import Racer, RaceSettings
from engine.labs.optimizers.surfaces import SurfaceChoice


def last(steps: Iterator[Progress[Any]]) -> Any:
    """What a job knows at its end."""
    return [progress.result for progress in steps if progress.result is not None][-1]


def raced(surface: SurfaceChoice, *racers: Racer, **settings: Any) -> Race:
    """A race to its end."""
    return last(race(surface, racers, RaceSettings(**settings)))
