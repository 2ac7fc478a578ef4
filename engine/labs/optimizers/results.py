"""What the lab measures: numbers that charts draw, free of torch."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

Ending = Literal["ran", "left", "undefined"]
"""All steps were made; it went so far that it was stopped; the function or its slope is no number there."""


@dataclass(frozen=True)
class Ground:
    """A surface over the part of the plane that is drawn; NaN where it is not defined."""

    label: str
    x: Float[np.ndarray, " columns"]
    y: Float[np.ndarray, " rows"]
    z: Float[np.ndarray, "rows columns"]
    minima: Float[np.ndarray, "minima 2"]
    """Where it is lowest, where that is known."""

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Lowest x, highest x, lowest y, highest y."""
        return float(self.x[0]), float(self.x[-1]), float(self.y[0]), float(self.y[-1])

    @property
    def is_defined(self) -> bool:
        """Whether there is a number anywhere."""
        return bool(np.isfinite(self.z).any())


@dataclass(frozen=True)
class Path:
    """One optimizer's way over a surface."""

    label: str
    places: Float[np.ndarray, "made_and_1 2"]
    """Where it stood, from the start on: one more than the steps it made."""
    values: Float[np.ndarray, " made_and_1"]
    gradients: Float[np.ndarray, "made 2"]
    """What each step was made from: the slope, with the noise."""
    rates: Float[np.ndarray, " made"]
    momenta: Float[np.ndarray, " made"]
    """Momentum in force at each step; NaN where there is none."""
    ending: Ending = "ran"

    @property
    def steps(self) -> int:
        """Steps made."""
        return len(self.places) - 1

    def steps_to(self, lowest: float, tolerance: float) -> int | None:
        """The first step after which f is within ``tolerance`` of ``lowest``; None where it never is."""
        near = np.flatnonzero(self.values - lowest <= tolerance)
        return int(near[0]) if len(near) else None


@dataclass(frozen=True)
class Race:
    """Several paths from one start."""

    paths: tuple[Path, ...]
    steps: int
    """Steps made by those that were not stopped."""


@dataclass(frozen=True)
class StepTable:
    """Every quantity of every step of one optimizer, by the formulas alone."""

    names: tuple[str, ...]
    """As formulas write them, in LaTeX."""
    columns: tuple[str, ...]
    """The same as plain text."""
    values: Float[np.ndarray, "steps quantities 2"]
    off: float
    """The largest distance of a place in it from PyTorch's, over all steps and both axes."""


@dataclass(frozen=True)
class Basins:
    """Starts over the plane, and where each ends."""

    x: Float[np.ndarray, " columns"]
    y: Float[np.ndarray, " rows"]
    ends: Int[np.ndarray, "rows columns"]
    """Number of the minimum it ended at, from 0; -1 where it had not arrived, -2 where it left."""
    minima: Float[np.ndarray, "minima 2"]
    values: Float[np.ndarray, " minima"]
    shares: Float[np.ndarray, " minima"]
    """Part of all starts that ended there."""
    steps: int


@dataclass(frozen=True)
class Search:
    """One run of one search method."""

    label: str
    is_global: bool
    places: Float[np.ndarray, "evaluations 2"]
    """Every place where f was asked for, in order."""
    values: Float[np.ndarray, " evaluations"]
    slopes: int
    """How often the gradient was asked for."""


@dataclass(frozen=True)
class SearchTally:
    """How one method fared over several seeds."""

    label: str
    is_global: bool
    runs: int
    found: int
    """Runs that came within the tolerance of the lowest value."""
    evaluations: Float[np.ndarray, " runs"]
    slopes: Float[np.ndarray, " runs"]
    to_found: Float[np.ndarray, " runs"]
    """Evaluations until it was first within the tolerance; NaN where it never was."""
    best: Float[np.ndarray, " runs"]
    """The lowest value of each run."""


@dataclass(frozen=True)
class Searches:
    """All methods: one run of each to look at, and the tally."""

    shown: tuple[Search, ...]
    tally: tuple[SearchTally, ...]
    lowest: float
    """The lowest value of f: known, or the lowest that anybody met."""


@dataclass(frozen=True)
class Parabola:
    """Gradient descent on the squared error of a line through the origin."""

    x: Float[np.ndarray, " examples"]
    y: Float[np.ndarray, " examples"]
    theta: Float[np.ndarray, " places"]
    cost: Float[np.ndarray, " places"]
    path: Float[np.ndarray, " steps_and_1"]
    path_cost: Float[np.ndarray, " steps_and_1"]
    curvature: float
    best: float
