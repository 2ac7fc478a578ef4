"""What became of signal and gradient between the two ends of a network, in numbers and in words."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from engine.labs.initialization.results import Profile

STEADY = 1000.0
"""A change of a mean square by less than this factor, some 30 in size, is called steady, either way."""


@dataclass(frozen=True)
class Fate:
    """Medians over the seeds. A factor is NaN where a number overflowed or both ends are 0."""

    forward: float
    """Variance of the last layer's activations over the first layer's."""
    backward: float
    """Mean square of dL/dz at the first layer over the last layer's."""
    said: str


def fate(profile: Profile) -> Fate:
    """How both ends compare; ``said`` is short enough for a table."""
    forward = ratio(profile.post[:, -1], profile.post[:, 0])
    backward = ratio(profile.gradient[:, 0], profile.gradient[:, -1])
    return Fate(forward, backward, f"signal {_word(forward)}, gradient {_word(backward)}")


def ratio(values: Float[np.ndarray, " seeds"], of: Float[np.ndarray, " seeds"]) -> float:
    """Median of the quotients, network by network; 0 where all ``values`` are 0."""
    if not np.any(values):
        return 0.0
    known = np.isfinite(values) & np.isfinite(of) & (of > 0)
    return float(np.median(values[known] / of[known])) if known.any() else float("nan")


def _word(factor: float) -> str:
    if np.isnan(factor):
        return "not finite"
    if factor == 0:
        return "exactly 0"
    return "vanishes" if factor < 1 / STEADY else "explodes" if factor > STEADY else "steady"
