"""Seconds by length."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Timing:
    """Seconds of one kind of layer by the length of its sequence."""

    label: str
    lengths: tuple[int, ...]
    seconds: Float[np.ndarray, " lengths"]
    """Median of the repetitions, for one batch."""
    low: Float[np.ndarray, " lengths"]
    high: Float[np.ndarray, " lengths"]
    waits: tuple[int, ...]
    """Steps that must wait for one another, for each length."""
    parameters: int


@dataclass(frozen=True)
class Timings:
    """All layers so far."""

    lines: tuple[Timing, ...]
    batch: int
    backward: bool
