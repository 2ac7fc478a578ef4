"""What is measured of the ways to use vectors in a classifier, free of torch."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class WayRun:
    """One way of using vectors, from one seed."""

    way: str
    seed: int
    epochs: Float[np.ndarray, " moments"]
    train: Float[np.ndarray, " moments"]
    held_out: Float[np.ndarray, " moments"]
    """Shares of reviews that are classified right."""


@dataclass(frozen=True)
class Ways:
    """All ways, as far as they are trained."""

    ways: tuple[str, ...]
    seeds: int
    labelled: int
    held_out: int
    covered: float
    """Share of the reviews' words, counted each time, that have a vector."""
    runs: tuple[WayRun, ...] = field(default=())
